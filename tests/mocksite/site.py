"""The site without the network: options and articles in, a response to each request out."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from tests.mocksite import lists, markup, pages, responses
from tests.mocksite.articles import Articles, NamedArticles
from tests.mocksite.corpus import (
    ARTICLE_SECTIONS,
    COMMENTARY,
    PARENT_SECTIONS,
    SECTIONS,
    Content,
    Corpus,
    Record,
    Section,
    article_url,
    build_corpus,
    make_content,
)
from tests.mocksite.expected import HOME, expected_article
from tests.mocksite.faults import (
    ARTICLE_PATH,
    CONTENT_FAULTS,
    Exchange,
    damage_bytes,
    damage_page,
    replace_response,
)
from tests.mocksite.files import make_file
from tests.mocksite.options import FaultSchedule, SiteOptions
from tests.mocksite.responses import ChallengePage, Request, Response
from tests.mocksite.words import generator

ARTICLE_NAME = re.compile(r"(\d{1,9})\.aspx", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
BODIES_KEPT = 256  # served bodies kept in memory, about 10 MB
BEYOND = 10**6  # added to the newest id, for the first of the endless articles
ASIDE = 3  # articles of another section on each list page
HOME_SECTION = Section("0", "Home", ())
NOT_FOUND = responses.error_response(404, "Not Found")


class Site(Articles):
    """A site of synthetic articles; `Articles` has the methods that change it, `respond` shows what it is now."""

    def __init__(self, corpus: Corpus, options: SiteOptions | None = None) -> None:
        super().__init__(corpus)
        self.options = options or SiteOptions()
        self._schedule = FaultSchedule(self.options)
        self._challenge = ChallengePage(self.options.challenge, self.options.challenge_lasts)
        self._body = lru_cache(maxsize=BODIES_KEPT)(self._make_body)

    def expected(self, article_id: int, base_url: str = HOME) -> dict[str, Any]:
        """Return the expected article as it is on the site now; KeyError if it is not there."""
        content = make_content(self.seed, self.record(article_id))
        return expected_article(content, self.neighbours(article_id), base_url)

    def expected_articles(self, base_url: str = HOME, section_id: str = COMMENTARY) -> dict[int, dict[str, Any]]:
        """Return the expected articles of a section by id, in their order, without those under a lasting fault."""
        faults = {} if self.options.fault_times else self.options.faults
        return {one: self.expected(one, base_url) for one in self.ids(section_id) if one not in faults}

    def respond(self, request: Request) -> Response:
        """Return the response to a request, with its fault."""
        fault = self._schedule.next_fault(request)
        response = responses.compress(self._respond(request, fault), self.options.encoding)
        if fault in CONTENT_FAULTS or not fault:
            return response
        neighbour = partial(self._neighbour_page, request)
        return replace_response(fault, Exchange(request, response, self._home, neighbour, self.options.elsewhere))

    def _respond(self, request: Request, fault: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            refusal = responses.error_response(405, "Method Not Allowed")
            return refusal._replace(headers=(*refusal.headers, ("Allow", "GET, HEAD")))
        challenge = self._challenge.stop(request)
        if challenge is not None:
            return challenge
        url = urlsplit(request.target)
        if url.path == "/robots.txt":
            return self._robots()
        if url.path.lower() in {"", "/", "/default.aspx"}:
            return self._home()
        if url.path.startswith("/upload/"):
            return make_file(url.path) or NOT_FOUND
        section_id, _, name = url.path.removeprefix("/").partition("/")
        if section_id not in SECTIONS:
            return NOT_FOUND
        if match := ARTICLE_NAME.fullmatch(name):
            return self._article(request, section_id, int(match[1]), fault)
        if section_id in PARENT_SECTIONS:
            return self._parent(section_id) if name.lower() == "default.aspx" else NOT_FOUND
        return self._list(section_id, name, url.query)

    def _article(self, request: Request, section_id: str, article_id: int, fault: str) -> Response:
        try:
            record, named = self.record(article_id), self.named_by(article_id)
        except KeyError:
            if not self.options.endless:
                return NOT_FOUND
            record, named = self._endless_article(section_id, article_id)
        if record.section_id != section_id:
            return NOT_FOUND
        if self.options.endless and named.next is None:
            named = named._replace(next=replace(record, id=article_id + BEYOND))
        page = damage_page(pages.article_page(*self._body(record), named), fault)
        response = self._xml(pages.render(page), fault)
        if not self.options.validators:
            return response
        return responses.validate(response, request, self._changes[section_id])

    def _endless_article(self, section_id: str, article_id: int) -> tuple[Record, NamedArticles]:
        """Return an article that was never posted, after the newest one, and what its page names."""
        newest = self.record(self.ids(section_id)[-1])
        before, record, after = (replace(newest, id=article_id + step) for step in (-1, 0, 1))
        return record, self.named_by(newest.id)._replace(previous=before, next=after)

    def _neighbour_page(self, request: Request) -> Response:
        """Return the page of the article after, or before, the requested one; else the home page."""
        match = ARTICLE_PATH.fullmatch(urlsplit(request.target).path)
        named = self.named_by(int(match[1])) if match else None
        other = named and (named.next or named.previous)
        return self._respond(Request("GET", article_url(other.section_id, other.id)), "") if other else self._home()

    def _list(self, section_id: str, name: str, query: str) -> Response:
        options = self.options
        if options.list_status != 200:
            return responses.error_response(options.list_status, "No List")
        articles = [] if options.list_empty else self.records(section_id)[::-1]
        number = lists.page_number(options.pager, name, query)
        other = next(one for one in ARTICLE_SECTIONS if one != section_id)
        whole = lists.ListPage(SECTIONS[section_id], articles, (), self.newest(other, ASIDE))
        page = None if number is None else lists.turn_to(whole, options.pager, number, options.page_size)
        if page is None:
            return NOT_FOUND
        text = lists.SHAPES[options.list_shape](page)
        return responses.html_response(text) if options.list_shape == "div" else self._xml(text)

    def _parent(self, section_id: str) -> Response:
        sections = [one for one in SECTIONS.values() if section_id in one.path]
        below = sorted(one for one, section in ARTICLE_SECTIONS.items() if section_id in section.path)
        return self._portal(self.options.parent, SECTIONS[section_id], sections, below)

    def _home(self) -> Response:
        return self._portal(self.options.home, HOME_SECTION, list(SECTIONS.values()), list(ARTICLE_SECTIONS))

    def _portal(self, kind: str, section: Section, sections: list[Section], with_articles: list[str]) -> Response:
        if kind == "missing":
            return NOT_FOUND
        records = chain.from_iterable(self.newest(one) for one in with_articles) if kind == "links" else ()
        return self._xml(lists.render_portal(section, sections, list(records)))

    def _robots(self) -> Response:
        if self.options.robots is None:
            return NOT_FOUND
        return Response(200, (("Content-Type", "text/plain"),), self.options.robots.encode())

    def _xml(self, text: str, fault: str = "") -> Response:
        body = damage_bytes((BOM if self.options.bom else b"") + text.encode(), fault)
        kind, charset = self.options.content_type, self.options.charset
        if kind is None:
            return Response(200, (), body)
        return Response(200, (("Content-Type", f"{kind}; charset={charset}" if charset else kind),), body)

    def _make_body(self, record: Record) -> tuple[Content, str]:
        content = make_content(self.seed, record)
        return content, markup.body(generator(self.seed, record.id, "markup"), content.blocks)


def build_site(seed: int = 1, articles: int = 60, **options: Any) -> Site:
    """Return a fresh site: the corpus of `build_corpus` with the behaviour of these `SiteOptions`."""
    return Site(build_corpus(seed, articles), SiteOptions(**options))
