"""The site's URL scheme: parse, build, classify. No other module spells a URL.

An article is ``/<section>/<id>.aspx`` and a section's list ``/<section>/default.aspx``, as seen on
the site. A child section's id extends its parent's by three digits (103002 belongs to 103,
105001002 to 105001), so no length of a section id is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url, safe_url_string

from sassspider.joining import is_plain, join
from sassspider.sites import DEFAULT_PORTS, origin

DEFAULT_SITE = "http://en.sass.cn"
NOWHERE = "data:,"  # asks nobody for anything

_ARTICLE_PATH = re.compile(r"/(?P<section>[0-9]{1,18})/(?P<id>[0-9]{1,18})\.aspx", re.IGNORECASE)
_SECTION_ID = re.compile(r"[0-9]{1,18}")
_CHILD_DIGITS = 3
_PAGE_SUFFIXES = {"", ".aspx", ".html", ".htm", ".xml", ".shtml"}
_match_nothing = re.compile(r"(?!)").match
# To bring a query into canonical form takes time for each of its parameters; a pager needs one or two.
_MOST_PARAMETERS = 20
_LONGEST_LIST_URL = 500  # characters
_MAX_LENGTH = 8192  # characters; RFC 9110, section 4.1, asks servers to take 8,000 octets


class ArticleUrl(NamedTuple):
    """What an article's URL says of it."""

    section_id: str
    id: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the walked section: an article (with its id) or a page of its list."""

    kind: Literal["article", "list"]
    url: str
    id: int = 0


def parse_site(text: str) -> str:
    """Return the base URL (scheme, host, port; lower case, no final slash) that ``text`` names.

    Raises ValueError when it is not the http(s) URL of a whole site.
    """
    parts = urlsplit(text.strip())
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"not the http(s) address of a site: {text!r}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"a site has no path, query or user name: {text!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def parse_section(text: str) -> str:
    """Return a section id as it stands in URLs; ValueError unless it is all digits."""
    if not _SECTION_ID.fullmatch(text.strip()):
        raise ValueError(f"a section id is digits only, like 103002: {text!r}")
    return text.strip()


def article_url(site: str, section_id: str, article_id: int) -> str:
    """Canonical URL of an article on the base URL ``site``."""
    return f"{site}/{section_id}/{article_id}.aspx"


def section_url(site: str, section_id: str) -> str:
    """URL of the first page of a section's list."""
    return f"{site}/{section_id}/default.aspx"


def home_url(site: str) -> str:
    """URL of the site's home page."""
    return f"{site}/"


def parent_sections(section_id: str) -> list[str]:
    """The sections above this one, nearest first: ``105001002`` gives ``105001`` and ``105``."""
    lengths = range(len(section_id) - _CHILD_DIGITS, 0, -_CHILD_DIGITS)
    return [section_id[:length] for length in lengths]


def ways_into(site: str, section_id: str) -> list[str]:
    """Pages beside its list that may lead into a section, the likeliest first: the sections above it, the home."""
    return [*(section_url(site, parent) for parent in parent_sections(section_id)), home_url(site)]


def parse_article_url(url: str) -> ArticleUrl | None:
    """Section and id of an article's URL, or None for any other URL. Query and fragment are ignored."""
    match = _ARTICLE_PATH.fullmatch(urlsplit(url).path)
    return ArticleUrl(match["section"], int(match["id"])) if match else None


def article_id(url: str) -> int | None:
    """Id of the article that a URL, absolute or relative, names; None when it names none."""
    match = _ARTICLE_PATH.fullmatch(url.removeprefix(".."))  # as the site writes it, which need not be taken apart
    if match:
        return int(match["id"])
    try:
        named = parse_article_url(urljoin("/0/", url))
    except ValueError:  # "http://[" and the like
        return None
    return named.id if named else None


def canonical_article_url(url: str) -> str:
    """An article's URL without query, fragment, zero padding or letter case of the host.

    A URL that names no article is returned as it is.
    """
    named = parse_article_url(url)
    if named is None:
        return url
    parts = urlsplit(url)
    return article_url(parse_site(f"{parts.scheme}://{parts.netloc}"), *named)


def match_own_articles(page_url: str, site: str, section_id: str) -> Callable[[str], re.Match[str] | None]:
    """What matches an ``href`` that names an article of the section as its own pages do; group 1 is the id.

    On a page that is not right in the section's folder it matches nothing: there the same may lead elsewhere.
    """
    folder = f"{site}/{section_id}/"
    is_inside = page_url.startswith(folder) and "/" not in page_url[len(folder) :].partition("?")[0]
    return _own_articles(site, section_id) if is_inside else _match_nothing


@lru_cache(maxsize=8)
def _own_articles(site: str, section_id: str) -> Callable[[str], re.Match[str] | None]:
    return re.compile(rf"(?:(?:\.\.|{re.escape(site)})?/{section_id}/)?([1-9][0-9]{{0,17}})\.aspx").fullmatch


def article_link(site: str, section_id: str, article_id: int) -> Link:
    """The link of an article."""
    return Link("article", article_url(site, section_id, article_id), article_id)


def classify(url: str, site: str, section_id: str) -> Link | None:
    """Tell what an absolute URL is to the walk of one section: an article, a page of its list, or None.

    A page of the list is any page under the section's path that is no article (``default.aspx``,
    ``default_2.aspx``, ``?page=2``): the list's own scheme has never been seen. One with hundreds of characters, or
    dozens of parameters, is none.
    """
    match = _ARTICLE_PATH.fullmatch(url, len(site)) if url.startswith(site) and is_plain(url) else None
    if match and match["section"] == section_id and int(match["id"]):  # as nearly all are, on a list
        return article_link(site, section_id, int(match["id"]))
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
    if len(url) > _LONGEST_LIST_URL or url.count("&") >= _MOST_PARAMETERS:
        return None
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    inside = path == f"/{section_id}" or path.startswith(f"/{section_id}/")
    if not inside or PurePosixPath(path).suffix.lower() not in _PAGE_SUFFIXES:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return Link("list", canonicalize_url(f"{site}{parts.path}{query}"))


def absolute(href: str, base_url: str, schemes: frozenset[str] = frozenset({"http", "https"})) -> str | None:
    """``href`` as an absolute, percent-encoded URL, or None unless its scheme is one of ``schemes``.

    White space around it and tabs or line breaks inside it are ignored, as browsers do (WHATWG URL). None also
    for one that is longer than servers take.
    """
    if is_plain(href):
        return href
    href = re.sub(r"[\t\r\n]", "", href).strip()
    if len(href) > _MAX_LENGTH:
        return None
    try:
        joined = join(base_url, href)
        if href and is_plain(joined):
            return joined
        parts = urlsplit(joined)
        if not href or parts.scheme not in schemes or (parts.scheme in DEFAULT_PORTS and not parts.hostname):
            return None
        return joined if parts.scheme == "mailto" else safe_url_string(joined)
    except ValueError:
        return None


def absolute_as_printed(href: str) -> str | None:
    """``href`` if it is printed as an absolute http(s) URL, else None; nothing is guessed."""
    return absolute(href, base_url="")
