"""A visit to the site: robots.txt, a way into the section, one article."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from protego import Protego
from scrapy.settings import BaseSettings

from sassspider import sites, urls
from sassspider.clock import now
from sassspider.doctor.finding import Finding
from sassspider.items import Article
from sassspider.layout import find_drift, find_places
from sassspider.loaders import read_article
from sassspider.page import DamagedPageError, Page, parse_xml
from sassspider.shape import find_misfits
from sassspider.walking.links import decode, find_section_links


class VisitError(Exception):
    """The site did not give what was asked for; the message says what happened. ``status`` is 0 without an answer."""

    def __init__(self, message: str, status: int = 0, advice: str = "see what a browser on this machine shows"):
        super().__init__(message)
        self.status = status
        self.advice = advice


class _OnSite(HTTPRedirectHandler):
    """Follows the site to itself and its mirrors, and to nobody else."""

    def __init__(self, site: str, mirrors: Mapping[str, str]):
        self.site = site
        self.mirrors = mirrors

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        if not sites.is_same_site(newurl, self.site, self.mirrors):
            raise VisitError(f"{req.full_url} leads away from the site, to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(slots=True)
class Visit:
    """What was found, in order, and the article that was fetched, if one was."""

    findings: list[Finding] = field(default_factory=list)
    article: Article | None = None


class Visitor:
    """Asks the site politely: as the spider would, one page at a time, after the same delay."""

    def __init__(self, site: str, section: str, settings: BaseSettings):
        self.site = site
        self.section = section
        self.headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": settings["USER_AGENT"]}
        self.timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.delay = settings.getfloat("DOWNLOAD_DELAY")
        self.most = settings.getint("DOWNLOAD_MAXSIZE")
        self.opener = build_opener(_OnSite(site, settings.getdict("MIRRORS")))
        self.robots = Protego.parse("")
        self.asked = False

    def visit(self) -> Visit:
        """Fetch one article and look at it; every trouble is a finding."""
        visit = Visit()
        try:
            self._read_robots()
            address = self._find_article(visit)
            page = self._get(address)
        except VisitError as error:
            visit.findings.append(Finding("fail", "site", str(error), error.advice))
            return visit
        visit.findings.append(Finding("ok", "site", f"{self.site} answers, and its robots.txt allows us"))
        visit.findings += self._judge(page, visit)
        return visit

    def _read_robots(self) -> None:
        try:
            text = decode(self._get(f"{self.site}/robots.txt").body)
        except VisitError as error:
            if not error.status:
                raise
        else:
            self.robots = Protego.parse(text)

    def _find_article(self, visit: Visit) -> str:
        """Address of the newest article on the first page that names one: the list, those above it, the home page."""
        for url in (urls.section_url(self.site, self.section), *urls.ways_into(self.site, self.section)):
            try:
                page = self._get(url)
            except VisitError as error:
                if not error.status:
                    raise
                visit.findings.append(Finding("warn", "list", str(error), "a crawl tries other ways in"))
                continue
            links = find_section_links(page.body, url, self.site, self.section)
            if ids := [link.id for link in links if link.kind == "article"]:
                return urls.article_url(self.site, self.section, max(ids))
        raise VisitError(f"no page of {self.site} leads to an article of section {self.section}")

    def _get(self, url: str) -> Page:
        """Fetch a page; raises VisitError for anything but that page."""
        if not self.robots.can_fetch(url, self.headers["User-Agent"]):
            raise VisitError(f"robots.txt forbids {url}", advice="ask those who run the site")
        time.sleep(self.delay if self.asked else 0)
        self.asked = True
        request = Request(url, headers=self.headers)  # noqa: S310 -- parse_site lets http and https through, no other
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                final, body = answer.url, answer.read(self.most + 1)
        except HTTPError as error:
            error.close()
            raise VisitError(f"{url}: HTTP status {error.code}", error.code) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            cause = getattr(error, "reason", None) or error
            raise VisitError(f"{url} can't be reached: {' '.join(str(cause).split())}") from None
        if len(body) > self.most:
            raise VisitError(f"{url} has more than {self.most} bytes")
        return Page(final, body, now())

    def _judge(self, page: Page, visit: Visit) -> Iterator[Finding]:
        """Yield what there is to say of an article's page."""
        try:
            visit.article = read_article(page)
        except DamagedPageError as error:
            yield Finding("fail", "article", f"{page.url}: {error}", "look at the page: the site may have been rebuilt")
            return
        if wrong := list(find_misfits(visit.article)):
            what = "; ".join(f"{name} has a wrong form" for name in wrong)
            yield Finding("fail", "article", what, "look at the page: the site may have been rebuilt")
        else:
            yield Finding("ok", "article", f"{page.url}, {visit.article.word_count:,} words")
        yield _judge_layout(page)


def _judge_layout(page: Page) -> Finding:
    drift = find_drift(dict.fromkeys(find_places(parse_xml(page.body)), 1))
    if not drift.unknown and not drift.missing:
        return Finding("ok", "layout", "as known")
    seen = [f"unknown: {one}" for one in drift.unknown] + [f"missing: {one}" for one in drift.missing]
    return Finding("warn", "layout", "; ".join(seen), "compare the page with loaders.py and layout.py")
