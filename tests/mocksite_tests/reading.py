"""An independent, minimal reading of the mock site's pages: lxml and nothing of the mock site's own code."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from re import findall, sub
from typing import Any

from lxml import etree, html

from tests.mocksite import Request, Response, Site

MakeSite = Callable[..., Site]  # the fixture make_site, which takes fields of SiteOptions
INVISIBLE = str.maketrans({"\u200b": None, "\ufeff": None})


def get(site: Site, target: str, method: str = "GET", **headers: str) -> Response:
    return site.respond(Request(method, target, {name.replace("_", "-"): value for name, value in headers.items()}))


def article(site: Site, article_id: int, **headers: str) -> Response:
    return get(site, f"/{site.record(article_id).section_id}/{article_id}.aspx", **headers)


def page(site: Site, article_id: int) -> Any:
    return etree.fromstring(article(site, article_id).body)


def squash(text: str) -> str:
    return " ".join(text.translate(INVISIBLE).split())


def printed(root: Any, path: str) -> str:
    return squash(str(root.xpath(f"string(/html/body/div/{path})")))


def body_words(root: Any) -> str:
    """Return all text of the body without any white space; script, style and comments are no text."""
    tree = html.fromstring(f"<div>{root.findtext('body/div/p')}</div>")
    etree.strip_elements(tree, "script", "style", etree.Comment, with_tail=False)
    return "".join(squash(str(tree.xpath("string()"))).split())


def article_ids(text: str, section_id: str = "103002") -> list[int]:
    """Return the ids in all article addresses of a section, wherever they stand in the text."""
    return [int(found) for found in findall(rf"/{section_id}/(\d+)\.aspx", text)]


def page_links(text: str) -> list[str]:
    """Return the addresses of list pages in a text, spelt as a client would ask for them."""
    found = findall(r"(?:[\"'/])(default(?:_\d+)?\.aspx(?:\?[^\"'<]*)?)[\"'<]", unescape(text))
    return [sub(r"^.*/", "", link) for link in found]
