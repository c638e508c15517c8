"""How the synthetic site behaves. Every option is a field here and, under the same name, on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType

LIST_SHAPES = ("ul", "table", "div", "cdata", "script")
PAGERS = ("none", "underscore", "query", "loop", "endless", "endless-empty", "window")
PORTALS = ("links", "bare", "missing")
CONTENT_FAULTS = (
    "control-character", "truncated", "bare-ampersand", "undefined-entity", "doctype", "no-title", "no-date", "no-body",
    "wrong-id", "wrong-section",
)  # fmt: skip
RESPONSE_FAULTS = ("not-found", "gone", "server-error", "html-error-page", "empty")
FAULTS = CONTENT_FAULTS + RESPONSE_FAULTS
# The elements of an article that a site may stop to fill or to print, and new ones that it may begin to print.
ELEMENTS = ("h1", "h2", "h3", "h4", "h5", "a", "b", "dd", "ul")
NEW_ELEMENTS = ("h6", "i", "section", "video")
ALLOW_ALL = "User-agent: *\nDisallow:\n"


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
    faults: article id to one of `FAULTS`; latency: seconds before each answer; robots: robots.txt (None: 404).
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
    latency: float = 0.0
    robots: str | None = ALLOW_ALL

    def __post_init__(self) -> None:
        """Refuse unknown words, which would otherwise be taken for the default in silence."""
        for name, value, known in (
            ("list_shape", self.list_shape, LIST_SHAPES),
            ("pager", self.pager, PAGERS),
            ("parent", self.parent, PORTALS),
            ("home", self.home, PORTALS),
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
        if self.latency < 0:
            raise ValueError(f"latency is {self.latency}; it must be 0 or more")
