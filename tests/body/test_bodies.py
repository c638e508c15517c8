"""The generator of random bodies, and the shrinking of those that fail."""

from __future__ import annotations

import re

from .bodies import make_body, split_markup
from .reference import read
from .shrink import shrink

BODIES = [make_body(seed) for seed in range(400)]
# fmt: off
KINDS = [
    "<b>", "<del>", "<code>", "vertical-align:super", "line-through", "display:block", "display:none", "mso-",
    "font:bold", "<br>", "&nbsp;", "\u3000", "<h2>", "<ol start", "<blockquote><blockquote>", "colspan", "rowspan",
    "<th>", "<form>", "<o:p>", "<!--[if", "[x]: /y", "<img", "<table border=1><tr><td><", "</b>", "🚢", "渡", "**",
    "&lt;b&gt;", "</br>",
]
# fmt: on


def test_bodies_are_of_every_kind() -> None:
    assert make_body(7) == make_body(7) != make_body(8)
    assert [kind for kind in KINDS if not any(kind in body for body in BODIES)] == []
    assert sum(bool(read(body)) for body in BODIES) > len(BODIES) * 0.9
    assert ["".join(split_markup(body)) for body in BODIES] == BODIES


def test_shrink_drops_what_is_not_needed() -> None:
    markup = "<div><p class=a>one <b style='color:red;font-weight:bold'>two <i>three</i></b> four</p></div><p>five</p>"
    is_bold = re.compile("<b style='[^']*font-weight:bold'>.*three")
    assert shrink(markup, lambda part: bool(is_bold.search(part))) == "<b style='font-weight:bold'>three"
    assert shrink(markup, lambda part: "three" in part) == "three"


def test_shrink_stops() -> None:
    trials: list[str] = []
    assert shrink("<p>one</p>" * 50, lambda part: not trials.append(part) and False, 10) == "<p>one</p>" * 50
    assert len(trials) == 10
