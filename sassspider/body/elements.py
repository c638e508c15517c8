"""Handlers of elements: headings, lists, tables, links, pictures, formulas, embedded content.

A function that enters an element is a generator. It yields where the content of the element is read, or not at all if
the content is not to be read. One that adds an element reads no content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from selectolax.lexbor import LexborNode

from sassspider.body.blocks import RULE, OpenList, write_quotation
from sassspider.body.builder import Builder, Element
from sassspider.body.marks import INVISIBLE, LABEL, RAISED, SVG, Link, Marks
from sassspider.body.mathml import read_formula
from sassspider.body.tables import Cell, OpenTable
from sassspider.hrefs import absolute, file_name, is_document
from sassspider.page import refuse_excess
from sassspider.processors import clean_alt_text, normalize_whitespace

_LINK_SCHEMES = frozenset({"http", "https", "mailto"})
# Of Word and of Google Docs: a link to a reviewer's comment, or (with a group) back from it.
_COMMENT_HREF = re.compile(r"[^#]*#(?:cmnt|_msocom_|(cmnt_ref|_msoanchor_))\d+")
# Where pages that load pictures late have the address.
_LATE_SOURCES = (
    "data-src", "data-original", "data-lazy-src", "data-original-src", "data-actualsrc", "data-echo", "real_src",
    "zoomfile", "_src",
)  # fmt: skip
_MARKS_BEFORE_LOADING = RAISED | {INVISIBLE}  # some editors hide a picture until it is loaded
_SOURCE_NAMES = frozenset(["movie", "src", "url", "filename"])  # of an object's parameters
_SOURCE_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_PICTURE_ADDRESS = re.compile(r"(?:https?:|[./\\])[^\s?#]*\.(?:jpe?g|png|gif|webp|bmp)(?:[?#]\S*)?", re.IGNORECASE)
# What late loaders show first: it counts only if there is nothing else.
_PLACEHOLDER = re.compile(
    r"(?:blank|gr[ae]y|lazy|load(?:ing|er)?|pixel|placeholder|spacer|transparent)[\w-]{0,20}\.(?:gif|png|svg)(?:[?#]|$)",
    re.IGNORECASE,
)
_COUNT = re.compile(r"[ \t\r\n\f]*+\+?([0-9]{1,9})")

Entered = Iterator[None]
Enter = Callable[[Builder, Element], Entered]
Add = Callable[[Builder, Element], None]
Edge = Callable[[Builder], None]
"""What parts an element from the text before and after it."""


def enter_unseen(builder: Builder, element: Element) -> Entered:
    """Leave out what a browser does not show; but not what follows if it stays open."""
    if element.node.mem_id in builder.unclosed:
        yield


def enter_svg_part(builder: Builder, element: Element) -> Entered:
    """Leave out a part of a drawing; such a name elsewhere means nothing."""
    if SVG not in builder.marks:
        yield


def enter_heading(builder: Builder, element: Element) -> Entered:
    """Begin a heading: ``h1`` to ``h6``."""
    outer, builder.heading = builder.heading, int(element.tag[1])
    yield
    builder.end_paragraph()
    builder.heading = outer


def add_rule(builder: Builder, element: Element) -> None:
    """Add a horizontal rule."""
    builder.blocks.append(RULE)


def enter_quotation(builder: Builder, element: Element) -> Entered:
    """Begin a quotation."""
    if blocks := (yield from builder.read_inside()):
        builder.blocks.append(write_quotation(blocks))


def enter_list(builder: Builder, element: Element) -> Entered:
    """Begin a list; only ``ol`` has numbers."""
    start, is_reversed = _read_count(element, "start"), "reversed" in element.attributes
    if start is None:
        start = sum(child.tag == "li" for child in element.node.iter()) if is_reversed else 1
    made = OpenList(start if element.tag == "ol" else None, step=-1 if is_reversed else 1)
    made.add_stray((yield from builder.read_inside(made)))
    builder.blocks += [*made.before, made]


def enter_item(builder: Builder, element: Element) -> Entered:
    """Begin an item. One that stands in no list begins a list of bullets, or goes on with it."""
    around = builder.list
    if around is not None:
        around.add_stray(builder.finish())
        builder.blocks = []
    blocks = yield from builder.read_inside()
    if around is None:
        last = builder.blocks[-1] if builder.blocks else None
        around = last if isinstance(last, OpenList) and last.number is None else OpenList(None)
        if around is not last:
            builder.blocks.append(around)
    around.add_item(blocks, _read_count(element, "value"))


def enter_table(builder: Builder, element: Element) -> Entered:
    """Begin a table."""
    made = OpenTable()
    builder.blocks += yield from builder.read_inside(table=made)
    builder.blocks += made.write()


def enter_row(builder: Builder, element: Element) -> Entered:
    """Begin a row, or a group of rows: the head, a body or the foot of a table."""
    if builder.table is not None and element.tag == "tr":
        builder.table.add_row()
    elif builder.table is not None:
        builder.table.group = element.tag
    yield


def enter_cell(builder: Builder, element: Element) -> Entered:
    """Begin a cell, or the caption, of a table."""
    table = builder.table
    if table is None:  # it is in too many others, see MAX_LEVELS
        yield
        return
    blocks = yield from builder.read_inside()
    if element.tag == "caption":
        table.caption += blocks
    else:
        spans = _read_count(element, "colspan"), _read_count(element, "rowspan")
        table.add_cell(Cell(blocks, element.tag == "th", spans[0] or 1, 1 if spans[1] is None else spans[1]))


def enter_link(builder: Builder, element: Element) -> Entered:
    """Mark linked text. A link that leads nowhere is text, one to a reviewer's comment is nothing.

    A link back from a comment begins the comment, which ends with the paragraph.
    """
    href = element.get("href")
    if comment := _COMMENT_HREF.fullmatch(href):
        if comment[1]:
            builder.end_paragraph()
            builder.is_comment = True
        return
    if url := absolute(href, builder.base_url, _LINK_SCHEMES):
        builder.marks = _without_links(builder.marks) | {Link(url, _read_words(element, "title"))}
    yield


def enter_quoted(builder: Builder, element: Element) -> Entered:
    """Put the text in quotation marks, which are the browser's."""
    opening, closing = "‘’" if builder.quotes else "“”"  # noqa: RUF001
    builder.quotes += 1
    builder.add_text(opening)
    yield
    builder.quotes -= 1
    builder.add_text(closing)


def enter_reading(builder: Builder, element: Element) -> Entered:
    """Put the reading of a word (ruby), which stands above it on the page, in parentheses."""
    if element.node.text(strip=True):
        builder.add_text("(")
        yield
        builder.add_text(")")


def add_formula(builder: Builder, element: Element) -> None:
    """Add a formula."""
    part = builder.end_paragraph if element.get("display") == "block" else lambda: None
    part()
    for term, marks in read_formula(element.node):
        if text := normalize_whitespace(term):
            builder.add_piece(text, builder.marks | marks)
        else:
            builder.add_space()
    part()


def add_image(builder: Builder, element: Element) -> None:
    """Add a picture; name one that can't be shown, for a reader sees it."""
    sources, alt = list(_list_sources(element)), clean_alt_text(_read_words(element, "alt"))
    if (parent := element.node.parent) is not None and parent.tag == "picture":
        sources.append(_find_source(parent))
    others = (element.get(name) for name in element.attributes if name not in ("alt", "title"))
    sources += filter(_PICTURE_ADDRESS.fullmatch, others)
    sources.sort(key=lambda source: bool(_PLACEHOLDER.search(source)))
    if url := _choose_url(sources, builder):
        is_late = any(name in element.attributes for name in _LATE_SOURCES)
        builder.add_piece(alt or "", builder.marks - (_MARKS_BEFORE_LOADING if is_late else RAISED), url)
    elif sources or alt:
        builder.add_label(f"[{alt or 'picture'}]", builder.marks)


def enter_embedded(builder: Builder, element: Element) -> Entered:
    """Name what is embedded by a link to its source; what stands in it is for browsers that can't show it.

    The poster of a film is a picture.
    """
    if poster := absolute(element.get("poster"), builder.base_url):
        builder.add_piece("", builder.marks, poster)
    sources = [*_list_sources(element), element.get("data"), _find_source(element.node)]
    if url := _choose_url(sources, builder):
        name = normalize_whitespace(file_name(url)) if is_document(url) else url
        builder.add_label(name, _without_links(builder.marks) | {Link(url), LABEL})
    if element.node.mem_id in builder.unclosed or (element.tag == "object" and not url):
        yield


def _without_links(marks: Marks) -> Marks:
    return frozenset(mark for mark in marks if isinstance(mark, str))


def _read_count(element: Element, name: str) -> int | None:
    """Return the whole number that an attribute begins with (its first nine digits), as HTML reads it, or None."""
    found = _COUNT.match(element.get(name))
    return int(found[1]) if found else None


def _read_words(element: Element, name: str) -> str:
    """Return an attribute for readers, white space normalized."""
    printed = element.get(name)
    refuse_excess(len(printed))
    return normalize_whitespace(printed)


def _list_sources(element: Element) -> Iterator[str]:
    """Yield the addresses of an element: a page that loads late has a placeholder in ``src``."""
    for name in (*_LATE_SOURCES, "src", *_SOURCE_SETS):
        value = element.get(name).strip()
        if name in _SOURCE_SETS:
            value = "".join(value.split()[:1]).rstrip(",")
        if value:
            yield value


def _choose_url(sources: Iterable[str], builder: Builder) -> str | None:
    """Return the first address that others than the author can open (not ``data:``, ``file:``), absolute."""
    return next((url for source in sources if (url := absolute(source, builder.base_url))), None)


def _find_source(node: LexborNode) -> str:
    """Return the address that a ``source`` or ``param`` in an element gives."""
    for child in node.iter():
        part = Element(child, child.tag or "", child.attributes)
        is_address = part.get("name").lower() in _SOURCE_NAMES
        if found := next(_list_sources(part), "") if part.tag == "source" else part.get("value" if is_address else ""):
            return found
    return ""
