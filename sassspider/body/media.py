"""What a body shows and offers beside its text: pictures, and files that readers download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sassspider.body.blocks import DELETED, Block, Link, ListBlock, Paragraph, Picture, Piece, Quote, Run, Table
from sassspider.items import Attachment, Image
from sassspider.processors import normalize_whitespace
from sassspider.urls import file_name, is_document


def find_images(blocks: Iterable[Block]) -> list[Image]:
    """Return the pictures of a body, in order."""
    pictures = (piece for piece in _list_pieces(blocks) if isinstance(piece, Picture))
    return [{"url": picture.url, "alt": picture.alt or None} for picture in pictures]


def find_attachments(blocks: Iterable[Block]) -> list[Attachment]:
    """Return the files that a body links to or embeds, in order: named by the linked text, else by the file."""
    found: list[Attachment] = []
    for url, pieces in groupby(_list_pieces(blocks), key=_find_document):
        if url:
            name = "".join(f" {piece.text}" if piece.gap else piece.text for piece in pieces if isinstance(piece, Run))
            found.append({"url": url, "name": name.strip() or normalize_whitespace(file_name(url))})
    return found


def _find_document(piece: Piece) -> str:
    link = next((mark for mark in piece.marks if isinstance(mark, Link)), None)
    return link.url if link and is_document(link.url) else ""


def _list_pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (piece for piece in block.pieces if DELETED not in piece.marks)
        elif isinstance(block, Quote):
            yield from _list_pieces(block.blocks)
        elif isinstance(block, ListBlock):
            for item in block.items:
                yield from _list_pieces(item)
        elif isinstance(block, Table):
            yield from _list_pieces(block.caption)
            for row in block.rows:
                for cell in row:
                    yield from _list_pieces(cell.blocks)
