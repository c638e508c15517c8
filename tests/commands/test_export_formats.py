"""Every format of ``scrapy export``, and of feeds, has the articles that were asked for."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import yaml
from lxml import etree
from markdown_it import MarkdownIt
from pyarrow import parquet
from warcio.archiveiterator import ArchiveIterator

from tests.mocksite import COMMENTARY, Server, build_site

from ..crawled import CrawledSite
from ..crawling import one_line, query
from ..in_process import command, crawl


def read_markdown(path: Path) -> Iterator[str]:
    for one in path.glob("*.md"):
        yield read_front(one)["source"]


def read_text(path: Path) -> list[str]:
    with (path / "metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["file"] for row in rows} == {one.name for one in path.glob("*.txt")}
    return [row["url"] for row in rows]


def read_warc(path: Path) -> list[str]:
    with path.open("rb") as file:
        urls = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(file)]
    return urls[1:]


FORMATS: dict[str, Callable[[Path], object]] = {
    "jl": lambda path: [json.loads(line)["url"] for line in path.read_text(encoding="utf-8").splitlines()],
    "markdown": read_markdown,
    "text": read_text,
    "dataset": lambda path: parquet.read_table(path / "articles.parquet").column("url").to_pylist(),
}


@pytest.mark.parametrize(("name", "read"), FORMATS.items())
def test_export_has_every_article(crawled: CrawledSite, tmp_path: Path, name: str, read: Any) -> None:
    """Of the formats that are no feed of the crawl: the others are compared with it."""
    path = tmp_path / f"x.{name}"
    options = ["--section", COMMENTARY, "--duplicates", "--format", name]
    for _ in range(2):  # what an export wrote may be replaced
        run = command(crawled.folder, "export", *options, "-o", str(path))
        assert (run.code, run.stderr) == (0, f"{len(crawled.before)} articles written to {path}\n")
    assert list(tmp_path.iterdir()) == [path]
    assert sorted(read(path)) == sorted({**crawled.before, **crawled.after}[one]["url"] for one in crawled.before)


def test_warc_has_every_revision(crawled: CrawledSite, tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    run = command(crawled.folder, "export", "--section", COMMENTARY, "-o", str(path))
    expected = [crawled.before[one]["url"] for one in crawled.originals]
    expected += [crawled.after[one]["url"] for one in (crawled.reworded, crawled.retitled)]
    assert (run.code, run.stderr) == (0, f"{len(expected)} pages and files written to {path}\n")
    assert sorted(read_warc(path)) == sorted(expected)
    for fleet in ([], ["--fleet", "--format", "warc.gz"]):
        run = command(crawled.folder, "export", "--revisions", "-o", str(path), *fleet)
        one_line(run, 2, "warc.gz has the page of every revision already: leave out --revisions")


def test_markdown_shows_kept_pictures(tmp_path: Path) -> None:
    """A picture that is kept is a file of the folder; one that is not, or is lost, has its address."""
    with Server(build_site(seed=5, articles=30)) as server:
        articles = crawl(tmp_path, server.url).articles()
        assert crawl(tmp_path, server.url, spider="media").code == 0
    lost = {one.unlink() or one.name for one in sorted((tmp_path / "data/media").iterdir())[::5]}
    kept = dict(query(tmp_path, "SELECT url, path FROM media WHERE status = 'kept'"))
    for _ in range(2):
        run = command(tmp_path, "export", "-o", "notes", "--format", "markdown")
        assert run.code == 0, run.stderr
    notes = {read_front(path)["id"]: path for path in (tmp_path / "notes").glob("*.md")}
    copied = set()
    for number, path in notes.items():
        shown = [image.get("src") for image in render(path).iter("img")]
        paths = [(kept[one["url"]], one["url"]) for one in articles[number]["images"]]
        assert shown == [url if path in lost else f"media/{path}" for path, url in paths]
        files = [one.get("file", "") for one in read_front(path).get("attachments", [])]
        copied |= {one.removeprefix("media/") for one in (*shown, *files) if one.startswith("media/")}
    assert copied == {one.name for one in (tmp_path / "notes/media").iterdir()} == set(kept.values()) - lost


def read_front(path: Path) -> dict[str, Any]:
    front: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
    return front


def render(path: Path) -> etree._Element:
    """Return a note as CommonMark renders it."""
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    return lxml.html.fragment_fromstring(MarkdownIt("commonmark").enable("table").render(body), create_parent="div")
