"""WARC, read by warcio."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("warcio")

from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from sassspider.exporters.warc import Capture, WarcExporter
from sassspider.page import ResponseHead

from .hostile import write_file

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
