"""Show what the archive holds and how the last runs went.

Missing articles are those that some page links to and that are not archived; the next crawl fetches them. Then, what
is kept of the pictures and files; missing are those of articles as they are now, without those that only an earlier
state names.

  scrapy status
  scrapy status --site en.sass.cn --json

Exit code: 0 shown, 1 the archive could not be used, 2 wrong usage.
"""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sassspider.command import ANY_SITE, JSON, ArchiveCommand, CommandError, make_console, print_json
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    from rich.table import Table

_RUNS = 5
_IDS_SHOWN = 5
_COUNTS = ("new", "changed", "removed", "damaged")


class Command(ArchiveCommand):
    """Read the archive, print tables or JSON."""

    options = (ANY_SITE, JSON)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Print the status; raises CommandError for a site that the archive does not know."""
        from sassspider.archive.history import read_sections
        from sassspider.archive.media import read_summary

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
    console = make_console()
    for section in sections:
        console.print(escape_control_characters(f"{section['site']}, section {section['section_id']}"))
        console.print(_tabulate_section(section))
        if runs := section["runs"]:
            console.print(_tabulate_runs(runs))
            if reasons := (runs[0]["outcome"] or "").partition("; ")[2]:
                console.print(escape_control_characters(f"  last run: {reasons}"))
        console.print()
    for files in media:
        console.print(escape_control_characters(f"{files['site']}, pictures and files"))
        console.print(_tabulate_media(files))


def _tabulate_media(files: dict[str, Any]) -> Table:
    run = files["last_run"]
    failed = ", ".join(f"{count:,} {status}" for status, count in files["failed"].items())
    table = _make_table()
    table.add_row("kept", f"{files['kept']:,}", f"{files['bytes'] / 1e6:,.1f} MB")
    table.add_row("not kept", f"{sum(files['failed'].values()):,}", failed)
    advice = "not requested yet, or on hosts that MEDIA_HOSTS lacks" if files["missing"] else ""
    table.add_row("missing", f"{files['missing']:,}", advice)
    table.add_row("last run", "", f"{_show_time(run)}, {_show_outcome(run)}" if run else "never: scrapy crawl media")
    return table


def _tabulate_section(section: dict[str, Any]) -> Table:
    missing = [*map(str, section["missing_ids"][:_IDS_SHOWN]), *(["…"] if section["missing_ids"][_IDS_SHOWN:] else [])]
    table = _make_table()
    for name, value, note in (
        ("articles", section["articles"], f"newest of {section['newest']}" if section["newest"] else ""),
        ("re-posts", section["duplicates"], ""),
        ("removed", section["removed"], ""),
        ("revisions", section["revisions"], ""),
        ("missing", len(section["missing_ids"]), ", ".join(missing)),
    ):
        table.add_row(name, f"{value:,}", note)
    table.add_row("completed", "", section["completed_at"] or "never")
    return table


def _make_table() -> Table:
    from rich.table import Column, Table

    return Table(
        Column(min_width=9), Column(justify="right", min_width=2), "", box=None, show_header=False, padding=(0, 2)
    )


def _show_time(run: dict[str, Any]) -> str:
    return str(run["started_at"][:16]).replace("T", " ")


def _show_outcome(run: dict[str, Any]) -> str:
    return str(run["outcome"] or "not ended").partition(";")[0]


def _tabulate_runs(runs: list[dict[str, Any]]) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="")
    table.add_column("  last runs", min_width=12, overflow="fold")
    table.add_column("mode")
    for name in ("seconds", *_COUNTS):
        table.add_column(name, justify="right")
    table.add_column("outcome", overflow="fold")
    for run in runs:
        seconds = "" if run["seconds"] is None else f"{run['seconds']:,}"
        counts = [str((run["counts"] or {}).get(name, "")) for name in _COUNTS]
        table.add_row(f"  {_show_time(run)}", run["mode"], seconds, *counts, _show_outcome(run))
    return table
