"""How the synthetic site behaves. Every option is a field here and, under the same name, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import NamedTuple

LIST_SHAPES = ("ul", "table", "div", "cdata", "script")
PAGERS = ("none", "underscore", "query", "loop", "endless", "endless-empty", "window")
PORTALS = ("links", "bare", "missing")
CONTENT_FAULTS = (
    "control-character", "truncated", "bare-ampersand", "undefined-entity", "doctype", "no-title", "no-date", "no-body",
    "wrong-id", "wrong-section", "lost-cdata",
)  # fmt: skip
RESPONSE_FAULTS = (
    "not-found", "gone", "server-error", "bad-gateway", "unavailable", "unavailable-until", "too-many", "forbidden",
    "html-error-page", "login-page", "captcha", "empty", "home-page", "another-article", "unasked-304", "wrong-charset",
    "redirect-home", "redirect-away", "redirect-loop", "redirect-chain", "gzip-broken", "gzip-bomb", "entities",
)  # fmt: skip
DELIVERY_FAULTS = (
    "reset", "reset-in-headers", "reset-after-headers", "cut", "cut-without-length", "stall", "drip", "length-too-long",
    "length-too-short", "header-flood", "body-flood", "link-flood",
)  # fmt: skip
FAULTS = CONTENT_FAULTS + RESPONSE_FAULTS + DELIVERY_FAULTS
ENCODINGS = ("none", "gzip", "br")
# The elements of an article that a site may stop to fill or to print, and new ones that it may begin to print.
ELEMENTS = ("h1", "h2", "h3", "h4", "h5", "a", "b", "dd", "ul")
NEW_ELEMENTS = ("h6", "i", "section", "video")
CHALLENGES = ("none", "200", "412", "521")
ALLOW_ALL = "User-agent: *\nDisallow:\n"


class Outage(NamedTuple):
    """A time at which every request meets a fault: the `requests` after the first `start`."""

    fault: str
    start: int
    requests: int


@dataclass(frozen=True)
class SiteOptions:
    """The behaviour of a site.

    list_shape: how a list page names its articles (`LIST_SHAPES`); pager: how list pages hang together (`PAGERS`);
    page_size: articles on a list page; list_status: 200, or the error that every list page answers with;
    list_empty: list pages name no article; parent, home: pages above the sections (`PORTALS`);
    content_type, charset: of XML pages (content_type None: no header; charset None: no parameter);
    bom: XML pages start with a byte order mark; validators: send ETag and Last-Modified, answer 304;
    blank, lacking: elements that stand empty, or not at all, on every article page (`ELEMENTS`); extra: elements that
    every article page has more (`NEW_ELEMENTS`); the truth stays as it was;
    encoding: how bodies are compressed (`ENCODINGS`); endless: after the newest article, each page leads to one more;
    faults: article id to one of `FAULTS`; list_fault, robots_fault: the same for list pages and robots.txt;
    fault_times: how often each page shows its fault before all is well (0: always); outage: a fault of the whole site;
    elsewhere: base URL that redirects away lead to; latency: seconds before each answer;
    robots: robots.txt (None: 404);
    challenge: the status of a page of JavaScript that stands before everything, robots.txt too (`CHALLENGES`);
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
    blank: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    faults: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))
    encoding: str = "none"
    endless: bool = False
    list_fault: str = ""
    robots_fault: str = ""
    fault_times: int = 0
    outage: Outage | None = None
    elsewhere: str = "http://192.0.2.1"
    latency: float = 0.0
    robots: str | None = ALLOW_ALL
    challenge: str = "none"
    challenge_lasts: int = 0

    def __post_init__(self) -> None:
        """Refuse unknown words, which would otherwise be taken for the default in silence."""
        for name, value, known in (
            ("list_shape", self.list_shape, LIST_SHAPES),
            ("pager", self.pager, PAGERS),
            ("parent", self.parent, PORTALS),
            ("home", self.home, PORTALS),
            ("encoding", self.encoding, ENCODINGS),
            ("list_fault", self.list_fault, ("", *FAULTS)),
            ("robots_fault", self.robots_fault, ("", *FAULTS)),
            ("outage", self.outage.fault if self.outage else "", ("", *FAULTS)),
            ("challenge", self.challenge, CHALLENGES),
            *(("blank", one, ELEMENTS) for one in self.blank),
            *(("lacking", one, ELEMENTS) for one in self.lacking),
            *(("extra", one, NEW_ELEMENTS) for one in self.extra),
            *((f"faults[{key}]", fault, FAULTS) for key, fault in self.faults.items()),
        ):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; choose from {', '.join(known)}")
        if self.page_size < 1:
            raise ValueError(f"page_size is {self.page_size}; it must be 1 or more")
        if self.list_status not in set(HTTPStatus):
            raise ValueError(f"list_status is {self.list_status}; it must be a status of HTTP")
        if self.fault_times < 0:
            raise ValueError(f"fault_times is {self.fault_times}; it must be 0 or more")
        if self.challenge_lasts < 0:
            raise ValueError(f"challenge_lasts is {self.challenge_lasts}; it must be 0 or more")
        if self.latency < 0:
            raise ValueError(f"latency is {self.latency}; it must be 0 or more")
