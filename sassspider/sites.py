"""Which site an address is on: the one that was asked for, its http or https twin, a mirror, or another."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


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
