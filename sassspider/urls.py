"""The site's URL scheme: parse and build URLs. No other module spells one.

An article is ``/<section>/<id>.aspx`` and a section's list ``/<section>/default.aspx``, as seen on
the site. A child section's id extends its parent's by three digits (103002 belongs to 103,
105001002 to 105001), so no length of a section id is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url

from sassspider.hrefs import clean_href

DEFAULT_SITE = "http://en.sass.cn"
DEFAULT_PORTS = {"http": 80, "https": 443}

# Absolute or relative; without a section, it is an article of the page's own.
_ARTICLE = re.compile(
    r"(?:(?:(?:https?:)?//[^/?#]*|(?:\.\./)*\.\.)?/(?P<section>[0-9]{1,18})/|\./)?(?P<id>[0-9]{1,18})\.aspx(?:[?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
_SECTION_PATH = re.compile(r"/[0-9]{1,18}/")
_SECTION_ID = re.compile(r"[0-9]{1,18}")
_CHILD_DIGITS = 3
_PAGE_SUFFIXES = {"", ".aspx", ".html", ".htm", ".xml", ".shtml"}
_MAX_LIST_URL = 500  # characters


class ArticleUrl(NamedTuple):
    """The section and id in an article's URL."""

    section_id: str
    id: int


@lru_cache(maxsize=256)
def parse_site(text: str) -> str:
    """Return the base URL (scheme, host, port; lower case, no final slash) that ``text`` names.

    Raises ValueError when it is not the http(s) URL of a whole site.
    """
    parts = urlsplit(text.strip())
    hostname = parts.hostname or ""
    if parts.scheme not in DEFAULT_PORTS or not re.fullmatch(r"[\w.:-]+", hostname):
        raise ValueError(f"write a site's address, like {DEFAULT_SITE}")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ValueError(f"write a site's address without path, query and user name, like {DEFAULT_SITE}")
    host = f"[{hostname}]" if ":" in hostname else hostname
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def site_key(site: str, mirrors: Mapping[str, str]) -> str:
    """Return the name that a site is archived under: its host, with a port that is not the usual one.

    ``mirrors`` gives, for the host of a mirror (with a port, if that is not the usual one), the host that it mirrors.
    """
    name, port = _origin(site)
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


def _origin(url: str) -> tuple[str, int]:
    """Return host and port that ``url`` is served from; http and https twins share one, port 80."""
    parts = urlsplit(url)
    return parts.hostname or "", 80 if parts.port in (None, 80, 443) else parts.port


def parse_section(text: str) -> str:
    """Return a section id as it stands in URLs; raise ValueError unless it is all digits."""
    if not _SECTION_ID.fullmatch(text.strip()):
        raise ValueError("write the digits in the section's URLs, like 103002")
    return text.strip()


def article_url(site: str, section_id: str, article_id: int) -> str:
    """Return the canonical URL of an article on the base URL ``site``."""
    return f"{site}/{section_id}/{article_id}.aspx"


def section_url(site: str, section_id: str) -> str:
    """Return the URL of the first page of a section's list."""
    return f"{site}/{section_id}/default.aspx"


def fallback_urls(site: str, section_id: str) -> list[str]:
    """Return pages beside its list that may link to a section: the sections above it, nearest first, and the home."""
    lengths = range(len(section_id) - _CHILD_DIGITS, 0, -_CHILD_DIGITS)
    return [*(section_url(site, section_id[:length]) for length in lengths), f"{site}/"]


def parse_article_url(url: str) -> ArticleUrl | None:
    """Return the section and id of an article's URL, None for any other URL; ignore query and fragment."""
    match = _ARTICLE.fullmatch(url)
    return ArticleUrl(match["section"], int(match["id"])) if match and match["section"] else None


def article_id(url: str) -> int | None:
    """Return the id of the article that a URL, absolute or relative, names; None if it names none."""
    match = _ARTICLE.fullmatch(clean_href(url))
    return int(match["id"]) if match else None


def canonical_article_url(url: str) -> str:
    """Return an article's URL without query, fragment and zero padding, its host in lower case.

    A URL that names no article is returned as it is.
    """
    named = parse_article_url(url)
    return article_url(parse_site("/".join(url.split("/")[:3])), *named) if named else url


def leaves_section(requested: str, url: str) -> bool:
    """Return whether a redirect from an article leads to another page, or one from a list page out of its section."""
    if article := parse_article_url(requested):
        return parse_article_url(url) != article
    section = _SECTION_PATH.match(urlsplit(requested).path)
    return section is not None and not f"{urlsplit(url).path}/".startswith(section[0])


def find_own_id(url: str, site: str, section_id: str) -> int | None:
    """Return the id of the section's article at an absolute URL; None for any other URL."""
    if not _is_on_site(url, site) or not (named := parse_article_url(url)):
        return None
    return named.id or None if named.section_id == section_id else None


def find_list_url(url: str, site: str, section_id: str) -> str | None:
    """Return the canonical URL of the page of a section's list at an absolute URL; None for any other URL.

    A page of the list is any page under the section's path that is not an article (``default.aspx``,
    ``default_2.aspx``, ``?page=2``): the list's own scheme has never been seen. A URL with hundreds of characters is no
    page of the list.
    """
    if not _is_on_site(url, site) or parse_article_url(url) or len(url) > _MAX_LIST_URL:
        return None
    found = canonicalize_url(rebase(url, site))
    path = urlsplit(found).path.rstrip("/")
    is_inside = f"{path}/".startswith(f"/{section_id}/")
    return found if is_inside and PurePosixPath(path).suffix.lower() in _PAGE_SUFFIXES else None


def _is_on_site(url: str, site: str) -> bool:
    try:
        url.encode()  # fails on half a surrogate pair, which no URL holds
        return urlsplit(url).scheme in DEFAULT_PORTS and _origin(url) == _origin(site)
    except ValueError:
        return False
