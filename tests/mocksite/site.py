"""The site without the network: options and articles in, a response to each request out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from urllib.parse import urlsplit

from tests.mocksite import lists, pager, pages, responses
from tests.mocksite.articles import Articles
from tests.mocksite.canonical import paragraphs
from tests.mocksite.challenge import Gate
from tests.mocksite.corpus import Corpus, build_corpus
from tests.mocksite.drift import rebuild
from tests.mocksite.faults import damage_bytes, damage_parts
from tests.mocksite.options import CONTENT_FAULTS, SiteOptions
from tests.mocksite.records import Content, Record
from tests.mocksite.responses import Request, Response, compressed
from tests.mocksite.schedule import ARTICLE_PATH, FaultSchedule
from tests.mocksite.sections import ARTICLE_SECTIONS, COMMENTARY, PARENT_SECTIONS, SECTIONS, Section, children
from tests.mocksite.troubles import Trouble, spoil
from tests.mocksite.truth import HOME, expected

ARTICLE_NAME = re.compile(r"(\d{1,9})\.aspx", re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
BODIES_KEPT = 256  # rendered bodies kept in memory, about 10 MB
BEYOND = 10**6  # where articles without end begin, beyond the ids of every section
ASIDE = 3  # articles of another section on each list page

NOT_FOUND = responses.error(404, "Not Found")


class Site(Articles):
    """A site of synthetic articles; `Articles` has the methods that change it, `respond` shows what it is now."""

    def __init__(self, corpus: Corpus, options: SiteOptions | None = None) -> None:
        """Take the articles to start from and the behaviour, `SiteOptions()` if none is given."""
        super().__init__(corpus)
        self.options = options or SiteOptions()
        self._schedule = FaultSchedule(self.options)
        self._gate = Gate(self.options)
        self._body = lru_cache(maxsize=BODIES_KEPT)(self._make_body)

    def expected(self, article_id: int, base_url: str = HOME) -> dict[str, object]:
        """Return the truth about an article as it is on the site now; KeyError if it is not there."""
        with self._lock:
            content = Content(self.seed, self.record(article_id))
            return expected(content, self.neighbours(article_id), base_url)

    def paragraphs(self, article_id: int) -> list[str]:
        """Return the paragraphs of an article's text."""
        return paragraphs(Content(self.seed, self.record(article_id)).blocks)

    def expected_articles(self, section_id: str = COMMENTARY, base_url: str = HOME) -> Iterator[dict[str, object]]:
        """Yield the truth about each article of a section in id order, those under a lasting fault left out."""
        faults = {} if self.options.fault_times else self.options.faults
        return (self.expected(one, base_url) for one in self.ids(section_id) if one not in faults)

    def respond(self, request: Request) -> Response:
        """Return the answer to a request, with the fault that it meets."""
        fault = self._schedule.next_fault(request)
        response = compressed(self._answer(request, fault), self.options.encoding)
        if fault in CONTENT_FAULTS or not fault:
            return response
        return spoil(
            fault, Trouble(request, response, self._home, partial(self._neighbour, request), self.options.elsewhere)
        )

    def _neighbour(self, request: Request) -> Response:
        """Return the page of the article after, or before, the one that is asked for; else the home page."""
        match = ARTICLE_PATH.fullmatch(urlsplit(request.target).path)
        before, after = self.neighbours(int(match[1])) if match else (None, None)
        other = after or before
        return (
            self._answer(Request("GET", f"/{self.record(other).section_id}/{other}.aspx"), "")
            if other
            else self._home()
        )

    def _answer(self, request: Request, fault: str) -> Response:
        if request.method not in {"GET", "HEAD"}:
            refusal = responses.error(405, "Method Not Allowed")
            return refusal._replace(headers=(*refusal.headers, ("Allow", "GET, HEAD")))
        challenge = self._gate.stop(request)
        if challenge is not None:
            return challenge
        url = urlsplit(request.target)
        if url.path == "/robots.txt":
            return self._robots()
        if url.path.startswith("/upload/"):
            return responses.upload(url.path)
        if url.path.lower() in {"", "/", "/default.aspx"}:
            return self._home()
        section_id, _, name = url.path.removeprefix("/").partition("/")
        if section_id not in SECTIONS:
            return NOT_FOUND
        with self._lock:
            if match := ARTICLE_NAME.fullmatch(name):
                return self._article(request, section_id, int(match[1]), fault)
            return self._index(section_id, name, url.query)

    def _article(self, request: Request, section_id: str, article_id: int, fault: str) -> Response:
        try:
            record = self.record(article_id)
        except KeyError:
            return self._one_more(section_id, article_id) if self.options.endless else NOT_FOUND
        if record.section_id != section_id:
            return NOT_FOUND
        around = self.around(article_id)
        if self.options.endless and around.next is None:
            around = replace(around, next=replace(record, id=article_id + BEYOND))
        content, body = self._body(record)
        page = damage_parts(pages.article_page(content, body, around), fault)
        text = rebuild(pages.render(page), self.options)
        response = self._xml(damage_bytes(self._encode(text), fault))
        if not self.options.validators:
            return response
        return responses.validated(response, request, self.changes(section_id))

    def _one_more(self, section_id: str, article_id: int) -> Response:
        """Return a page that was never posted, after the newest article or after another such page."""
        newest = self.record(self.ids(section_id)[-1])
        record = replace(newest, id=article_id)
        ends = [replace(newest, id=article_id + step) for step in (-1, 1)]
        around = pages.Around(ends[0], ends[1], self.newest(section_id), self.hottest(section_id))
        content, body = self._make_body(record)
        return self._xml(self._encode(pages.render(pages.article_page(content, body, around))))

    def _index(self, section_id: str, name: str, query: str) -> Response:
        """Return a list page, or the page of a parent section."""
        if section_id in PARENT_SECTIONS:
            return self._parent(section_id) if name.lower() == "default.aspx" else NOT_FOUND
        options = self.options
        if options.list_status != 200:
            return responses.error(options.list_status, "No List")
        ids = [] if options.list_empty else self.ids(section_id)[::-1]
        number = pager.page_number(options.pager, name, query)
        view = None if number is None else pager.view(options.pager, number, len(ids), options.page_size)
        if view is None:
            return NOT_FOUND
        records = [self._records[one] for one in ids[view.start : view.stop]]
        other = next(one for one in ARTICLE_SECTIONS if one != section_id)
        page = lists.ListPage(SECTIONS[section_id], records, view.links, self.newest(other, ASIDE))
        text = lists.render(page, options.list_shape)
        if options.list_shape == "div":
            return Response(200, (("Content-Type", responses.HTML),), text.encode())
        return self._xml(self._encode(text))

    def _parent(self, section_id: str) -> Response:
        below = children(section_id)
        sections = [one for one in SECTIONS.values() if section_id in one.path]
        records = chain.from_iterable(self.newest(one.id) for one in below)
        return self._portal(self.options.parent, SECTIONS[section_id], sections, list(records))

    def _home(self) -> Response:
        with self._lock:
            records = chain.from_iterable(self.newest(one) for one in ARTICLE_SECTIONS)
            return self._portal(self.options.home, lists.home_section(), list(SECTIONS.values()), list(records))

    def _portal(self, kind: str, section: Section, sections: list[Section], records: list[Record]) -> Response:
        if kind == "missing":
            return NOT_FOUND
        return self._xml(self._encode(lists.portal(section, sections, records if kind == "links" else [])))

    def _robots(self) -> Response:
        if self.options.robots is None:
            return NOT_FOUND
        return Response(200, (("Content-Type", "text/plain"),), self.options.robots.encode())

    def _encode(self, text: str) -> bytes:
        return (BOM if self.options.bom else b"") + text.encode()

    def _xml(self, body: bytes) -> Response:
        kind, charset = self.options.content_type, self.options.charset
        if kind is None:
            return Response(200, (), body)
        return Response(200, (("Content-Type", f"{kind}; charset={charset}" if charset else kind),), body)

    def _make_body(self, record: Record) -> tuple[Content, str]:
        content = Content(self.seed, record)
        return content, content.served_body()


def build_site(seed: int = 1, articles: int = 60, options: SiteOptions | None = None) -> Site:
    """Return a fresh site: the corpus of `build_corpus` behaving as the options say."""
    return Site(build_corpus(seed, articles), options)
