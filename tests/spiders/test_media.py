"""The spider ``media`` over HTTP: what is kept, what is tried again, and what is never requested."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_sections
from sassspider.archive.tables import media
from sassspider.pipelines.media import FtpStore
from sassspider.urls import site_key
from tests.mocksite import Request, Response, Server, build_site, error_response
from tests.mocksite.files import make_file
from tests.mocksite.responses import html_response

from ..archive.factories import make_writer, read_rows, save
from ..crawling import PROJECT, Run, crawl_command, one_line, scrapy
from ..in_process import command, crawl
from ..programs import running
from .visits import Answers

SVG = Response(200, (("Content-Type", "image/jpeg"),), b'<?xml version="1.0"?><svg onload="alert(1)"></svg>')
PAGE = html_response("<!DOCTYPE html><html><p>Sorry</p></html>")._replace(headers=(("Content-Type", "image/png"),))
PNG = make_file("/upload/0.png") or PAGE
MISSING, BROKEN = error_response(404, "Not Found"), error_response(500, "Error")


def serve(answers: Mapping[str, Sequence[Response]] | None = None, **options: object) -> Server:
    """Answer a path with these responses."""
    given = [Answers(path, responses=responses) for path, responses in (answers or {}).items()]

    def deliver(*asked: Any) -> Response | None:
        return next(filter(None, (one(*asked) for one in given)), None)

    return Server(build_site(5, 12, **options), deliver=deliver)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def add_article(folder: Path, site: Server, urls: Sequence[str]) -> None:
    """Archive an article with these pictures."""
    with open_archive(folder) as archive:
        save(make_writer(archive, site_key(site.url, {})), 7, images=[{"url": url, "alt": None} for url in urls])


def open_archive(folder: Path) -> Archive:
    return Archive.open(f"sqlite:///{folder}/data/sassspider.db")


def run_media(folder: Path, site: Server, *others: Server, **settings: str) -> Run:
    hosts = ",".join(one.url.removeprefix("http://") for one in others)
    return crawl(folder, site.url, spider="media", settings={"MEDIA_HOSTS": hosts, **settings})


def read_media(folder: Path) -> dict[str, dict[str, Any]]:
    with open_archive(folder) as archive:
        return {row["url"]: dict(row) for row in read_rows(archive, media)}


def check_files(folder: Path) -> None:
    """Each file is whole, stands there once, and belongs to a row."""
    paths = {row["path"] for row in read_media(folder).values() if row["path"]}
    files = list((folder / "data/media").iterdir())
    assert {one.name for one in files} == paths
    assert [one.stem for one in files] == [hashlib.sha256(one.read_bytes()).hexdigest() for one in files]


def read_counts(folder: Path) -> dict[str, int]:
    """Return the counts in the report of the last media run."""
    path = max((folder / "data/runs").glob("*-media-*.json"), key=lambda one: int(one.stem.rpartition("-")[2]))
    counts: dict[str, int] = json.loads(path.read_text())["counts"]
    return counts


def test_each_file_is_kept_once(tmp_path: Path) -> None:
    """Also those of removed articles and of earlier revisions; three further runs request nothing."""
    site = build_site(5, 40, validators=False)
    is_changed = False

    def deliver(request: Request, response: Response) -> Response | None:
        if not (is_changed and request.target.endswith(".aspx")):
            return None
        return response._replace(body=response.body.replace(b"/upload/images/2026/", b"/upload/images/2027/"))

    with Server(site, deliver=deliver) as server:
        before = crawl(tmp_path, server.url)
        named = {url for one in before.articles().values() for url in find_urls(one)}
        removed = next(one for one, article in before.articles().items() if article["images"])
        site.remove(removed)
        is_changed = True
        for _ in range(2):
            crawl(tmp_path, server.url, mode="refresh")
        after = crawl(tmp_path, server.url).articles()
        assert after[removed]["date_removed"]
        named |= {url for one in after.values() for url in find_urls(one)}
        server.take_paths()
        runs = [run_media(tmp_path, server) for _ in range(4)]
        assert sorted(server.take_paths()) == sorted(url.removeprefix(server.url) for url in named)
    assert [run.code for run in runs] == [0] * 4
    with open_archive(tmp_path) as archive:  # scrapy status shows sections
        assert [one["section_id"] for one in read_sections(archive, None, 9)] == ["103002"]
    assert any("/2027/" in url for url in named)
    rows = read_media(tmp_path)
    for url in named:
        served = make_file(url.removeprefix(server.url))
        assert served is not None
        assert (tmp_path / "data/media" / rows[url]["path"]).read_bytes() == served.body
        assert rows[url]["bytes"] == len(served.body)
    check_files(tmp_path)
    assert read_counts(tmp_path) == dict.fromkeys(read_counts(tmp_path), 0) | {
        "found": len(named),
        "kept_before": len(named),
    }


def find_urls(article: dict[str, Any]) -> list[str]:
    return [one["url"] for one in (*article["images"], *article["attachments"])]


def test_embedded_files_are_kept(tmp_path: Path) -> None:
    """Films, sounds and documents, of the site only; a film that is too large is not."""
    embedded = (
        b'<video poster="/upload/p.png"><source src="/upload/film.mp4"></video><audio src="/upload/talk.mp3"></audio>'
        b'<embed src="/upload/paper.pdf"><object data="/upload/long.mp4"></object><a href="/upload/old.mp3">hear it</a>'
        b'<iframe src="/103002/default.aspx"></iframe><video src="http://films.example/x.mp4"></video>'
    )
    long = Response(200, (("Content-Type", "video/mp4"),), bytes(5000))

    def deliver(request: Request, response: Response) -> Response | None:
        if request.target.endswith(".aspx"):
            return response._replace(body=response.body.replace(b"<![CDATA[", b"<![CDATA[" + embedded))
        return long if request.target == "/upload/long.mp4" else None

    with Server(build_site(5, 1), deliver=deliver) as site:
        (article,) = crawl(tmp_path, site.url).articles().values()
        run = run_media(tmp_path, site, DOWNLOAD_MAXSIZE="4000")
    assert [one["url"] for one in article["images"]][:1] == [f"{site.url}/upload/p.png"]
    embeds = {"/upload/film.mp4", "/upload/talk.mp3", "/upload/paper.pdf", "/upload/old.mp3"}
    expected = {f"{site.url}{one}" for one in embeds} | {*find_urls(article)}
    rows = read_media(tmp_path)
    assert {url for url, row in rows.items() if row["status"] == "kept"} == expected
    assert rows[f"{site.url}/upload/long.mp4"]["answer"] == "the response is larger than DOWNLOAD_MAXSIZE"
    assert len(rows) == len(expected) + 1
    assert (rows[f"{site.url}/upload/talk.mp3"]["content_type"], run.code) == ("audio/mpeg", 3)
    check_files(tmp_path)


def test_failing_host_loses_only_its_files(tmp_path: Path, stack: ExitStack) -> None:
    """One host fails, one fails at first, one sends pages in place of pictures."""
    paths = [f"/upload/{number}.png" for number in range(7)]
    site = stack.enter_context(serve())
    broken = stack.enter_context(serve({path: [BROKEN] for path in paths}))
    flapping = stack.enter_context(serve({paths[0]: [BROKEN, BROKEN, PNG]}))
    lying = stack.enter_context(serve({"/a.png": [PAGE], "/b.jpg": [SVG], "/c.pdf": [PNG]}))
    others = (broken, flapping, lying)
    before = crawl(tmp_path, site.url)
    urls = [f"{host.url}{path}" for host in (broken, flapping) for path in paths]
    urls += [f"{lying.url}{path}" for path in ("/a.png", "/b.jpg", "/c.pdf")]
    add_article(tmp_path, site, [*urls, f"{site.url}/upload/own.gif"])
    wanted = {url for one in before.articles().values() for url in find_urls(one)} | {*urls}
    site.take_paths()

    run = run_media(tmp_path, site, *others, CONCURRENT_REQUESTS="1")
    asked = broken.take_paths()
    assert set(asked) in ({*paths[:5]}, {*paths[:6]})  # the next one may have been sent meanwhile
    assert Counter(asked) == dict.fromkeys(asked, 2)
    left = len(paths) - len(set(asked))
    assert (run.code, run.reasons) == (
        3,
        (
            f"{9 - left} files could not be fetched: the next run tries again",
            f"{left} files of hosts that fail were not requested: the next run does it",
        ),
    )
    rows = read_media(tmp_path)
    statuses = Counter(row["status"] for row in rows.values())
    assert statuses == {"kept": len(wanted) + 1 - 9, "failed": 8 - left, "refused": 1}
    assert rows[f"{lying.url}/a.png"]["answer"] == "it is HTML or XML in place of a file"
    assert rows[f"{broken.url}{paths[0]}"]["answer"] == "HTTP status 500"
    endings = [Path(rows[f"{lying.url}/{name}"]["path"]).suffix for name in ("b.jpg", "c.pdf")]
    assert endings == [".bin", ".png"]
    assert len(site.take_paths()) == len(set(wanted - {*urls})) + 1
    check_files(tmp_path)
    flapping.take_paths(), lying.take_paths()

    run = run_media(tmp_path, site, *others)
    assert run.code == 3
    assert site.take_paths() == []
    assert (flapping.take_paths(), lying.take_paths()) == ([paths[0]], ["/a.png"])
    refused = read_media(tmp_path)[f"{lying.url}/a.png"]
    assert (refused["status"], refused["tries"]) == ("refused", 2)
    check_files(tmp_path)

    after = crawl(tmp_path, site.url)
    assert (before.code, after.code, after.reasons) == (0, 0, ())


def test_not_found_twice_is_final(tmp_path: Path, stack: ExitStack) -> None:
    answers = {"/upload/a.png": [MISSING], "/upload/b.png": [MISSING, BROKEN, BROKEN, MISSING]}
    site = stack.enter_context(serve(answers))
    add_article(tmp_path, site, [f"{site.url}{path}" for path in answers])
    codes, asked = [], []
    for _ in range(5):
        codes.append(run_media(tmp_path, site).code)
        asked.append(sorted(set(site.take_paths())))
    assert codes == [3, 3, 3, 0, 0]
    assert asked == [[*answers], [*answers], ["/upload/b.png"], ["/upload/b.png"], []]
    assert [(row["status"], row["tries"]) for row in read_media(tmp_path).values()] == [("not found", 2)] * 2


def test_unknown_site_is_wrong_usage(tmp_path: Path, stack: ExitStack) -> None:
    one_line(command(tmp_path, "crawl", "media"), 1, "no archive")
    assert not (tmp_path / "data").exists()
    add_article(tmp_path, stack.enter_context(serve()), [])
    one_line(command(tmp_path, "crawl", "media"), 2, "the archive has no article of en.sass.cn: crawl it first")


def test_feeds_of_articles_stay(tmp_path: Path, stack: ExitStack) -> None:
    """FEEDS in settings.py is for the spiders of articles; -O is refused."""
    site = stack.enter_context(serve())
    add_article(tmp_path, site, [f"{site.url}/upload/a.png"])
    (tmp_path / "own.py").write_text('from sassspider.settings import *\nFEEDS = {"x.csv": {"overwrite": True}}\n')
    (tmp_path / "x.csv").write_text("the corpus")
    own = {"SCRAPY_SETTINGS_MODULE": "own", "PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    run = scrapy(tmp_path, *crawl_command(site.url, spider="media")[3:], **own)
    assert (run.code, (tmp_path / "x.csv").read_text()) == (0, "the corpus")
    one_line(
        command(tmp_path, *crawl_command(site.url, "-Ox.csv", spider="media")[3:]), 2, "leave out -o, -O and FEEDS"
    )


def test_browser_fetches_no_file(tmp_path: Path, stack: ExitStack) -> None:
    """Chromium would reach the site only."""
    site, other = stack.enter_context(serve()), stack.enter_context(serve())
    add_article(tmp_path, site, [f"{one.url}/upload/a.png" for one in (site, other)])
    assert run_media(tmp_path, site, other, BROWSER="always").code == 0
    assert [row["status"] for row in read_media(tmp_path).values()] == ["kept", "kept"]
    requests = [*site.requests, *other.requests]
    assert [one.path for one in requests] == ["/robots.txt", "/upload/a.png"] * 2
    assert not any("sec-fetch-mode" in one.headers for one in requests)


def test_each_answer_has_a_reason(tmp_path: Path, stack: ExitStack) -> None:
    """Other hosts and what robots.txt disallows are never requested. Folders of years look like sections."""
    other = stack.enter_context(serve())
    large = PNG._replace(body=PNG.body + bytes(4000))
    away, moved = (Response(302, (("Location", url),), b"") for url in (f"{other.url}/a.png", "/upload/c.png"))
    answers = {"denied": error_response(403, "Forbidden"), "large": large, "empty": Response(200, (), b"")}
    answers |= {"away": away, "moved": moved}
    robots = "User-agent: *\nDisallow: /2026/secret.png\n"
    site = stack.enter_context(serve({f"/2026/{name}.png": [one] for name, one in answers.items()}, robots=robots))
    urls = [f"{site.url}/2026/{name}.png" for name in (*answers, "secret")]
    add_article(tmp_path, site, [*urls, f"{other.url}/upload/x.png", f"{site.url}/{'x' * 2000}.png"])
    run = run_media(tmp_path, site, DOWNLOAD_MAXSIZE="4000")
    assert (run.code, other.requests, read_counts(tmp_path)["forbidden"]) == (3, [], 3)
    assert "/2026/secret.png" not in site.take_paths()
    found = {Path(url).stem: (row["status"], row["answer"]) for url, row in read_media(tmp_path).items()}
    assert found == {
        "denied": ("forbidden", "HTTP status 403"),
        "large": ("refused", "the response is larger than DOWNLOAD_MAXSIZE"),
        "empty": ("refused", "it is empty"),
        "away": ("forbidden", f"it leads to {other.url}/a.png, which is not on {site.url}"),
        "moved": ("kept", None),
        "secret": ("forbidden", "disallowed by robots.txt"),
    }
    assert f"{other.url.removeprefix('http://')}: 1 files; add the host to MEDIA_HOSTS" in run.stderr
    check_files(tmp_path)


def test_retry_after_pauses_host(tmp_path: Path) -> None:
    busy = error_response(429, "Too Many Requests")._replace(headers=(("Retry-After", "30"),))
    paths = [f"/upload/{number}.png" for number in range(3)]
    with serve({path: [busy] for path in paths}) as site:
        add_article(tmp_path, site, [f"{site.url}{path}" for path in paths])
        assert run_media(tmp_path, site, CONCURRENT_REQUESTS="1").code == 3
        assert site.take_paths() in (paths[:1], paths[:2])  # the next one may have been sent meanwhile


def test_unwritable_store_ends_crawl(tmp_path: Path) -> None:
    with serve() as site:
        add_article(tmp_path, site, [f"{site.url}/upload/a.png"])
        (tmp_path / "data/media").write_text("a file")
        run = run_media(tmp_path, site)
        assert run.code == 1
        assert run.reasons == (
            "the crawl was not finished: FILES_STORE could not be written",
            "FILES_STORE could not be written",
        )
        assert f"  reasons    {run.reasons[0]}" in run.stderr
        for store in ("", "/proc/no/folder"):
            run = run_media(tmp_path, site, FILES_STORE=store)
            assert run.reasons[0] == "the crawl was not finished: FILES_STORE can't be used"
    assert read_media(tmp_path) == {}


def test_files_are_kept_by_ftp(tmp_path: Path) -> None:
    """The next run requests nothing; a server that is away ends the crawl, and the run after it goes on."""
    kept = tmp_path / "ftp"
    kept.mkdir()
    paths = ["/upload/a.png", "/upload/b.pdf"]
    command = [sys.executable, "-m", "pyftpdlib", "-i", "127.0.0.1", "-d", kept, "-w", "-u", "me", "-P", "secret", "-p"]
    with serve() as site, running(command, tmp_path) as port:
        address = f"127.0.0.1:{port}"
        add_article(tmp_path, site, [f"{site.url}{path}" for path in paths])
        run = run_media(tmp_path, site, FILES_STORE="ftp://me:secret@127.0.0.1:1/media")  # nothing listens there
        assert (run.code, run.reasons[1]) == (1, "FILES_STORE could not be written")
        run = run_media(tmp_path, site, FILES_STORE=f"ftp://me:secret@{address}/media/of site")
        assert (run.code, sorted({*site.take_paths()})) == (0, paths)
        assert (run_media(tmp_path, site, FILES_STORE=f"ftp://me:secret@{address}/x").code, site.take_paths()) == (
            0,
            [],
        )
    assert "secret" not in run.stderr
    for url, row in read_media(tmp_path).items():
        served = make_file(url.removeprefix(site.url))
        assert served is not None
        assert (kept / "media/of site" / row["path"]).read_bytes() == served.body


def test_ftp_has_a_usual_port() -> None:
    assert [FtpStore(f"ftp://me:secret@a.example{port}/b").port for port in ("", ":2121")] == [21, 2121]
