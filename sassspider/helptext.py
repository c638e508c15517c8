"""Lay out the text of ``--help`` for the width of the terminal."""

from __future__ import annotations

import argparse
import shutil
import textwrap
from collections.abc import Mapping

from scrapy.commands import ScrapyHelpFormatter

_MARGIN = 2  # columns that argparse leaves free


class HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's formatter for a description that is laid out already."""


def fill(text: str, width: int | None = None) -> str:
    """Return the text with its paragraphs wrapped to a width, the terminal's by default; indented lines stay."""
    lines = []
    for paragraph in text.strip("\n").split("\n\n"):
        is_example = paragraph.startswith(" ")
        lines.append(paragraph if is_example else textwrap.fill(" ".join(paragraph.split()), width or _width()))
    return "\n\n".join(lines)


def table(rows: Mapping[str, str], width: int | None = None) -> str:
    """Return names and their meanings as two columns, the second wrapped to a width, the terminal's by default."""
    indent = max(map(len, rows)) + 4
    lines = []
    for name, text in rows.items():
        first = f"  {name}".ljust(indent)
        lines.append(textwrap.fill(f"{first}{text}", width or _width(), subsequent_indent=" " * indent))
    return "\n".join(lines)


def _width() -> int:
    return max(40, shutil.get_terminal_size().columns - _MARGIN)
