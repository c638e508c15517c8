"""WARC 1.1: the page of each revision and the kept files, for archivists and replay. Needs warcio, the extra ``warc``.

The archive keeps a page's bytes as they were after decompression. With the head of the response it is a ``response``
record; without one it is a ``resource`` record.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from scrapy.exporters import BaseItemExporter
from sqlalchemy import RowMapping

from sassspider import __version__
from sassspider.archive.archive import Archive
from sassspider.archive.history import read_ids
from sassspider.archive.media import find_folder, read_kept, read_revision_urls
from sassspider.archive.reader import Revision, Selection
from sassspider.page import ResponseHead

# They describe the bytes as sent, which were decompressed and joined since.
_OF_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}
_INFO = {
    "software": f"sassspider {__version__}",
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": (
        "Article pages, one capture for each revision of an article: the page that the revision was last read from; "
        "and the pictures and files that they name, as far as they were kept. "
        "Captures in which nothing was edited, list pages and requests are not in it. "
        "A file, and a page whose response head was not kept, is a resource record. "
        "Headers of the transfer are named X-Archive-Orig-*, as pages are stored without compression."
    ),
}


class Capture(NamedTuple):
    """A stored page or file, and the head of its response, if that was kept."""

    url: str
    body: bytes
    fetched_at: str
    head: ResponseHead | None = None
    content_type: str = "text/xml"


Refuse = Callable[["Revision | Capture", str], None]


def read_captures(archive: Archive, selection: Selection, store: str, refuse: Refuse) -> Iterator[Capture]:
    """Yield the page of every revision of the selected articles, by article, oldest first, and the files they name.

    ``store`` is FILES_STORE; only a folder is read. What is damaged is passed, with the reason, to ``refuse``.
    """
    folder = find_folder(store) or Path()
    for site, ids in read_ids(archive, selection).items():
        kept = read_kept(archive, site, store)
        for article_id in ids:
            for revision in archive.read.revisions(site, [article_id]):
                url = revision.head["url"] if revision.head else revision.url
                try:
                    yield Capture(url, zlib.decompress(revision.body), revision.fetched_at, revision.head)
                except zlib.error as error:
                    refuse(revision, f"its archived bytes are damaged ({error})")
                rows = [kept.pop(url) for url in read_revision_urls(revision) if url in kept]
                yield from _read_files(rows, folder, refuse)


def _read_files(rows: Iterable[RowMapping], folder: Path, refuse: Refuse) -> Iterator[Capture]:
    for row in rows:
        capture = Capture(row["url"], b"", row["seen_at"], content_type=row["content_type"])
        try:
            body = (folder / row["path"]).read_bytes()
        except OSError as error:
            refuse(capture, f"its file can't be read ({error.strerror})")
            continue
        if hashlib.sha256(body).hexdigest() == row["sha256"]:
            yield capture._replace(body=body)
        else:
            refuse(capture, "its file is damaged")


class WarcExporter(BaseItemExporter):
    """Write a record a page or file, each compressed by itself. Its items are captures, not articles."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file

    def start_exporting(self) -> None:
        from warcio.warcwriter import WARCWriter

        self.writer = WARCWriter(self.file, gzip=True, warc_version="1.1")
        self.writer.write_record(self.writer.create_warcinfo_record(None, _INFO))

    def export_item(self, item: Capture) -> None:
        """Write a record."""
        head = item.head
        address = {"WARC-IP-Address": head["address"]} if head and head["address"] else {}
        record = self.writer.create_warc_record(
            item.url,
            "resource" if head is None else "response",
            payload=BytesIO(item.body),
            length=len(item.body),
            warc_content_type=item.content_type if head is None else "",
            warc_headers_dict={"WARC-Date": item.fetched_at, **address},
            http_headers=head and _make_http_headers(head, len(item.body)),
        )
        self.writer.write_record(record)


def _make_http_headers(head: ResponseHead, length: int) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_TRANSFER else name, value)
        for name, value in head["headers"]
    ]
    status = f"{head['status']} {responses.get(head['status'], '')}"
    return StatusAndHeaders(status, [*headers, ("Content-Length", str(length))], head["protocol"] or "HTTP/1.1")
