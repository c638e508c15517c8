"""WARC, read by warcio."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.exporters.warc import Capture, WarcExporter, read_captures
from sassspider.page import ResponseHead
from tests.missing import import_or_skip
from tests.mocksite import Server, build_site
from tests.mocksite.files import make_file

from ..in_process import crawl
from .hostile import write_file

ArchiveIterator = import_or_skip("warcio.archiveiterator").ArchiveIterator
Checker = import_or_skip("warcio.checker").Checker

BODY = "<?xml version='1.0'?><html>渡口</html>".encode()
HEAD: ResponseHead = {
    "url": "http://en.sass.cn/103002/41.aspx",
    "protocol": None,
    "status": 200,
    "headers": [("Content-Type", "text/xml"), ("Content-Encoding", "gzip"), ("ETag", '"a"')],
    "address": "192.0.2.7",
}

FILE = Capture("http://en.sass.cn/upload/a.png", b"png", "2026-03-04T06:00:00Z", content_type="image/png")


def make_capture(**changes: Any) -> Any:
    fields = {"url": "http://en.sass.cn/103002/41.aspx", "body": BODY, "fetched_at": "2026-03-04T06:00:00Z"}
    return Capture(**{**fields, **changes})


def read_records(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        return [
            {
                "type": record.rec_type,
                "url": record.rec_headers.get_header("WARC-Target-URI"),
                "date": record.rec_headers.get_header("WARC-Date"),
                "kind": record.rec_headers.get_header("Content-Type"),
                "address": record.rec_headers.get_header("WARC-IP-Address"),
                "http": record.http_headers,
                "content": record.content_stream().read(),
            }
            for record in ArchiveIterator(file)
        ]


def check_digests(path: Path) -> None:
    """Do what ``warcio check`` does."""
    checker = Checker(SimpleNamespace(inputs=[str(path)], verbose=False))
    checker.process_all()
    assert checker.exit_value == 0


def test_page_is_resource_or_response(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    path.write_bytes(write_file(WarcExporter, make_capture(), make_capture(head=HEAD), FILE))
    check_digests(path)
    info, resource, response, file = read_records(path)
    assert [one["type"] for one in (info, resource, response, file)] == ["warcinfo", "resource", "response", "resource"]
    assert (file["url"], file["kind"], file["content"]) == (FILE.url, "image/png", b"png")
    assert (resource["kind"], resource["address"], response["address"]) == ("text/xml", None, "192.0.2.7")
    assert b"one capture for each revision" in info["content"]
    assert resource["content"] == response["content"] == BODY
    assert (resource["url"], resource["date"]) == ("http://en.sass.cn/103002/41.aspx", "2026-03-04T06:00:00Z")
    assert (response["http"].protocol, response["http"].statusline) == ("HTTP/1.1", "200 OK")
    assert response["http"].headers == [
        ("Content-Type", "text/xml"),
        ("X-Archive-Orig-Content-Encoding", "gzip"),
        ("ETag", '"a"'),
        ("Content-Length", str(len(BODY))),
    ]


def test_crawl_is_exported_with_heads_and_files(tmp_path: Path) -> None:
    with Server(build_site(seed=5, articles=12)) as server:
        articles = crawl(tmp_path, server.url).articles()
        assert crawl(tmp_path, server.url, spider="media").code == 0
        url = server.url
    path = tmp_path / "x.warc.gz"
    refused: list[tuple[str, str]] = []
    store = tmp_path / "data/media"
    lost, damaged, *_ = sorted(store.iterdir())
    lost.unlink()
    damaged.write_bytes(b"other bytes")
    with Archive.open(f"sqlite:///{tmp_path}/data/sassspider.db") as archive:
        found = read_captures(archive, Selection(None), str(store), lambda one, why: refused.append((one.url, why)))
        path.write_bytes(write_file(WarcExporter, *found))
    check_digests(path)
    _, *records = read_records(path)
    pages = {one["url"]: one for one in records if one["type"] == "response"}
    assert set(pages) == {one["url"] for one in articles.values()}
    for one in pages.values():
        assert (one["http"].protocol, one["http"].statusline, one["address"]) == ("HTTP/1.1", "200 OK", "127.0.0.1")
        assert one["http"].get_header("Etag")
    files = {one["url"]: one["content"] for one in records if one["type"] == "resource"}
    named = {one["url"] for article in articles.values() for one in (*article["images"], *article["attachments"])}
    assert set(files) | {one for one, _ in refused} == named
    assert sorted(why for _, why in refused) == [
        "its file can't be read (No such file or directory)",
        "its file is damaged",
    ]
    for one, content in files.items():
        served = make_file(one.removeprefix(url))
        assert served is not None
        assert content == served.body
