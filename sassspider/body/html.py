"""The HTML of a body: a few elements, written in one way only."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import nh3

from sassspider.body.blocks import Block, Cell, ListBlock, Paragraph, Picture, Piece, Quote, Rule, Run, Table, Tag
from sassspider.page import refuse_excess

_TAGS = "p h1 h2 h3 h4 h5 h6 blockquote ul ol li hr table caption tbody tr th td br a img strong em u s sup sub code"
_SPANS = {"colspan", "rowspan"}
_ATTRIBUTES = {
    "*": set[str](),  # nh3's own default would keep lang and title on every element
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "td": _SPANS,
    "th": _SPANS,
}
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes=_ATTRIBUTES,
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


def write_tag(tag: Tag) -> str:
    """Return the HTML of a tag."""
    if isinstance(tag.mark, str):
        return f"</{tag.mark}>" if tag.is_end else f"<{tag.mark}>"
    if tag.is_end:
        return "</a>"
    title = f' title="{html.escape(tag.mark.title)}"' if tag.mark.title else ""
    return f'<a href="{html.escape(tag.mark.url)}"{title}>'


def _write_block(block: Block) -> str:
    return _WRITERS[type(block)](block)


def _write_all(blocks: Iterable[Block], bare: bool = False) -> str:
    """Write blocks inside another; with ``bare``, paragraphs without their tags."""
    return "".join(
        _write_line(block) if bare and isinstance(block, Paragraph) and not block.level else _write_block(block)
        for block in blocks
    )


def _write_paragraph(block: Paragraph) -> str:
    tag = f"h{block.level}" if block.level else "p"
    return f"<{tag}>{_write_line(block)}</{tag}>"


def _write_list(block: ListBlock) -> str:
    tag = "ul" if block.start is None else "ol"
    start = f' start="{block.start}"' if block.start not in (None, 1) else ""
    is_tight = block.is_tight()
    items = (f"<li>{_write_all(item, bare=is_tight)}</li>" for item in block.parts)
    return f"<{tag}{start}>{''.join(items)}</{tag}>"


def _write_table(block: Table) -> str:
    caption = f"<caption>{_write_cell_content(block.caption)}</caption>" if block.caption else ""
    rows = "".join(f"<tr>{''.join(map(_write_cell, row))}</tr>" for row in block.rows)
    return f"<table>{caption}<tbody>{rows}</tbody></table>"


def _write_cell(cell: Cell) -> str:
    tag = "th" if cell.is_head else "td"
    spans = {"colspan": cell.colspan, "rowspan": cell.rowspan}
    attributes = "".join(f' {name}="{span}"' for name, span in spans.items() if span > 1)
    return f"<{tag}{attributes}>{_write_cell_content(cell.blocks)}</{tag}>"


def _write_cell_content(blocks: Sequence[Block]) -> str:
    return _write_all(blocks, bare=len(blocks) == 1)


def _write_line(paragraph: Paragraph) -> str:
    if paragraph.plain_text is not None:
        return html.escape(paragraph.plain_text, quote=False)
    return "".join(map(_write_token, paragraph.tokens))


def _write_token(token: Tag | Piece) -> str:
    if isinstance(token, Run):
        return html.escape(token.text, quote=False)
    if isinstance(token, Tag):
        return write_tag(token)
    if isinstance(token, Picture):
        return f'<img src="{html.escape(token.url)}" alt="{html.escape(token.alt)}">'
    return "<br>"


_WRITERS: dict[type[Block], Callable[[Any], str]] = {
    ListBlock: _write_list,
    Paragraph: _write_paragraph,
    Quote: lambda block: f"<blockquote>{_write_all(block.blocks)}</blockquote>",
    Rule: lambda block: "<hr>",
    Table: _write_table,
}
