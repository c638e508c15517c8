"""One test a frozen case under ``cases/``: the case's input on a whole page, loaded, and the fields compared."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from scrapy.http import XmlResponse

from sassspider.items import Article
from sassspider.loaders import ArticleLoader
from sassspider.page import DamagedPageError

from .body.checks import RENDERER, body_of, find_markdown_failure

CASES = Path(__file__).parent / "cases"
URL = "http://en.sass.cn/103002/5542.aspx"
PLACES = {
    "title": "Ferries on the lower river",
    "date": "2026-01-20 12:00",
    "byline": "",
    "body": "<p>The ferry runs again.</p>",
    "modified": "",
    "views": "",
    "files": "",
}
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html RelativePath="/" class="103002" site="103002">
<head><title>{title} _Sass English Web-RESEARCH-Commentary</title><meta id="5542" name="description"/></head>
<body>
<span><a href="../103002/default.aspx">Commentary</a><a href="../103/default.aspx">RESEARCH</a></span>
<div>
<h1>{title}</h1><h2/><h3/><h4>{date}</h4><h5>{byline}</h5><a href=""/>
<p><![CDATA[{body}]]></p>
<b>{modified}</b><dd>{views}</dd><ul>{files}</ul>
</div>
</body>
</html>"""


@dataclass(frozen=True)
class Case:
    """An input, and the values that it must give."""

    name: str
    page: dict[str, Any]
    expected: dict[str, Any]
    alternatives: dict[str, list[Any]] = field(default_factory=dict)
    note: str = ""

    @property
    def may_be_refused(self) -> bool:
        return True in (self.expected.get("refused"), *self.alternatives.get("refused", []))

    @property
    def response(self) -> XmlResponse:
        places = {place: _expand(text) for place, text in (PLACES | self.page).items()}
        printed = {place: text if place in ("body", "files") else escape(text) for place, text in places.items()}
        return XmlResponse(URL, body=PAGE.format(**printed).encode())


def _expand(text: str | list[str | tuple[str, int]]) -> str:
    """Return a place's text; a part ``[text, times]`` of a list stands for that many of them."""
    parts = [text] if isinstance(text, str) else text
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in parts)


FILES = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("*.toml"))]
ALL = [Case(name, **case) for cases in FILES for name, case in cases.items()]


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_case_gives_expected_fields(case: Case) -> None:
    try:
        article = ArticleLoader(response=case.response).load_item()
    except DamagedPageError:
        if not case.may_be_refused:
            raise
        return
    assert "refused" not in case.expected
    found = {name: _project(_read(article, name), expected) for name, expected in case.expected.items()}
    assert found == {name: _choose(case, name, value) for name, value in found.items()}, case.note


def test_names_are_unique() -> None:
    assert [name for name, times in Counter(case.name for case in ALL).items() if times > 1] == []


def _choose(case: Case, name: str, found: Any) -> Any:
    """Return the value that is right for a field: ``found`` if it is one of the alternatives."""
    return found if found in case.alternatives.get(name, []) else case.expected[name]


def _project(value: Any, expected: Any) -> Any:
    """Return the value without what ``expected`` says nothing of, and with an empty string for null."""
    if isinstance(expected, dict):
        return {key: _project((value or {}).get(key), expected[key]) for key in expected}
    if isinstance(expected, list) and isinstance(value, list):
        return [_project(*pair) for pair in zip_longest(value, expected)]
    return "" if value is None else value


def _read(article: Article, name: str) -> Any:
    """Return a field of the article, or what the rendered Markdown has of that name."""
    if name not in RENDERED:
        return getattr(article, name)
    return RENDERED[name](article, RENDERER.render(article.body_markdown).strip())


def _find_rows(rendered: str) -> list[list[str]]:
    """Return the cells of rendered tables, row by row, as HTML."""
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row.replace(" />", ">"), re.DOTALL) for row in rows]


RENDERED: dict[str, Callable[[Article, str], Any]] = {
    "markdown_renders_as": lambda article, rendered: rendered,
    "markdown_agrees": lambda article, _: find_markdown_failure(body_of(article)) is None,
    "markdown_rows": lambda article, rendered: _find_rows(rendered),
    "markdown_columns": lambda article, rendered: len(_find_rows(rendered)[0]),
}
