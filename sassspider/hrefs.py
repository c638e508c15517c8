"""Addresses on a page, made absolute as browsers make them, and the files that they name."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from w3lib.url import safe_url_string

_DOCUMENT_SUFFIXES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar")
_WEB = frozenset({"http", "https"})
# A name, or an address: what ends in a number is one (WHATWG URL, host parsing), or nh3 would drop it from body_html.
_HOST = re.compile(
    r"(?:[\w-]+\.)*(?!\d+\.?\Z)[\w-]+\.?|(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|\.?\Z)){4}|[0-9a-f:.]+:[0-9a-f:.]+"
)
# What browsers strip from an address: controls and white space; and the marks of no width that are pasted with it.
_BLANKS = (
    "".join(map(chr, [*range(0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030)]))
    + "\u205f\u2060\u3000\ufeff"
)
_LINE_ENDS = re.compile(r"[\t\r\n]")
_EXTRA_SLASHES = re.compile(r"(?<=\Ahttp:)/{3,}|(?<=\Ahttps:)/*", re.IGNORECASE)
_NO_HOST = re.compile(r"(?:https?:)?//(?:[?#]|\Z)", re.IGNORECASE)  # what a form for links begins with, left as it was
_RELATIVE_WITH_EMPTY_PARTS = re.compile(r"(?![a-z][a-z0-9+.-]*:|/)[^?#]*//", re.IGNORECASE)
_SAFE = re.compile(r"https?://[a-z0-9.-]+/[\w.~/-]*(?:\?[\w.~=&-]+)?", re.ASCII)  # as most are: nothing to encode
_MAX_LENGTH = 8192  # characters; RFC 9110, section 4.1, asks servers to take 8,000 octets


def absolute(href: str, base_url: str, schemes: frozenset[str] = _WEB) -> str | None:
    """Return ``href`` as an absolute, percent-encoded URL; None if its scheme is not one of ``schemes``.

    As in browsers (WHATWG URL), white space around the address and tabs or line breaks inside it are left out, a
    backslash before a query or fragment is a slash, more than two slashes after ``http:`` are two, and any number after
    ``https:``. What begins with ``www.`` is taken for an http address. None also for an address that is longer than
    servers take, or has a control character in its host.
    """
    return _make_absolute(href, base_url, schemes) if len(href) <= _MAX_LENGTH else None


@lru_cache(maxsize=256)  # the same few links stand on each page of a section
def _make_absolute(href: str, base_url: str, schemes: frozenset[str]) -> str | None:
    href = clean_href(href)
    if not href or _NO_HOST.match(href):
        return None
    try:
        if href[:4].lower() == "www.":
            href = f"http://{href}"
        elif _RELATIVE_WITH_EMPTY_PARTS.match(href):  # ``urljoin`` would drop these
            href = f"{urlsplit(base_url).path.rpartition('/')[0]}/{href}"
        joined = urljoin(base_url, href)
        parts = urlsplit(joined)
        has_host = bool(parts.netloc) or parts.scheme in _WEB
        if parts.scheme not in schemes or (has_host and not _HOST.fullmatch(parts.hostname or "")):
            return None
        made = joined if _SAFE.fullmatch(joined) else safe_url_string(joined)
        return made if len(made) <= _MAX_LENGTH else None
    except ValueError:
        return None


def absolute_as_printed(href: str) -> str | None:
    """Return ``href`` as ``absolute`` does if it is printed as an absolute http(s) URL, else None."""
    return absolute(href, base_url="") if clean_href(href).lower().startswith(("http://", "https://")) else None


def absolute_from_root(path: str, base_url: str) -> str | None:
    """Return a link or bare path from the list of attachments as ``absolute`` does.

    The site prints ``upload/...`` there relative to its root. Other relative links are relative to ``base_url``.
    """
    path = clean_href(path)
    return absolute(f"/{path}" if path[:7].lower() == "upload/" else path, base_url)


def clean_href(href: str) -> str:
    """Return an address as browsers read it, as ``absolute`` describes it."""
    href = _LINE_ENDS.sub("", href).strip(_BLANKS)
    if "\\" in href:
        href = re.sub(r"\A[^?#]*", lambda path: path[0].replace("\\", "/"), href)
    return _EXTRA_SLASHES.sub("//", href)


def is_document(url: str) -> bool:
    """Return whether an absolute URL names a file that readers download (PDF, Office, archives)."""
    parts = urlsplit(url)
    return parts.scheme in _WEB and parts.path.lower().endswith(_DOCUMENT_SUFFIXES)


def file_name(url: str) -> str:
    """Return the last part of a URL's path, percent-decoded; "" if that names no file. No slash is in it."""
    name = PurePosixPath(unquote(urlsplit(url).path).replace("\\", "/")).name
    return "" if name == ".." else name
