"""``scrapy publish`` as it is typed: options, errors, and what happens to the folder."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from http.server import HTTPServer
from pathlib import Path
from zipfile import ZipFile

import feedparser
import pytest
from lxml import html
from pyarrow import parquet

from sassspider.archive.archive import Archive
from sassspider.archive.media import save_file
from sassspider.commands.publish import QuietHandler
from sassspider.media import MediaFile
from sassspider.publishing import search
from sassspider.publishing.body import BodyLinks, mark_differences, show_body
from tests.mocksite import COMMENTARY

from ..archive.factories import make_article
from ..commands.tampering import CURRENT, database
from ..crawled import CrawledSite
from ..crawling import one_line
from ..in_process import command
from .conftest import article_url


def read_all(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_site_without_texts_and_search(crawled: CrawledSite, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    options = ["--no-bodies", "--no-search", "--robots", "noindex", "--section", COMMENTARY]
    run = command(crawled.folder, "publish", "-o", str(folder), *options)
    assert run.code == 0, run.stderr
    count = len(list(folder.rglob("*.html")))
    assert run.stderr.splitlines() == [f"{count} pages written: open {folder / 'index.html'}"]
    written = read_all(folder)
    sentences = [one["body_text"][200:260].encode() for one in crawled.after.values() if len(one["body_text"]) > 260]
    assert len(sentences) > 20
    assert not any(one in written for one in sentences)
    table = parquet.read_table(folder / "downloads/articles.parquet").to_pylist()
    zipped = ZipFile(folder / "downloads/articles.jsonl.zip").read("articles.jsonl").splitlines()
    rows = [*table, *map(json.loads, zipped)]
    assert len(rows) == 2 * (len(crawled.after) + 1)
    assert {row[name] for row in rows for name in ("body_html", "body_text", "body_markdown")} == {""}
    assert b"search.html" not in written
    assert b'<meta name="robots" content="noindex">' in (folder / "about.html").read_bytes()
    assert not (folder / "sitemap.xml").exists()
    published = {int(one.stem) for one in (folder / "articles").glob("*.html")}
    assert published == {*crawled.after, crawled.removed}


def test_missing_packages_are_named(crawled: CrawledSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "find_spec", lambda name: None if name.startswith("pagefind") else name)
    run = command(crawled.folder, "publish", "-o", "site")
    one_line(run, 2, "pip install jinja2 python-slugify 'pagefind[extended]'")


def test_interrupted_site_is_as_it_was(crawled: CrawledSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["publish", "-o", str(tmp_path / "site")]
    assert command(crawled.folder, *words, "--no-search").code == 0
    before = read_all(tmp_path / "site")

    def interrupt(folder: Path, ids: Sequence[int]) -> list[str]:
        assert (folder / "index.html").is_file()
        raise KeyboardInterrupt

    monkeypatch.setattr(search, "write_index", interrupt)
    assert command(crawled.folder, *words).code == 130
    assert read_all(tmp_path / "site") == before
    assert [one.name for one in tmp_path.iterdir()] == ["site"]


def test_visitor_that_leaves_is_no_message(capsys: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), QuietHandler) as server:
        with socket.create_connection(("127.0.0.1", server.server_port)) as visitor:
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        server.handle_request()
    assert capsys.readouterr().err == ""


def test_kept_files_are_on_site(crawled: CrawledSite, folder: Path) -> None:
    own = {one: article for one, article in crawled.after.items() if one not in crawled.reposts}
    pictured = next(one for one, article in own.items() if article["images"])
    attached = next(one for one, article in own.items() if article["attachments"])
    kept = {"0a1b2c.png": own[pictured]["images"][0]["url"], "0d1e2f.pdf": own[attached]["attachments"][0]["url"]}
    store = folder / "data/media/0"
    store.mkdir(parents=True)
    with Archive.open(f"sqlite:///{folder}/data/sassspider.db") as archive:
        for name, url in kept.items():
            (store / name).write_text(name)
            save_file(archive, crawled.key, MediaFile(url=url, path=f"0/{name}"))
        save_file(archive, crawled.key, MediaFile(url=f"{crawled.url}/lost.png", path="0/lost.png"))
    assert command(folder, "publish", "-o", "site", "--no-search", "--no-bodies").code == 0
    assert not (folder / "site/media").exists()
    assert command(folder, "publish", "-o", "site", "--no-search").code == 0
    assert '<img src="../media/0a1b2c.png"' in (folder / f"site/articles/{pictured}.html").read_text(encoding="utf-8")
    assert 'href="../media/0d1e2f.pdf"' in (folder / f"site/articles/{attached}.html").read_text(encoding="utf-8")
    assert {one.name: one.read_text() for one in (folder / "site/media").iterdir()} == {name: name for name in kept}


def test_edits_of_one_day_are_merged(crawled: CrawledSite, folder: Path) -> None:
    """The article is also removed, and comes back, and its last page can't be read: its history says so."""
    with database(folder) as connection:
        site, seen = connection.execute(
            "SELECT site, max(first_seen) FROM revisions WHERE article_id = ?", (crawled.reworded,)
        ).fetchone()
        times = (f"{seen[:10]}T23:59:58Z", f"{seen[:10]}T23:59:59Z")
        added = connection.execute(
            "INSERT INTO revisions (site, article_id, editorial_hash, first_seen, last_seen) VALUES (?, ?, '', ?, ?)",
            (site, crawled.reworded, *times),
        ).lastrowid
        connection.execute(
            "INSERT INTO pages SELECT ?, url, body, ?, etag, last_modified, head FROM pages "
            f"WHERE revision_id = ({CURRENT})",
            (added, times[0], crawled.retitled),
        )
        connection.execute(
            "INSERT INTO removals (site, article_id, removed_on, returned_on) VALUES (?, ?, ?, ?)",
            (site, crawled.reworded, "2026-01-02", "2026-01-05"),
        )
    assert command(folder, "publish", "-o", "site", "--no-search").code == 0
    found = feedparser.parse((folder / "site/changes.xml").read_bytes()).entries
    assert len({one.id for one in found}) == len(found) == 5
    page = html.parse(folder / f"site/history/{crawled.reworded}.html")
    assert [one.text_content() for one in page.xpath("//section[@class='state']/h2")] == [
        "Version 3, the current one", "Version 2", "Version 1",
    ]  # fmt: skip
    *events, refusal = [one.text_content() for one in page.xpath("//p[@class='box alert']")]
    assert refusal.endswith(f"be read: it is the page of article {crawled.retitled}")
    assert events == [
        "Removed from the site by 2 January 2026.",
        "Back on the site by 5 January 2026.",
    ]


OWN = article_url("en.sass.cn", 7)
BODIES = {
    "<h4>A</h4><h2>B</h2><h5>C</h5><h5>D</h5>": "<h2>A</h2><h2>B</h2><h3>C</h3><h3>D</h3>",
    f'<p><a href="{OWN}">There</a></p>': '<p><a href="../articles/7.html">There</a></p>',
    '<p><a href="http://stranger.example/103002/7.aspx">There</a></p>': '<p><a href="http://stranger.example/103002/7.aspx">There</a></p>',
    '<p>a<img src="http://x.example/p.png" alt="A map">b</p>': (
        '<p>a<span class="not-kept">[Picture not kept: <a href="http://x.example/p.png">A map</a>]</span>b</p>'
    ),
    '<p><a href="http://x.example/"><img src="http://x.example/p.png"></a>b</p>': (
        '<p><a href="http://x.example/"><span>Picture</span></a> <span class="not-kept">[Picture not kept: '
        '<a href="http://x.example/p.png">on the site</a>]</span>b</p>'
    ),
    "<table><tbody><tr><td>1</td></tr></tbody></table>": (
        '<section class="wide" tabindex="0" aria-label="Table">'
        "<table><tbody><tr><td>1</td></tr></tbody></table></section>"
    ),
    "plain &lt;text&gt;<script>x</script>": "plain &lt;text&gt;",
    "": "",
}


@pytest.mark.parametrize(("body", "shown"), BODIES.items())
def test_body_is_shown_in_the_site(body: str, shown: str) -> None:
    assert show_body(body, article_url("en.sass.cn", 8), BodyLinks({7})) == shown


def test_unchanged_paragraphs_are_folded() -> None:
    paragraphs = [f"<p>Paragraph {number}.</p>" for number in range(9)]
    before = make_article(8, body_html="".join(paragraphs))
    now = make_article(8, body_html="".join([*paragraphs[:6], "<p>New.</p>", *paragraphs[6:]]))
    marked = mark_differences(before, now, BodyLinks())
    assert " ".join(html.fromstring(marked).text_content().split()) == "⋯Paragraph 5. New. Paragraph 6.⋯"
    assert html.fromstring(marked).xpath("string(//ins)").strip() == "New."
    assert mark_differences(now, now, BodyLinks()) == ""
