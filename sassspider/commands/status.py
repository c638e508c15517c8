"""``scrapy status``: what the archive holds, and how the last runs went."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sassspider.command import ALL, ArchiveCommand, CommandError
from sassspider.outcome import OK
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sassspider.archive.archive import Archive
    from sassspider.archive.records import Run, SectionStatus
    from sassspider.scrapyd.jobs import Job, JudgedJob

GUIDE = """
Show, section by section, what the archive holds and how the last runs went. A missing article is one that some page
links to and that is not archived; the next crawl requests it.

  scrapy status
  scrapy status --site en.sass.cn --json
  scrapy status --scrapyd

With --scrapyd also the jobs of a Scrapyd server, and what became of each (as SCRAPYD_USERNAME).

Exit code: 0 shown, 1 the archive could not be used, 2 wrong usage.
"""
_SCRAPYD = "http://127.0.0.1:6800"
_RUNS = 5
_IDS_SHOWN = 5
_COUNTS = ("new", "changed", "removed", "damaged")


class Command(ArchiveCommand):
    """Count, tell."""

    guide = GUIDE
    default_site = ALL

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Show what the archive holds and how the last runs went"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="as JSON, with every missing id")
        jobs = f"also the jobs of the Scrapyd at URL (default: {_SCRAPYD}), each with what the archive knows of it"
        parser.add_argument("--scrapyd", metavar="URL", nargs="?", const=_SCRAPYD, help=jobs)

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        from sassspider.archive.history import read_runs, read_sections

        site = self.parse_site(opts.site)
        listed = None if opts.scrapyd is None else self._list_jobs(opts.scrapyd)
        with self.open_archive() as archive:
            found = list(read_sections(archive, site))
            if site is not None and not found:
                raise CommandError(f"the archive knows nothing of {site}")
            sections = [(one, read_runs(archive, one.site, one.section_id, _RUNS)) for one in found]
            jobs = None if listed is None else _judge(archive, listed)
        print(
            _to_json(sections, jobs)
            if opts.json
            else escape_control_characters(_to_text(sections, jobs), keep_lines=True)
        )
        return OK

    def _list_jobs(self, url: str) -> list[Job]:
        """This project's jobs, from Scrapyd."""
        from sassspider.scrapyd.client import Scrapyd, ScrapydError
        from sassspider.scrapyd.jobs import parse_jobs

        assert self.settings is not None
        try:
            return parse_jobs(Scrapyd(url).get("listjobs", project=self.settings["BOT_NAME"]))
        except ScrapydError as error:
            raise CommandError(str(error)) from error


def _judge(archive: Archive, listed: list[Job]) -> list[JudgedJob]:
    from sassspider.archive.history import read_job_runs
    from sassspider.scrapyd.jobs import judge_jobs

    return judge_jobs(listed, read_job_runs(archive, [job.id for job in listed]))


def _to_json(sections: list[tuple[SectionStatus, list[Run]]], jobs: list[JudgedJob] | None) -> str:
    shown = [{**asdict(one), "runs": [_as_record(run) for run in runs]} for one, runs in sections]
    report = {"sections": shown} if jobs is None else {"sections": shown, "jobs": [asdict(job) for job in jobs]}
    return json.dumps(report, ensure_ascii=False, indent=2)


def _to_text(sections: list[tuple[SectionStatus, list[Run]]], jobs: list[JudgedJob] | None) -> str:
    from sassspider.scrapyd.jobs import describe_jobs

    texts = ["\n".join(_describe(one, runs)) for one, runs in sections] or ["The archive is empty."]
    return "\n\n".join(texts if jobs is None else [*texts, "\n".join(describe_jobs(jobs))])


def _as_record(run: Run) -> dict[str, Any]:
    """A run for machines: what its section says already is left out."""
    return {
        "id": run.id,
        "spider": run.spider,
        "mode": run.mode,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "seconds": _seconds(run),
        "outcome": run.outcome,
        "counts": run.counts,
        "job": run.job,
    }


def _seconds(run: Run) -> int | None:
    if run.ended_at is None:
        return None
    return int((datetime.fromisoformat(run.ended_at) - datetime.fromisoformat(run.started_at)).total_seconds())


def _describe(section: SectionStatus, runs: list[Run]) -> Iterator[str]:
    """Yield the lines about one section."""
    yield f"{section.site}, section {section.section_id}"
    newest = f"  newest of {section.newest}" if section.newest else ""
    missing = section.missing_ids
    shown = ", ".join(map(str, missing[:_IDS_SHOWN])) + (", …" if len(missing) > _IDS_SHOWN else "")
    yield f"  articles    {section.articles:>7,}{newest}"
    yield f"  re-posts    {section.duplicates:>7,}"
    yield f"  removed     {section.removed:>7,}"
    yield f"  revisions   {section.revisions:>7,}"
    yield f"  missing     {len(missing):>7,}  {shown}".rstrip()
    yield f"  whole walk  {section.completed_at or 'never finished'}"
    yield from _describe_runs(runs)


def _describe_runs(runs: list[Run]) -> Iterator[str]:
    if not runs:
        return
    yield f"  {'last runs':20}  {'mode':7}  {'seconds':>7}{''.join(f'{name:>9}' for name in _COUNTS)}  outcome"
    for run in runs:
        seconds = _seconds(run)
        counts = "".join(f"{(run.counts or {}).get(name, ''):>9}" for name in _COUNTS)
        shown = "" if seconds is None else f"{seconds:,}"
        yield f"  {run.started_at:20}  {run.mode:7}  {shown:>7}{counts}  {run.outcome or 'not ended'}"
