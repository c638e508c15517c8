"""WARC 1.1: the stored page of each revision, for archivists and replay. Needs warcio, the extra ``warc``.

The archive keeps a page's bytes as they were after decompression. With the head of the response it is a ``response``
record; without one it is a ``resource`` record.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from scrapy.exporters import BaseItemExporter

from sassspider import __version__

if TYPE_CHECKING:
    from sassspider.archive.archive import Archive
    from sassspider.archive.reader import Revision, Selection

# They describe the bytes as sent, which were decompressed and joined since.
_OF_THE_TRANSFER = {"content-encoding", "transfer-encoding", "content-length"}
_INFO = {
    "software": f"sassspider {__version__}",
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": (
        "Article pages, one capture for each revision of an article: the page that the revision was last read from. "
        "Captures in which nothing was edited, list pages, pictures, files and requests are not in it. "
        "A page whose response head was not kept is a resource record. "
        "Headers of the transfer are named X-Archive-Orig-*, as pages are stored without compression."
    ),
}


class Head(NamedTuple):
    """The head of a response."""

    protocol: str  # HTTP/1.1
    status: str  # 200 OK
    headers: list[tuple[str, str]]


class Capture(NamedTuple):
    """A stored page, and the head of its response, if that was kept."""

    url: str
    body: bytes
    fetched_at: str
    head: Head | None = None


def read_captures(archive: Archive, selection: Selection, refuse: Callable[[Revision, str], None]) -> Iterator[Capture]:
    """Yield the page of every revision of the selected articles: by article, oldest first.

    One whose bytes are damaged is passed, with the reason, to ``refuse``.
    """
    from sassspider.archive.history import read_ids

    for site, ids in read_ids(archive, selection).items():
        for article_id in ids:
            for revision in archive.read.revisions(site, [article_id]):
                try:
                    yield Capture(revision.url, zlib.decompress(revision.body), revision.fetched_at)
                except zlib.error as error:
                    refuse(revision, f"its archived bytes are damaged ({error})")


class WarcExporter(BaseItemExporter):
    """Write a record a page, each compressed by itself. Its items are pages of the archive, not articles."""

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
        record = self.writer.create_warc_record(
            item.url,
            "resource" if head is None else "response",
            payload=BytesIO(item.body),
            length=len(item.body),
            warc_content_type="text/xml" if head is None else "",
            warc_headers_dict={"WARC-Date": item.fetched_at},
            http_headers=head and _make_http_headers(head, len(item.body)),
        )
        self.writer.write_record(record)


def _make_http_headers(head: Head, length: int) -> Any:
    from warcio.statusandheaders import StatusAndHeaders

    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _OF_THE_TRANSFER else name, value) for name, value in head.headers
    ]
    return StatusAndHeaders(head.status, [*headers, ("Content-Length", str(length))], protocol=head.protocol)
