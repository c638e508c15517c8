"""The site's URL scheme: parse, build and classify URLs, and make links absolute. No other module spells a URL.

An article is ``/<section>/<id>.aspx`` and a section's list ``/<section>/default.aspx``, as seen on
the site. A child section's id extends its parent's by three digits (103002 belongs to 103,
105001002 to 105001), so no length of a section id is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from w3lib.url import canonicalize_url, safe_url_string

DEFAULT_SITE = "http://en.sass.cn"
DEFAULT_PORTS = {"http": 80, "https": 443}

_ARTICLE_PATH = re.compile(r"/(?P<section>[0-9]{1,18})/(?P<id>[0-9]{1,18})\.aspx", re.IGNORECASE)
_SECTION_ID = re.compile(r"[0-9]{1,18}")
_CHILD_DIGITS = 3
_PAGE_SUFFIXES = {"", ".aspx", ".html", ".htm", ".xml", ".shtml"}
_DOCUMENT_SUFFIXES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar")
_WEB = frozenset(DEFAULT_PORTS)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# A name, or an address: what ends in a number is one (WHATWG URL, host parsing), or nh3 would drop it from body_html.
_HOST = re.compile(
    r"(?:[\w-]+\.)*(?!\d+\.?\Z)[\w-]+\.?|(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?=\d)|\.?\Z)){4}|[0-9a-f:.]+:[0-9a-f:.]+"
)
# What browsers strip from an address: controls and white space; and the marks of no width that are pasted with it.
_BLANKS = (
    "".join(map(chr, [*range(0x21), 0x85, 0xA0, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030)]))
    + "\u205f\u2060\u3000\ufeff"
)
_EXTRA_SLASHES = re.compile(r"(https?:)/{3,}", re.IGNORECASE)
_MAX_LIST_URL = 500  # characters
_MAX_LENGTH = 8192  # characters; RFC 9110, section 4.1, asks servers to take 8,000 octets


class ArticleUrl(NamedTuple):
    """The section and id in an article's URL."""

    section_id: str
    id: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a section: an article (with its id) or a page of its list."""

    kind: Literal["article", "list"]
    url: str
    id: int = 0


def parse_site(text: str) -> str:
    """Return the base URL (scheme, host, port; lower case, no final slash) that ``text`` names.

    Raises ValueError when it is not the http(s) URL of a whole site.
    """
    parts = urlsplit(text.strip())
    hostname = parts.hostname or ""
    if parts.scheme not in DEFAULT_PORTS or not re.fullmatch(r"[\w.:-]+", hostname):
        raise ValueError(f"not the http(s) address of a site: {text!r}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"a site has no path, query or user name: {text!r}")
    host = f"[{hostname}]" if ":" in hostname else hostname
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def site_key(site: str, mirrors: Mapping[str, str]) -> str:
    """Return the name that a site is archived under: its host, with a port that is not the usual one.

    ``mirrors`` gives, for the host of a mirror (with a port, if that is not the usual one), the host that it mirrors.
    """
    name, port = origin(site)
    named = name if port == 80 else f"{name}:{port}"
    if named in mirrors or port == 80:
        return mirrors.get(named, named)
    return f"{mirrors.get(name, name)}:{port}"


def is_same_site(url: str, site: str, mirrors: Mapping[str, str]) -> bool:
    """Return whether ``url`` is on the site with this base URL, or on a mirror of it, by http or https.

    One with a user or a password is not: no page has any, and Scrapy can't ask for it.
    """
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in DEFAULT_PORTS and "@" not in parts.netloc
        return is_web and site_key(url, mirrors) == site_key(site, mirrors)
    except ValueError:
        return False


def rebase(url: str, site: str) -> str:
    """Return the same page on the base URL ``site``: what a mirror, or the https twin, served in its place."""
    parts = urlsplit(url)
    return f"{site}{parts.path}{f'?{parts.query}' if parts.query else ''}"


def origin(url: str) -> tuple[str, int]:
    """Return host and port that ``url`` is served from; http and https twins share one, port 80."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    return (parts.hostname or "", 80 if port in (None, 80, 443) else port)


def parse_section(text: str) -> str:
    """Return a section id as it stands in URLs; raise ValueError unless it is all digits."""
    if not _SECTION_ID.fullmatch(text.strip()):
        raise ValueError(f"a section id is digits only, like 103002: {text!r}")
    return text.strip()


def article_url(site: str, section_id: str, article_id: int) -> str:
    """Return the canonical URL of an article on the base URL ``site``."""
    return f"{site}/{section_id}/{article_id}.aspx"


def section_url(site: str, section_id: str) -> str:
    """Return the URL of the first page of a section's list."""
    return f"{site}/{section_id}/default.aspx"


def ways_into(site: str, section_id: str) -> list[str]:
    """Return pages beside its list that may link to a section: the sections above it, nearest first, and the home."""
    lengths = range(len(section_id) - _CHILD_DIGITS, 0, -_CHILD_DIGITS)
    return [*(section_url(site, section_id[:length]) for length in lengths), f"{site}/"]


def parse_article_url(url: str) -> ArticleUrl | None:
    """Return the section and id of an article's URL, None for any other URL; ignore query and fragment."""
    match = _ARTICLE_PATH.fullmatch(urlsplit(url).path)
    return ArticleUrl(match["section"], int(match["id"])) if match else None


def article_id(url: str) -> int | None:
    """Return the id of the article that a URL, absolute or relative, names; None if it names none."""
    try:
        named = parse_article_url(urljoin("/0/", _clean_href(url)))
    except ValueError:  # "http://[" and the like
        return None
    return named.id if named else None


def canonical_article_url(url: str) -> str:
    """Return an article's URL without query, fragment and zero padding, its host in lower case.

    A URL that names no article is returned as it is.
    """
    named = parse_article_url(url)
    if named is None:
        return url
    parts = urlsplit(url)
    return article_url(parse_site(f"{parts.scheme}://{parts.netloc}"), *named)


def article_link(site: str, section_id: str, article_id: int) -> Link:
    """Return the link to an article."""
    return Link("article", article_url(site, section_id, article_id), article_id)


def classify(url: str, site: str, section_id: str) -> Link | None:
    """Return what an absolute URL is to a section: an article of it, a page of its list, or None.

    A page of the list is any page under the section's path that is not an article (``default.aspx``,
    ``default_2.aspx``, ``?page=2``): the list's own scheme has never been seen. A URL with hundreds of characters is no
    page of the list.
    """
    try:
        url.encode()  # fails on half a surrogate pair, which no URL holds
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or origin(url) != origin(site):
            return None
    except ValueError:
        return None
    named = parse_article_url(url)
    if named is not None:
        if named.section_id != section_id or named.id == 0:
            return None
        return article_link(site, section_id, named.id)
    return _classify_list(url, site, section_id)


def _classify_list(url: str, site: str, section_id: str) -> Link | None:
    if len(url) > _MAX_LIST_URL:
        return None
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    link = canonicalize_url(f"{site}{parts.path}{query}")
    path = urlsplit(link).path.rstrip("/")
    inside = path == f"/{section_id}" or path.startswith(f"/{section_id}/")
    if not inside or PurePosixPath(path).suffix.lower() not in _PAGE_SUFFIXES:
        return None
    return Link("list", link)


def absolute(href: str, base_url: str, schemes: frozenset[str] = _WEB) -> str | None:
    """Return ``href`` as an absolute, percent-encoded URL; None if its scheme is not one of ``schemes``.

    As in browsers (WHATWG URL), white space around the address and tabs or line breaks inside it are left out, a
    backslash in the path of an http(s) or relative address is a slash, and more than two slashes after ``http:`` are
    two. What begins with ``www.`` is taken for an http address. None also for an address that is longer than servers
    take, or has a control character in its host.
    """
    href = _clean_href(href)
    if not href or len(href) > _MAX_LENGTH:
        return None
    try:
        joined = urljoin(base_url, f"http://{href}" if href[:4].lower() == "www." else href)
        parts = urlsplit(joined)
        has_host = bool(parts.netloc) or parts.scheme in DEFAULT_PORTS
        if parts.scheme not in schemes or (has_host and not _HOST.fullmatch(parts.hostname or "")):
            return None
        made = safe_url_string(joined)
        return made if len(made) <= _MAX_LENGTH and made.isprintable() else None
    except ValueError:
        return None


def absolute_as_printed(href: str) -> str | None:
    """Return ``href`` as ``absolute`` does if it is printed as an absolute http(s) URL, else None."""
    return absolute(href, base_url="") if _clean_href(href).lower().startswith(("http://", "https://")) else None


def absolute_from_root(path: str, base_url: str) -> str | None:
    """Return a link or bare path from the list of attachments as ``absolute`` does.

    The site prints ``upload/...`` there relative to its root. Other relative links are relative to ``base_url``.
    """
    path = _clean_href(path)
    return absolute(f"/{path}" if path[:7].lower() == "upload/" else path, base_url)


def _clean_href(href: str) -> str:
    """Return an address as browsers read it, as ``absolute`` describes it."""
    href = re.sub(r"[\t\r\n]", "", href).strip(_BLANKS)
    if "\\" in href and (not (scheme := _SCHEME.match(href)) or scheme[1].lower() in _WEB):
        path, *rest = re.split(r"(?=[?#])", href, maxsplit=1)
        href = "".join([path.replace("\\", "/"), *rest])
    found = _EXTRA_SLASHES.match(href)
    return f"{found[1]}//{href[found.end() :]}" if found else href


def is_document(url: str) -> bool:
    """Return whether an absolute URL names a file that readers download (PDF, Office, archives)."""
    parts = urlsplit(url)
    return parts.scheme in _WEB and parts.path.lower().endswith(_DOCUMENT_SUFFIXES)


def file_name(url: str) -> str:
    """Return the last part of a URL's path, percent-decoded; "" if that names no file. No slash is in it."""
    name = PurePosixPath(unquote(urlsplit(url).path).replace("\\", "/")).name
    return "" if name == ".." else name
