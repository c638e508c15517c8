"""Pictures and files of articles: what became of each address, and which bytes are kept under which name."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider.errors import FORBIDDEN, NOT_FOUND, ForbiddenByRobotsError, OffsiteError, describe_error
from sassspider.items import Attachment, Image
from sassspider.urls import DEFAULT_PORTS, parse_site

# kept; failed (no answer, or an error of the server); forbidden (robots.txt, 401, 403, 451); not found (404, 410);
# refused (the bytes are no file to keep)
Status = Literal["kept", "failed", "forbidden", "not found", "refused"]

_HEAD = 4096  # bytes that tell a file's type
# What a file's first bytes are, and the endings it may have: that of its address, else the first.
_KINDS: tuple[tuple[bytes, dict[str, str]], ...] = (
    (rb"\x89PNG\r\n\x1a\n", {".png": "image/png"}),
    (rb"\xff\xd8\xff", {".jpg": "image/jpeg"}),
    (rb"GIF8[79]a", {".gif": "image/gif"}),
    (rb"RIFF....WEBP", {".webp": "image/webp"}),
    (rb"BM....\0\0\0\0", {".bmp": "image/bmp"}),
    (rb"II\*\0|MM\0\*", {".tif": "image/tiff"}),
    (rb"%PDF-", {".pdf": "application/pdf"}),
    (
        rb"PK\x03\x04",
        {
            ".zip": "application/zip",
            ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        },
    ),
    (
        rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        {
            ".bin": "application/octet-stream",
            ".doc": "application/msword",
            ".xls": "application/vnd.ms-excel",
            ".ppt": "application/vnd.ms-powerpoint",
        },
    ),
    (rb"Rar!\x1a\x07", {".rar": "application/vnd.rar"}),
    (rb"....ftyp(?:iso|mp4|avc1|M4V)", {".mp4": "video/mp4", ".m4v": "video/x-m4v"}),
    (rb"....ftypM4A", {".m4a": "audio/mp4"}),
    (rb"....ftypqt", {".mov": "video/quicktime"}),
    (rb"ID3|\xff[\xfb\xf3\xf2]", {".mp3": "audio/mpeg"}),
    (rb"\x1a\x45\xdf\xa3", {".webm": "video/webm", ".mkv": "video/x-matroska"}),
    (rb"OggS", {".ogg": "audio/ogg", ".oga": "audio/ogg", ".ogv": "video/ogg"}),
    (rb"RIFF....WAVE", {".wav": "audio/wav"}),
    (rb"RIFF....AVI ", {".avi": "video/x-msvideo"}),
    (rb"FLV\x01", {".flv": "video/x-flv"}),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", {".wmv": "video/x-ms-wmv", ".wma": "audio/x-ms-wma"}),
)
CONTENT_TYPES = {ending: name for _, endings in _KINDS for ending, name in endings.items()}
_FILMS_AND_SOUNDS = {one for one, name in CONTENT_TYPES.items() if name.startswith(("video/", "audio/"))}
_LINK = re.compile(r'<a href="([^"]+)')
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks, and the zeros of UTF-16
_SVG = re.compile(rb"<(?:\0?[?!][^>]*+>[\s\0]*+<)*+\0?s\0?v\0?g\b", re.IGNORECASE)


class RefusedFileError(Exception):
    """The bytes are no file to keep; the message says why."""


class _Downloaded:
    response: Response | None = None  # what the pipeline is to keep; never exported


@dataclass(kw_only=True)
class MediaFile(_Downloaded):
    """The address of a picture or a file, and what became of it."""

    url: str
    status: Status = "kept"
    answer: str | None = None  # why there is no file
    path: str | None = None  # below FILES_STORE
    sha256: str | None = None
    content_type: str | None = None  # told by the bytes, whatever the server says
    bytes: int | None = None


def parse_hosts(hosts: Iterable[str]) -> list[str]:
    """Return the base URLs of the hosts in MEDIA_HOSTS; raise ValueError for one that is none."""
    return [parse_site(f"http://{host.strip().rpartition('://')[2]}") for host in hosts]


def classify_failure(url: str, error: BaseException) -> MediaFile:
    """Return what an exception of Scrapy's downloader, or an HTTP status, says about a file."""
    code = error.response.status if isinstance(error, HttpError) else None
    status: Status = "failed"
    if code in NOT_FOUND:
        status = "not found"
    elif code in FORBIDDEN or isinstance(error, (ForbiddenByRobotsError, OffsiteError)):
        status = "forbidden"
    elif isinstance(error, DownloadCancelledError):
        status = "refused"
    return MediaFile(url=url, status=status, answer=f"HTTP status {code}" if code else describe_error(error))


def find_ending(body: bytes, url: str) -> str:
    """Return the ending of a file's name, told by its first bytes; raise RefusedFileError for HTML and XML.

    They are pages in place of a file, and a later run may get the file. An SVG may run scripts: like a file of an
    unknown type it ends in ``.bin``, so that nothing shows it.
    """
    head = body[:_HEAD]
    for signature, endings in _KINDS:
        if re.match(signature, head, re.DOTALL):
            own = PurePosixPath(urlsplit(url).path).suffix.lower()
            return own if own in endings else next(iter(endings))
    text = head.lstrip(_BLANK)
    if not text:
        raise RefusedFileError("it is empty")
    if text.startswith(b"<") and not _SVG.match(text):
        raise RefusedFileError("it is HTML or XML in place of a file")
    return ".bin"


def media_urls(images: Iterable[Image], attachments: Iterable[Attachment], body_html: str) -> Iterator[str]:
    """Yield the addresses of an article's pictures and files, without fragments.

    So are films and sounds that its body embeds or links to: both are links in ``body_html``.
    """
    for one in (*images, *attachments):
        yield urldefrag(one["url"]).url
    for href in _LINK.findall(body_html):
        parts = urlsplit(html.unescape(href))
        if parts.scheme in DEFAULT_PORTS and PurePosixPath(parts.path).suffix.lower() in _FILMS_AND_SOUNDS:
            yield parts._replace(fragment="").geturl()
