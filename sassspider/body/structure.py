"""Elements that stand on lines of their own: headings, quotations, lists, tables."""

from __future__ import annotations

from collections.abc import Callable

from sassspider.body.blocks import Block, Cell, ListBlock, Quote, Rule
from sassspider.body.builder import Builder, Element, Leave
from sassspider.body.containers import OpenList, OpenTable, read_count
from sassspider.body.inline import enter_apart
from sassspider.body.style import KEPT_LINES

MAX_LEVELS = 50  # of quotations, lists, tables and their parts in each other; what is deeper is a paragraph

Enter = Callable[[Builder, Element], Leave | None]


def limit_levels(enter: Enter) -> Enter:
    """Let ``enter`` begin a container only where it is not nested deeper than people nest them."""

    def enter_limited(builder: Builder, element: Element) -> Leave | None:
        return enter(builder, element) if builder.level < MAX_LEVELS else builder.enter_paragraph()

    return enter_limited


def enter_paragraph(builder: Builder, element: Element) -> Leave:
    """Begin a paragraph, or a box."""
    return builder.enter_paragraph()


def enter_heading(builder: Builder, element: Element) -> Leave:
    """Begin a heading: ``h1`` to ``h6``."""
    builder.end_paragraph()
    outer, builder.heading = builder.heading, int(element.tag[1])

    def leave() -> None:
        builder.end_paragraph()
        builder.heading = outer

    return leave


def enter_rule(builder: Builder, element: Element) -> None:
    """Add a horizontal rule."""
    builder.end_paragraph()
    builder.blocks.append(Rule())


def enter_preformatted(builder: Builder, element: Element) -> Leave:
    """Begin a paragraph whose line ends are line breaks. Its other white space means nothing in prose."""
    builder.marks |= {KEPT_LINES}
    return builder.enter_paragraph()


@limit_levels
def enter_quotation(builder: Builder, element: Element) -> Leave:
    """Begin a quotation."""
    return builder.enter_container(lambda blocks: [Quote(blocks)] if blocks else [])


@limit_levels
def enter_list(builder: Builder, element: Element) -> Leave:
    """Begin a list; only ``ol`` has numbers."""
    start = read_count(element.attributes, "start")
    made = OpenList(element.tag == "ol", 1 if start is None else start)

    def finish(blocks: list[Block]) -> list[ListBlock]:
        made.add_stray(blocks)
        return made.lists

    leave = builder.enter_container(finish)
    builder.list = made
    return leave


@limit_levels
def enter_item(builder: Builder, element: Element) -> Leave:
    """Begin an item. One that stands in no list begins a list of bullets, or goes on with it."""
    builder.end_paragraph()
    around = builder.list
    if around is not None:
        around.add_stray(builder.blocks)
        builder.blocks = []

    def finish(blocks: list[Block]) -> list[Block]:
        last = builder.blocks[-1] if builder.blocks else None
        if around is not None:
            around.add_item(blocks, read_count(element.attributes, "value"))
        elif blocks and isinstance(last, ListBlock) and last.start is None:
            last.items.append(blocks)
        elif blocks:
            return [ListBlock(None, [blocks])]
        return []

    return builder.enter_container(finish)


@limit_levels
def enter_table(builder: Builder, element: Element) -> Leave:
    """Begin a table."""
    made = OpenTable()
    leave = builder.enter_container(lambda blocks: [*blocks, *made.finish()])
    builder.table = made
    return leave


def enter_caption(builder: Builder, element: Element) -> Leave:
    """Begin a table's caption."""
    if (table := builder.table) is None:
        return builder.enter_paragraph()

    def finish(blocks: list[Block]) -> list[Block]:
        table.caption += blocks
        return []

    return builder.enter_container(finish)


def enter_row_group(builder: Builder, element: Element) -> Leave:
    """Begin the head, a body or the foot of a table."""
    if builder.table is not None:
        builder.table.group = element.tag
    return builder.enter_paragraph()


def enter_row(builder: Builder, element: Element) -> Leave:
    """Begin a row."""
    if builder.table is not None:
        builder.table.add_row()
    return builder.enter_paragraph()


def enter_cell(builder: Builder, element: Element) -> Leave:
    """Begin a cell."""
    if (table := builder.table) is None:
        return enter_apart(builder, element)

    def finish(blocks: list[Block]) -> list[Block]:
        colspan, rowspan = read_count(element.attributes, "colspan"), read_count(element.attributes, "rowspan")
        table.add_cell(Cell(blocks, element.tag == "th", colspan or 1, 1 if rowspan is None else rowspan))
        return []

    return builder.enter_container(finish)
