"""``scrapy history``: what befell one article."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from sassspider.arguments import ArgumentError
from sassspider.command import ArchiveCommand, CommandError
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from sassspider.archive.archive import Archive
    from sassspider.archive.history import Count, Removal, State
    from sassspider.items import Article
    from sassspider.rereading.pages import ReparsedRevision

GUIDE = """
Show what befell an article: each revision with when it was first and last seen, what changed from one to the next,
when the site dropped it or took it back, and how often it was read.

  scrapy history 5542
  scrapy history 5542 --site http://en.sass.cn | less

Exit code: 0 shown, 1 there is no such article or the archive could not be used, 2 wrong usage.
"""
_WIDEST = 100
_VIEWS_SHOWN = 6


class Command(ArchiveCommand):
    """Read an article's revisions, tell of them."""

    guide = GUIDE
    operands = 1

    def syntax(self) -> str:
        return "ID [--site URL]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Show what changed in an article, and when"

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.history import read_state

        site, article_id = self.parse_site(opts.site), _parse_id(args[0])
        if site is None:
            raise ArgumentError("an article is of one site: say --site URL")
        with self.open_archive() as archive:
            state = read_state(archive, site, article_id)
            if state is None:
                raise CommandError(f"article {article_id} of {site} is not archived")
            for line in _tell(archive, state):
                print(line)
        return OK


def _parse_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**18):
        raise ArgumentError(f"{text!r} is no article's id: write its number, as in the site's URLs")
    return int(text)


def _tell(archive: Archive, state: State) -> Iterator[str]:
    from sassspider.archive.history import read_removals, read_views
    from sassspider.rereading.pages import merge_equal, reparse_revision

    article = archive.read.article(state.site, state.id)
    assert article is not None
    revisions = merge_equal(map(reparse_revision, archive.read.revisions(state.site, [state.id])))
    yield from _tell_article(article)
    yield from _tell_revisions(revisions, state)
    yield from _tell_removals(read_removals(archive, state.site, state.id))
    yield from _tell_views(read_views(archive, state.site, state.id))
    for number in range(1, len(revisions)):
        yield f"\nFrom revision {number} to {number + 1}"
        yield from _tell_change(revisions[number - 1], revisions[number])


def _tell_article(article: Article) -> Iterator[str]:
    yield escape_control_characters(f"Article {article.id}: {article.title}")
    yield escape_control_characters(f"{article.url}, published {article.date_published}")
    if article.duplicate_of is not None:
        yield f"It repeats article {article.duplicate_of}."


def _tell_revisions(revisions: Sequence[ReparsedRevision], state: State) -> Iterator[str]:
    yield "\nRevisions"
    for number, (revision, *_) in enumerate(revisions, start=1):
        current = "  current" if revision.id == state.revision_id else ""
        yield f"  {number}  seen from {revision.first_seen} to {revision.last_seen}{current}"


def _tell_removals(removals: Sequence[Removal]) -> Iterator[str]:
    if removals:
        yield "\nRemovals"
    for one in removals:
        yield f"  from {one.removed_on} {f'to {one.returned_on}' if one.returned_on else 'on'}"


def _tell_views(counts: Sequence[Count]) -> Iterator[str]:
    """The first count and the last few: years of them would hide the rest."""
    if counts:
        yield "\nViews"
    for number, one in enumerate(counts):
        if number == 1 and len(counts) > _VIEWS_SHOWN:
            yield "  …"
        if number == 0 or number > len(counts) - _VIEWS_SHOWN:
            yield f"  {one.seen_at}  {one.views:,}"


def _tell_change(old: ReparsedRevision, new: ReparsedRevision) -> Iterator[str]:
    from sassspider.rereading.differences import compare

    if old.article is None or new.article is None:
        reason = escape_control_characters(old.refusal or new.refusal)
        yield f"  One of the two pages is refused by today's rules: {reason}"
        return
    width = min(_WIDEST, shutil.get_terminal_size((_WIDEST, 0)).columns)
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    lines = list(compare(old.article, new.article, width, colour))
    yield from lines or ["  They differ in line breaks only."]
