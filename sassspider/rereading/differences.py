"""What changed between two states of an article, for a person to read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import unified_diff

from sassspider.items import Article
from sassspider.printable import escape_control_characters

_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m"}
_PLAIN = "\x1b[0m"
_GAP = "…"


def outline(article: Article) -> list[str]:
    """The article as lines of text: what its header says, its paragraphs, its pictures and files."""
    source = " ".join(part for part in (article.source_name, article.source_url) if part)
    header = {
        "Title": article.title,
        "Subtitle": article.subtitle,
        "Byline": article.byline,
        "Editor": article.editor,
        "Source": source,
        "Date": article.date_published_raw,
    }
    return [
        *(f"{name}: {value}" for name, value in header.items() if value),
        *(line for line in article.body_text.split("\n") if line),
        *(f"Picture: {image['url']} {image['alt'] or ''}".rstrip() for image in article.images),
        *(f"File: {file['url']} {file['name']}" for file in article.attachments),
    ]


def compare(old: Article, new: Article, width: int, colour: bool) -> Iterator[str]:
    """Yield the lines to print: ``-`` what was, ``+`` what is, and the line before and after it, cut short."""
    hunks = unified_diff(outline(old), outline(new), lineterm="", n=1)
    for number, line in enumerate(hunks):
        if number < 2:  # the names of files that there aren't
            continue
        marker, text = line[0], escape_control_characters(line[1:])
        if marker == "@":
            if number > 2:
                yield _GAP
        elif marker == " ":
            yield f"  {textwrap.shorten(text, width - 2, placeholder=' …')}"
        else:
            yield from _wrap(marker, text, width, colour)


def _wrap(marker: str, text: str, width: int, colour: bool) -> Iterator[str]:
    """The text in lines that each bear its marker."""
    for line in textwrap.wrap(text, width - 2, break_on_hyphens=False) or [""]:
        marked = f"{marker} {line}"
        yield f"{_COLOURS[marker]}{marked}{_PLAIN}" if colour else marked
