"""``scrapy history``: show the past of an article."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from difflib import unified_diff
from typing import TYPE_CHECKING

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sassspider.archive.archive import Archive
    from sassspider.archive.records import ArticleState, Removal, ViewCount
    from sassspider.items import Article
    from sassspider.reparse import ReparsedRevision

GUIDE = """
Show the past of an article: when each revision was first and last seen, what changed from one to the next, when the
site removed the article and took it back, and how often it was viewed.

  scrapy history 5542
  scrapy history 5542 --site en.sass.cn | less

Exit code: 0 shown; 1 there is no such article, or the archive could not be used; 2 wrong usage.
"""
_WIDEST = 100
_VIEWS_SHOWN = 6
_COLOURS = {"-": "\x1b[31m", "+": "\x1b[32m"}
_PLAIN = "\x1b[0m"
_GAP = "…"


class Command(ArchiveCommand):
    """Read an article's revisions and show them."""

    guide = GUIDE
    operands = 1

    def syntax(self) -> str:
        return "ID [--site SITE]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Show what changed in an article, and when"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.history import read_state

        article_id = _parse_id(args[0])
        with self.open_archive() as archive:
            site = self.choose_site(archive, opts.site)
            if site is None:
                raise ArgumentError("an article is of one site: say --site SITE")
            state = read_state(archive, site, article_id)
            if state is None:
                raise CommandError(f"article {article_id} of {site} is not archived")
            for line in _show(archive, state):
                print(line)
        return OK


def _parse_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**18):
        raise ArgumentError(f"{text!r} is no article's id: write its number, as in the site's URLs")
    return int(text)


def _show(archive: Archive, state: ArticleState) -> Iterator[str]:
    from sassspider.archive.history import read_removals, read_views
    from sassspider.reparse import merge_equal, reparse_revision

    article = archive.read.article(state.site, state.id)
    assert article is not None
    revisions = merge_equal(map(reparse_revision, archive.read.revisions(state.site, [state.id])))
    yield from _show_article(article)
    yield from _show_revisions(revisions, state)
    yield from _show_removals(read_removals(archive, state.site, state.id))
    yield from _show_views(read_views(archive, state.site, state.id))
    for number in range(1, len(revisions)):
        yield f"\nFrom revision {number} to {number + 1}"
        yield from _show_change(revisions[number - 1], revisions[number])


def _show_article(article: Article) -> Iterator[str]:
    yield escape_control_characters(f"Article {article.id}: {article.title}")
    yield escape_control_characters(f"{article.url}, published {article.date_published}")
    if article.duplicate_of is not None:
        yield f"It repeats article {article.duplicate_of}."


def _show_revisions(revisions: Sequence[ReparsedRevision], state: ArticleState) -> Iterator[str]:
    yield "\nRevisions"
    for number, (revision, *_) in enumerate(revisions, start=1):
        current = "  current" if revision.id == state.revision_id else ""
        yield f"  {number}  seen from {revision.first_seen} to {revision.last_seen}{current}"


def _show_removals(removals: Sequence[Removal]) -> Iterator[str]:
    if removals:
        yield "\nRemovals"
    for one in removals:
        yield f"  from {one.removed_on} {f'to {one.returned_on}' if one.returned_on else 'on'}"


def _show_views(counts: Sequence[ViewCount]) -> Iterator[str]:
    """The first count and the last few: years of them would hide the rest."""
    if counts:
        yield "\nViews"
    for number, one in enumerate(counts):
        if number == 1 and len(counts) > _VIEWS_SHOWN:
            yield "  …"
        if number == 0 or number > len(counts) - _VIEWS_SHOWN:
            yield f"  {one.seen_at}  {one.views:,}"


def _show_change(old: ReparsedRevision, new: ReparsedRevision) -> Iterator[str]:
    if old.article is None or new.article is None:
        reason = escape_control_characters(old.refusal or new.refusal)
        yield f"  One of the two pages is refused by today's rules: {reason}"
        return
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 0)).columns)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    lines = list(compare(old.article, new.article, width, colour))
    yield from lines or ["  They differ in line breaks only."]


def outline(article: Article) -> list[str]:
    """Return the article as lines of text: header, paragraphs, pictures, files."""
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
    """Yield the lines to print: ``-`` old, ``+`` new, and the line before and after, cut short."""
    hunks = unified_diff(outline(old), outline(new), lineterm="", n=1)
    for number, line in enumerate(hunks):
        if number < 2:  # the two names of files
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
    """Yield the text in lines, each with its marker."""
    for line in textwrap.wrap(text, width - 2, break_on_hyphens=False) or [""]:
        marked = f"{marker} {line}"
        yield f"{_COLOURS[marker]}{marked}{_PLAIN}" if colour else marked
