"""Rules for every body: its text, its Markdown, and that a clean body stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt

from sassspider.body import Body, read_body
from sassspider.items import Article
from sassspider.page import DamagedPageError

from .bodies import split_markup
from .reference import read
from .structure import describe

URL = "http://en.sass.cn/103002/41.aspx"
RENDERER = MarkdownIt("commonmark", {"html": True, "maxNesting": 200}).enable("table")
# fmt: off
PLAIN_TAGS = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "li", "blockquote", "pre", "hr", "table", "caption", "tbody", "tr",
    "strong", "em", "u", "s", "sub", "sup", "code", "br",
}
# fmt: on
SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt"}, "ol": {"start"}, "td": SPANS, "th": SPANS}
SCHEMES = {"http", "https", "mailto"}
# A body that ends in a tag, or in an element whose text is never shown, is refused.
_CUT = re.compile(
    r"""<[a-zA-Z/!?](?:[^>"']|"[^"]*"|'[^']*')*+(?:["'].*)?$"""
    r"|<(title|style|script|iframe|video|audio|math)\b(?!.*</\1)",
    re.DOTALL,
)
EMBEDDED = re.compile(r"<(?:iframe|video|audio|embed|object)\b", re.IGNORECASE)


class Failure(NamedTuple):
    """A rule that a body breaks: what should be, and what is."""

    rule: str
    expected: list[str]
    found: list[str]

    def __str__(self) -> str:
        lines = unified_diff(self.expected, self.found, "expected", "found", n=1, lineterm="")
        return "\n".join([self.rule, *lines])


def body_of(article: Article) -> Body:
    """Return the body of an article."""
    names = ("body_html", "body_text", "body_markdown", "images", "attachments")
    return Body(*(getattr(article, name) for name in names))


def find_failure(markup: str, reader: Callable[[str, str], Body] = read_body) -> Failure | None:
    """Return the first rule that the reader's result for the body breaks, or None."""
    try:
        body = reader(markup, URL)
    except DamagedPageError as error:
        return Failure("a whole body is read", [], [str(error)])
    except Exception as error:
        return Failure(f"reading raises no {type(error).__name__}", [], [str(error)])
    return next((failure for failure in _list_rules(markup, body) if failure.expected != failure.found), None)


def find_markdown_failure(body: Body) -> Failure | None:
    """Return how the rendering of ``body_markdown`` differs from ``body_html``, or None."""
    expected, found = describe(body.html), describe(RENDERER.render(body.markdown))
    return None if expected == found else Failure("body_markdown renders as body_html", expected, found)


def find_cleaning_failure(body: Body) -> Failure | None:
    """Return what cleaning a clean body changes, or what nh3 has to do, or None."""
    again = read_body(body.html, URL)
    cleaned = nh3.clean(
        body.html, tags=PLAIN_TAGS | ATTRIBUTES.keys(), attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
    )
    for rule, expected, found in (
        ("body_html stays as it is when it is read again", body.html, again.html),
        ("body_markdown is the same when body_html is read again", body.markdown, again.markdown),
        ("nh3 has nothing to do", body.html, cleaned.replace("&nbsp;", "\xa0")),
    ):
        if expected != found:
            return Failure(rule, expected.split("\n"), found.split("\n"))
    return None


def _list_rules(markup: str, body: Body) -> Iterator[Failure]:
    """Yield each rule with both sides of it, the most telling first."""
    yield Failure(
        "body_text is what a reader sees",
        [paragraph.text for paragraph in read(markup)],
        body.text.split("\n\n") if body.text else [],
    )
    if not EMBEDDED.search(markup):  # in body_html they are links with a text
        yield Failure(
            "body_html looks as the page",
            [paragraph.describe() for paragraph in read(markup, deleted=True)],
            [paragraph.describe() for paragraph in read(body.html)],
        )
    for failure in (find_markdown_failure(body), find_cleaning_failure(body)):
        if failure:
            yield failure


def shrink_failure(markup: str, most_trials: int) -> str:
    """Return a part of a failing body that still breaks the same rule: the smallest in ``most_trials`` trials."""
    first, trials = find_failure(markup), iter(range(most_trials))

    def fails(pieces: list[str]) -> bool:
        part = "".join(pieces)
        failure = None if next(trials, None) is None or _CUT.search(part) else find_failure(part)
        return failure is not None and first is not None and failure.rule == first.rule

    for split in (split_markup, re.compile(r"<[^<>]*>|&[^;\s]*;|\s+|[^\s<>&]+|.", re.DOTALL).findall):
        pieces = split(markup)
        length = len(pieces)
        while length := length // 2:
            at = 0
            while at < len(pieces):
                rest = pieces[:at] + pieces[at + length :]
                if fails(rest):
                    pieces = rest
                else:
                    at += length
        markup = "".join(pieces)
    return markup


def explain_failure(markup: str) -> str:
    """Return the rule that a body breaks, with its smallest failing part and both sides."""
    smallest = shrink_failure(markup, most_trials=1000)
    return f"{find_failure(smallest)}\nin {smallest!r}"
