"""Show what the archive holds and how the last runs went.

Missing articles are those that some page links to and that are not archived; the next crawl fetches them. Those that
the last run found forbidden are left out. Missing pictures and files are those that an article names as it is now,
and that were never requested.

  scrapy status
  scrapy status --site en.sass.cn --json

Exit code: 0 shown, 1 the archive could not be used, 2 wrong usage.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sassspider.archive.history import read_sections
from sassspider.archive.media import read_summary
from sassspider.command import ANY_SITE, JSON, ArchiveCommand, CommandError
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters, list_first
from sassspider.terminal import print_json, print_table

_RUNS = 5
_IDS_SHOWN = 5
_WHY_MISSING = "not requested yet, or on hosts that MEDIA_HOSTS lacks"
_COUNTS = ("new", "changed", "removed", "damaged")


class Command(ArchiveCommand):
    """Read the archive, print tables or JSON."""

    options = (ANY_SITE, JSON)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the status; raises CommandError for a site that the archive does not know."""
        site = self.find_key(opts.site)
        with self.open_archive() as archive:
            sections = read_sections(archive, site, _RUNS)
            media = [read_summary(archive, one) for one in dict.fromkeys(section["site"] for section in sections)]
        if site is not None and not sections:
            raise CommandError(f"the archive knows nothing of {site}")
        for run in (run for section in sections for run in section["runs"]):
            begun, ended = run["started_at"], run["ended_at"]
            span = datetime.fromisoformat(ended) - datetime.fromisoformat(begun) if ended else None
            run["seconds"] = None if span is None else int(span.total_seconds())
        if opts.json:
            print_json({"sections": sections, "media": media})
        elif sections:
            _print_tables(sections, media)
        else:
            print("The archive is empty.")
        return OK


def _print_tables(sections: list[dict[str, Any]], media: list[dict[str, Any]]) -> None:
    for section in sections:
        print(escape_control_characters(f"{section['site']}, section {section['section_id']}"))
        print_table(_list_section(section))
        if runs := section["runs"]:
            print_table(map(_list_run, runs), "last runs", "mode", "seconds", *_COUNTS, "outcome")
            if reasons := (runs[0]["outcome"] or "").partition("; ")[2]:
                print(escape_control_characters(f"  last run: {reasons}"))
        print()
    for files in media:
        print(escape_control_characters(f"{files['site']}, pictures and files"))
        print_table(_list_media(files))


def _list_section(section: dict[str, Any]) -> Iterator[tuple[str, int | None, str]]:
    missing = section["missing_ids"]
    yield "articles", section["articles"], f"newest of {section['newest']}" if section["newest"] else ""
    yield "re-posts", section["duplicates"], ""
    yield "removed", section["removed"], ""
    yield "revisions", section["revisions"], ""
    yield "missing", len(missing), list_first(missing, _IDS_SHOWN)
    yield "completed", None, section["completed_at"] or "never"


def _list_media(files: dict[str, Any]) -> Iterator[tuple[str, int | None, str]]:
    run, failed = files["last_run"], files["failed"]
    yield "kept", files["kept"], f"{files['bytes'] / 1e6:,.1f} MB"
    yield "not kept", sum(failed.values()), ", ".join(f"{count:,} {status}" for status, count in failed.items())
    yield "missing", files["missing"], _WHY_MISSING if files["missing"] else ""
    yield "last run", None, f"{_show_time(run)}, {_show_outcome(run)}" if run else "never: scrapy crawl media"


def _list_run(run: dict[str, Any]) -> list[object]:
    counts = run["counts"] or {}
    return [_show_time(run), run["mode"], run["seconds"], *map(counts.get, _COUNTS), _show_outcome(run)]


def _show_time(run: dict[str, Any]) -> str:
    return str(run["started_at"][:16]).replace("T", " ")


def _show_outcome(run: dict[str, Any]) -> str:
    return str(run["outcome"] or "not ended").partition(";")[0]
