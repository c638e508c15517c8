"""The site without the network: options and articles in, a response to each request out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from tests.mocksite import lists, markup, pages, responses
from tests.mocksite.articles import Articles
from tests.mocksite.challenge import ChallengePage
from tests.mocksite.corpus import (
    ARTICLE_SECTIONS,
    COMMENTARY,
    PARENT_SECTIONS,
    SECTIONS,
    Content,
    Record,
    Section,
    article_url,
    make_content,
)
from tests.mocksite.expected import HOME, expected_article
from tests.mocksite.faults import CONTENT_FAULTS, Exchange, replace_response
from tests.mocksite.files import make_file
from tests.mocksite.options import SiteOptions
from tests.mocksite.responses import Request, Response
from tests.mocksite.words import generator

PATH = re.compile(r"/(\d+)/(?:(\d{1,9})|(default(?:_\d+)?))\.aspx", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
BODIES_KEPT = 256  # served bodies kept in memory, about 10 MB
ASIDE = 3  # articles of another section on each list page
HOME_SECTION = Section("0", "Home", ())
NOT_FOUND = responses.error_response(404, "Not Found")


class Site(Articles):
    """A site of synthetic articles; `Articles` has the methods that change it, `respond` shows what it is now.

    The same seed and number of articles give the same site; `options` are those of SiteOptions.
    """

    def __init__(self, seed: int = 1, articles: int = 60, **options: Any) -> None:
        super().__init__(seed, articles)
        self.options = SiteOptions(**options)
        self._requests = 0
        self._faults_shown: Counter[str] = Counter()
        self._challenge = ChallengePage(self.options.challenge, self.options.challenge_lasts)
        self._body = lru_cache(maxsize=BODIES_KEPT)(self._make_body)

    def expected(self, article_id: int, base_url: str = HOME) -> dict[str, Any]:
        """Return the expected article as it is on the site now; KeyError if it is not there."""
        return expected_article(make_content(self.seed, self.record(article_id)), self.named_by(article_id), base_url)

    def expected_articles(self, base_url: str = HOME, section_id: str = COMMENTARY) -> dict[int, dict[str, Any]]:
        """Return the expected articles of a section by id, in their order, without those under a lasting fault."""
        faults = {} if self.options.fault_times else self.options.faults
        return {one: self.expected(one, base_url) for one in self.ids(section_id) if one not in faults}

    def respond(self, request: Request) -> Response:
        """Return the response to a request, with its fault."""
        fault = self.next_fault(request)
        response = responses.compress(self._respond(request, fault), self.options.encoding)
        if fault in CONTENT_FAULTS or not fault:
            return response
        neighbour = partial(self._neighbour_page, request)
        return replace_response(fault, Exchange(request, response, self._home, neighbour, self.options.elsewhere))

    def next_fault(self, request: Request) -> str:
        """Return the fault of this request, "" for none.

        It is that of an outage, else that of the page until it was served so `fault_times` times.
        """
        self._requests += 1
        outage, times, url = self.options.outage, self.options.fault_times, urlsplit(request.target)
        if outage and outage.start < self._requests <= outage.start + outage.requests:
            return outage.fault
        match = PATH.fullmatch(url.path)
        fault = self.options.robots_fault if url.path == "/robots.txt" else ""
        if match:
            fault = self.options.faults.get(int(match[2]), "") if match[2] else self.options.list_fault
        self._faults_shown[url.path] += bool(fault and not url.query)
        return fault if not times or self._faults_shown[url.path] <= times else ""

    def _respond(self, request: Request, fault: str = "") -> Response:
        challenge = self._challenge.stop(request)
        if challenge is not None:
            return challenge
        url = urlsplit(request.target)
        if url.path == "/robots.txt":
            return Response(200, (("Content-Type", "text/plain"),), self.options.robots.encode())
        if url.path in {"/", "/default.aspx"}:
            return self._home()
        if url.path.startswith("/upload/"):
            return make_file(url.path) or NOT_FOUND
        match = PATH.fullmatch(url.path)
        if not match or match[1] not in SECTIONS:
            return NOT_FOUND
        section_id = match[1]
        if match[2]:
            return self._article(request, section_id, int(match[2]), fault)
        if section_id in PARENT_SECTIONS:
            return self._parent(section_id)
        return self._list(section_id, match[3], url.query)

    def _article(self, request: Request, section_id: str, article_id: int, fault: str) -> Response:
        try:
            record, named = self.record(article_id), self.named_by(article_id)
        except KeyError:
            return NOT_FOUND
        if record.section_id != section_id:
            return NOT_FOUND
        response = self._xml(pages.render(*self._body(record), named))
        if fault in CONTENT_FAULTS:
            response = response._replace(body=CONTENT_FAULTS[fault](response.body))
        return responses.validate(response, request, self._changes[section_id]) if self.options.validators else response

    def _neighbour_page(self, request: Request) -> Response:
        """Return the page of the article after, or before, the requested one; else the home page."""
        match = PATH.fullmatch(urlsplit(request.target).path)
        if not match or not match[2]:
            return self._home()
        named = self.named_by(int(match[2]))
        other = named.next or named.previous
        return self._respond(Request("GET", article_url(other.section_id, other.id))) if other else self._home()

    def _list(self, section_id: str, name: str, query: str) -> Response:
        options = self.options
        number = lists.page_number(options.pager, name, query)
        other = next(one for one in ARTICLE_SECTIONS if one != section_id)
        whole = lists.ListPage(SECTIONS[section_id], self.records(section_id)[::-1], (), self.newest(other, ASIDE))
        page = None if number is None else lists.turn_to(whole, options.pager, number, options.page_size)
        if page is None:
            return NOT_FOUND
        text = lists.render_list(page, options.list_shape)
        return responses.html_response(text) if options.list_shape == "div" else self._xml(text)

    def _parent(self, section_id: str) -> Response:
        return self._portal(self.options.parent, SECTIONS[section_id], lambda section: section_id in section.path)

    def _home(self) -> Response:
        return self._portal(self.options.home, HOME_SECTION, lambda _: True)

    def _portal(self, kind: str, section: Section, is_below: Callable[[Section], bool]) -> Response:
        """Return a page of links to the sections below it, and perhaps to their newest articles."""
        if kind == "missing":
            return NOT_FOUND
        below = [one for one in SECTIONS.values() if is_below(one)]
        records = chain.from_iterable(self.newest(one.id) for one in below if kind == "links")
        return self._xml(lists.render_portal(section, below, list(records)))

    def _xml(self, text: str) -> Response:
        headers = (("Content-Type", self.options.content_type),) if self.options.content_type else ()
        return Response(200, headers, (BOM if self.options.bom else b"") + text.encode())

    def _make_body(self, record: Record) -> tuple[Content, str]:
        content = make_content(self.seed, record)
        return content, markup.body(generator(self.seed, record.id, "markup"), content.blocks)


build_site = Site  # the name that reads well in a test
