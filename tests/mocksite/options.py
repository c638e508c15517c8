"""How the mock site behaves, and which fault a request gets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.mocksite.faults import ARTICLE_PATH, FAULTS
from tests.mocksite.responses import Request

LIST_PATH = re.compile(r"/\d+/default(?:_\d+)?\.aspx", re.IGNORECASE)
LIST_SHAPES = ("ul", "table", "div", "cdata", "script")
PAGERS = ("none", "underscore", "query", "loop", "endless", "endless-empty", "window")
PORTALS = ("links", "bare", "missing")
CHOICES = {
    "list_shape": LIST_SHAPES,
    "pager": PAGERS,
    "parent": PORTALS,
    "home": PORTALS,
    "encoding": ("none", "gzip", "br"),
    "challenge": ("none", "200", "412", "521"),
    "list_fault": ("", *FAULTS),
    "robots_fault": ("", *FAULTS),
}


class Outage(NamedTuple):
    """A fault of the whole site: the `requests` requests after the first `start`."""

    fault: str
    start: int
    requests: int


@dataclass(frozen=True)
class SiteOptions:
    """The behaviour of a site; ValueError for an unknown word.

    list_shape: how a list page names its articles; pager: how list pages hang together; page_size: articles on a list
    page; list_status: 200, or the error that every list page answers with; list_empty: list pages name no article;
    parent, home: pages above the sections (``links`` to articles, ``bare``: to sections only, ``missing``: 404);
    content_type, charset: of XML pages (None: no header, no parameter); bom: XML pages start with a byte order mark;
    validators: send ETag and Last-Modified, answer 304; encoding: how bodies are compressed;
    blank, lacking, extra: elements that are empty, missing or added on every article page;
    endless: after the newest article, each page links one more; latency: seconds before each answer;
    faults: article id to fault; list_fault, robots_fault: the same for list pages and robots.txt;
    fault_times: how often each page shows its fault before it is served well (0: always);
    outage: a fault of the whole site for a time; elsewhere: base URL that redirects away lead to;
    robots: robots.txt (None: 404);
    challenge: the status of the JavaScript page before everything, robots.txt too;
    challenge_lasts: how many requests one passing lets in (0: all).
    """

    list_shape: str = "ul"
    pager: str = "none"
    page_size: int = 20
    list_status: int = 200
    list_empty: bool = False
    parent: str = "links"
    home: str = "links"
    content_type: str | None = "text/xml"
    charset: str | None = None
    bom: bool = False
    validators: bool = True
    encoding: str = "none"
    blank: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    endless: bool = False
    latency: float = 0.0
    faults: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    list_fault: str = ""
    robots_fault: str = ""
    fault_times: int = 0
    outage: Outage | None = None
    elsewhere: str = "http://192.0.2.1"
    robots: str | None = "User-agent: *\nDisallow:\n"
    challenge: str = "none"
    challenge_lasts: int = 0

    def __post_init__(self) -> None:
        """Refuse unknown words: they would be taken for the default in silence."""
        given = [(name, getattr(self, name), known) for name, known in CHOICES.items()]
        given += [(f"faults[{key}]", fault, FAULTS) for key, fault in self.faults.items()]
        if self.outage:
            given.append(("outage", self.outage.fault, FAULTS))
        for name, value, known in given:
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose from {', '.join(known)}")


class FaultSchedule:
    """Chooses the fault of each request: of an outage, else of the page until it was served `fault_times` times."""

    def __init__(self, options: SiteOptions) -> None:
        self._options = options
        self._requests = 0
        self._shown: Counter[str] = Counter()

    def next_fault(self, request: Request) -> str:
        """Return the fault of this request, "" for none; each call counts as a request."""
        self._requests += 1
        outage = self._options.outage
        if outage and outage.start < self._requests <= outage.start + outage.requests:
            return outage.fault
        url = urlsplit(request.target)
        fault = self._fault_of(url.path)
        if not fault or not self._options.fault_times:
            return fault
        self._shown[url.path] += not url.query
        return fault if self._shown[url.path] <= self._options.fault_times else ""

    def _fault_of(self, path: str) -> str:
        if path == "/robots.txt":
            return self._options.robots_fault
        if match := ARTICLE_PATH.fullmatch(path):
            return self._options.faults.get(int(match[1]), "")
        return self._options.list_fault if LIST_PATH.fullmatch(path) else ""
