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
    """The behaviour of a site; ValueError for an unknown word."""

    list_shape: str = "ul"  # how a list page links its articles
    pager: str = "none"  # how list pages link each other
    page_size: int = 20  # articles on a list page
    list_status: int = 200  # or the error status of every list page
    list_empty: bool = False  # list pages link no article
    parent: str = "links"  # pages above the sections: with articles, ``bare`` (sections only) or ``missing`` (404)
    home: str = "links"  # the same for the home page
    content_type: str | None = "text/xml"  # of XML pages; None: no header
    charset: str | None = None  # parameter of the content type
    bom: bool = False  # XML pages start with a byte order mark
    validators: bool = True  # ETag and Last-Modified are sent, and 304
    encoding: str = "none"  # how bodies are compressed
    endless: bool = False  # after the newest article, each page links one more
    latency: float = 0.0  # seconds before each response
    faults: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))  # by article id
    list_fault: str = ""  # of list pages
    robots_fault: str = ""  # of robots.txt
    fault_times: int = 0  # how often each page has its fault before it is served well; 0: always
    outage: Outage | None = None  # a fault of the whole site for a time
    elsewhere: str = "http://192.0.2.1"  # base URL of the faults that redirect away
    robots: str | None = "User-agent: *\nDisallow:\n"  # robots.txt; None: 404
    challenge: str = "none"  # status of the JavaScript page before everything, robots.txt too
    challenge_lasts: int = 0  # requests that one passed challenge lets through; 0: all

    def __post_init__(self) -> None:
        """Raise ValueError for unknown words."""
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
