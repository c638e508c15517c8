"""How the mock site behaves, and the names of its faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
