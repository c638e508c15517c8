"""The HTML of a body: a few elements, written in one way only."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import nh3

from sassspider.body.blocks import (
    Block,
    Cell,
    Link,
    ListBlock,
    Mark,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Rule,
    Run,
    Table,
    find_plain_text,
)
from sassspider.body.nesting import Close, Event, Open, Space, nest
from sassspider.body.tags import ALLOWED_ATTRIBUTES, ALLOWED_TAGS
from sassspider.page import refuse_excess

_CLEANER = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    attributes=ALLOWED_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def write_html(blocks: Sequence[Block]) -> str:
    """Return the HTML of a body, each of its blocks on a line of its own. nh3 has the last word: it is safe to show.

    Raises DamagedPageError if it is longer than any article's.
    """
    written = "\n".join(map(_write_block, blocks))
    refuse_excess(characters=len(written))
    return _CLEANER.clean(written)


def open_tag(mark: Mark) -> str:
    """Return the tag that opens a mark."""
    if isinstance(mark, str):
        return f"<{mark}>"
    title = f' title="{html.escape(mark.title)}"' if mark.title else ""
    return f'<a href="{html.escape(mark.url)}"{title}>'


def close_tag(mark: Mark) -> str:
    """Return the tag that closes a mark."""
    return "</a>" if isinstance(mark, Link) else f"</{mark}>"


def _write_block(block: Block) -> str:
    return _WRITERS[type(block)](block)


def _write_all(blocks: Iterable[Block], bare: bool = False) -> str:
    """Write blocks inside another; with ``bare``, paragraphs without their tags."""
    return "".join(
        _write_line(block.pieces) if bare and isinstance(block, Paragraph) and not block.level else _write_block(block)
        for block in blocks
    )


def _write_paragraph(block: Paragraph) -> str:
    tag = f"h{block.level}" if block.level else "p"
    return f"<{tag}>{_write_line(block.pieces)}</{tag}>"


def _write_list(block: ListBlock) -> str:
    tag = "ul" if block.start is None else "ol"
    start = f' start="{block.start}"' if block.start not in (None, 1) else ""
    is_tight = block.is_tight()
    items = (f"<li>{_write_all(item, bare=is_tight)}</li>" for item in block.items)
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _write_table(block: Table) -> str:
    caption = f"<caption>{_write_cell_content(block.caption)}</caption>" if block.caption else ""
    rows = "".join(f"<tr>{''.join(map(_write_cell, row))}</tr>" for row in block.rows)
    return f"<table>{caption}<tbody>{rows}</tbody></table>"


def _write_cell(cell: Cell) -> str:
    tag = "th" if cell.is_head else "td"
    spans = "".join(
        f' {name}="{span}"' for name, span in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if span > 1
    )
    return f"<{tag}{spans}>{_write_cell_content(cell.blocks)}</{tag}>"


def _write_cell_content(blocks: Sequence[Block]) -> str:
    return _write_all(blocks, bare=len(blocks) == 1)


def _write_line(pieces: Sequence[Piece]) -> str:
    plain = find_plain_text(pieces)
    return "".join(map(_write_event, nest(pieces))) if plain is None else html.escape(plain, quote=False)


def _write_event(event: Event) -> str:
    if isinstance(event, Open):
        return open_tag(event.mark)
    if isinstance(event, Close):
        return close_tag(event.mark)
    if isinstance(event, Space):
        return " "
    if isinstance(event, Run):
        return html.escape(event.text, quote=False)
    if isinstance(event, Picture):
        return f'<img src="{html.escape(event.url)}" alt="{html.escape(event.alt)}">'
    return "<br>"


_WRITERS: dict[type[Block], Callable[[Any], str]] = {
    ListBlock: _write_list,
    Paragraph: _write_paragraph,
    Quote: lambda block: f"<blockquote>{_write_all(block.blocks)}</blockquote>",
    Rule: lambda block: "<hr>",
    Table: _write_table,
}
