"""Crawls of one site after another state of it, and answers in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.mocksite import Request, Response, Server, build_site

from ..crawling import Run
from ..in_process import crawl

KEEP = {"KEEP_DUPLICATES": "1"}
IN_ORDER = {"CONCURRENT_REQUESTS": "1"}
NO_PORTALS = {"list_fault": "not-found", "parent": "missing", "home": "missing"}  # articles link to articles only
NOT_FOUND = Response(404, (), b"")


def page(article_id: int) -> str:
    return f"/103002/{article_id}.aspx"


def serve(articles: int = 12, deliver: Callable[..., Response | None] | None = None, **options: Any) -> Server:
    return Server(build_site(7, articles, **options), deliver=deliver)


def visit(
    folder: Path, server: Server, *options: str, settings: dict[str, str] | None = None, site: str = "", **given: str
) -> Run:
    """Crawl the site, re-posts kept; its requests are those of this crawl."""
    server.requests.clear()
    return crawl(folder, site or server.url, *options, settings={**KEEP, **(settings or {})}, **given)


class Answers:
    """Answers requests for some paths in place of the site, and takes links (``without``) off its articles.

    Of several responses each is given once, and then the last.
    """

    def __init__(self, *paths: str, responses: Sequence[Response] = (NOT_FOUND,), without: bytes = b""):
        self.pattern = re.compile("|".join(paths) or "(?!)")
        self.responses = list(responses)
        self.without = without

    def __call__(self, request: Request, response: Response) -> Response | None:
        if self.pattern.fullmatch(request.target):
            return self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if self.without and re.fullmatch(r"/\d+/\d+\.aspx", request.target):
            return response._replace(body=re.sub(self.without, b"", response.body, flags=re.DOTALL))
        return None
