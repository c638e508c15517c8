"""The options of the mock site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.mocksite.faults import FAULTS
from tests.mocksite.lists import PAGERS, SHAPES

LIST_SHAPES = tuple(SHAPES)
PORTALS = ("links", "bare", "missing")
CHOICES = {
    "list_shape": LIST_SHAPES,
    "pager": PAGERS,
    "parent": PORTALS,
    "home": PORTALS,
    "encoding": ("none", "gzip", "br"),
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
    parent: str = "links"  # pages above the sections: with articles, ``bare`` (sections only) or ``missing`` (404)
    home: str = "links"  # the same for the home page
    content_type: str = "text/xml"  # of XML pages; "": no header
    bom: bool = False  # XML pages start with a byte order mark
    validators: bool = True  # ETag and Last-Modified are sent, and 304
    encoding: str = "none"  # how bodies are compressed
    latency: float = 0.0  # seconds before each response
    faults: Mapping[int, str] = field(default_factory=dict)  # by article id
    list_fault: str = ""  # of list pages
    robots_fault: str = ""  # of robots.txt
    fault_times: int = 0  # how often each page has its fault before it is served well; 0: always
    outage: Outage | None = None  # a fault of the whole site for a time
    elsewhere: str = "http://192.0.2.1"  # base URL of the faults that redirect away
    robots: str = "User-agent: *\nDisallow:\n"  # robots.txt
    challenge: int = 0  # status of the JavaScript page before everything, robots.txt too; 0: no such page
    challenge_lasts: int = 0  # requests that one passed challenge lets through; 0: all

    def __post_init__(self) -> None:
        """Raise ValueError for unknown words."""
        given = [(name, getattr(self, name), words) for name, words in CHOICES.items()]
        faults = [*self.faults.values(), self.list_fault, self.robots_fault, self.outage.fault if self.outage else ""]
        given += [("a fault", fault, FAULTS) for fault in faults if fault]
        for name, value, words in given:
            if value not in words:
                raise ValueError(f"{name} is {value!r}; choose from {', '.join(words)}")
