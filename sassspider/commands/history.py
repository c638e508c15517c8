"""Show what changed in an article, and when.

It prints when each revision was first and last seen, what changed from one to the next, when the site removed the
article and took it back, and how often it was viewed.

  scrapy history 5542
  scrapy history 5542 --site en.sass.cn | less

Exit code: 0 shown; 1 there is no such article, or the archive could not be used; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from difflib import unified_diff
from itertools import pairwise

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_removal_days, read_views
from sassspider.archive.reader import Selection
from sassspider.command import ONE_SITE, ArchiveCommand, CommandError, option
from sassspider.items import Article
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters
from sassspider.reparse import HEADER, ReparsedRevision, read_states
from sassspider.terminal import make_console

_WIDEST = 100
_VIEWS_SHOWN = 6  # the last: years of them would hide the rest
_STYLES = {"-": "red", "+": "green"}


def _parse_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**18):
        raise ValueError("write an article's number, as in the site's URLs")
    return int(text)


class Command(ArchiveCommand):
    """Read an article's revisions and show them."""

    usage = "ID [--site SITE]"
    options = (ONE_SITE, option("id", "number of the article, as in the site's URLs", _parse_id, metavar="ID"))

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        console = make_console()
        with self.open_selection(opts) as (archive, selection):
            assert selection.site is not None
            for line in _show(archive, selection.site, opts.id):
                shown = escape_control_characters(line, keep_lines=True)
                console.print(shown, style=_STYLES.get(line[:1]), soft_wrap=True)
        return OK


def _show(archive: Archive, site: str, article_id: int) -> Iterator[str]:
    found = archive.read.current(site, [article_id])
    if not found:
        raise CommandError(f"article {article_id} of {site} is not archived")
    article, current_id = found[article_id]
    yield f"Article {article.id}: {article.title}"
    yield f"{article.url}, published {article.date_published}"
    if article.duplicate_of is not None:
        yield f"It repeats article {article.duplicate_of}."
    yield "\nRevisions"
    revisions = read_states(archive, site, article_id)
    for number, (revision, *_) in enumerate(revisions, start=1):
        current = "  current" if revision.id == current_id else ""
        yield f"  {number}  seen from {revision.first_seen} to {revision.last_seen}{current}"
    own = Selection(site, duplicates=True, ids=(article_id, article_id))
    if removals := list(read_removal_days(archive, own)):
        yield "\nRemovals"
    for *_, removed_on, returned_on in removals:
        yield f"  from {removed_on} {f'to {returned_on}' if returned_on else 'on'}"
    if views := read_views(archive, site, article_id):
        yield "\nViews"
    yield from (f"  {seen_at}  {count:,}" for seen_at, count in views[-_VIEWS_SHOWN:])
    for number, (old, new) in enumerate(pairwise(revisions), start=1):
        yield f"\nFrom revision {number} to {number + 1}"
        yield from _show_change(old, new)


def _show_change(old: ReparsedRevision, new: ReparsedRevision) -> Iterator[str]:
    if old.article is None or new.article is None:
        yield f"  One of the two pages is refused by today's rules: {old.refusal or new.refusal}"
        return
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 0)).columns)
    yield from list(compare(old.article, new.article, width)) or ["  They differ in line breaks only."]


def outline(article: Article) -> list[str]:
    """Return the article as lines of text: header, paragraphs, pictures, files."""
    header = {label: getattr(article, name) for name, label in HEADER.items()}
    return [
        *(f"{label}: {value}" for label, value in header.items() if value),
        *(line for line in article.body_text.split("\n") if line),
        *(f"Picture: {image['url']} {image['alt'] or ''}".rstrip() for image in article.images),
        *(f"File: {file['url']} {file['name']}" for file in article.attachments),
    ]


def compare(old: Article, new: Article, width: int) -> Iterator[str]:
    """Yield the lines to print, at most ``width`` columns wide: ``-`` old, ``+`` new; the line around is cut short."""
    from rich.text import Text

    console = make_console()
    hunks = list(unified_diff(outline(old), outline(new), lineterm="", n=1))[2:]  # without the names of files
    for number, line in enumerate(hunks):
        marker, text = line[0], Text(line[1:])
        if marker == " ":
            text.truncate(width - 2, overflow="ellipsis")
            yield f"  {text}"
        elif marker != "@":
            yield from (f"{marker} {part}".rstrip() for part in text.wrap(console, width - 2))
        elif number:
            yield "…"
