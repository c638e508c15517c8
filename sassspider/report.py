"""The report of a run: lines for a person at a terminal, and the record that is kept as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sassspider.outcome import FAILED, INTERRUPTED, ExitStatus

_SHOWN = 10  # entries of a list in the text; the JSON has all
_WIDTH = 80  # columns for ids


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page that could not be fetched, or was refused as damaged."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run. ``coverage`` has the share of the fetched articles that have a field, for fields that some lack."""

    run_id: int
    site: str
    section_id: str
    spider: str
    mode: str
    started_at: str
    ended_at: str
    seconds: float
    outcome: ExitStatus
    counts: Mapping[str, int]
    changed_ids: Sequence[int] = ()
    removed_ids: Sequence[int] = ()
    missing_ids: Sequence[int] = ()
    damaged: Sequence[FailedPage] = ()
    failed: Sequence[FailedPage] = ()
    coverage: Mapping[str, float] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    warnings: Sequence[str] = ()


def render(report: RunReport) -> str:
    """Return the report as lines of text."""
    return "\n".join(_lines(report))


def _lines(report: RunReport) -> Iterator[str]:
    counts, status = report.counts, report.outcome
    yield f"Run {report.run_id}: {report.spider} on {report.site}, {status.label} (exit code {status.code})"
    words = ("new", "changed", "unchanged", "returned", "removed", "duplicates")
    yield f"  articles   {', '.join(f'{counts[word]} {word}' for word in words)}"
    yield f"  site       {counts['requests']} requests, {counts['bytes']} bytes, {report.seconds:.1f} s"
    if report.coverage:
        shares = sorted(report.coverage.items(), key=lambda item: item[1])
        yield f"  fields     {', '.join(f'{name} {share:.0%}' for name, share in shares)}; all others in every article"
    yield from _ids("changed", report.changed_ids)
    yield from _ids("removed", report.removed_ids)
    if status.code == INTERRUPTED:
        yield f"  still to fetch: {len(report.missing_ids)}"
    else:
        yield from _ids("missing", report.missing_ids)
    yield from _section("damaged", [f"{one.url}: {one.reason}" for one in report.damaged])
    yield from _section("failed", [f"{one.url}: {one.reason}" for one in report.failed])
    yield from _section("outputs", report.outputs)
    yield from _section("warnings", report.warnings)
    yield from _section("reasons", status.reasons)
    yield from _section("do next", list(_advise(report)))


def _ids(label: str, ids: Sequence[int]) -> Iterator[str]:
    """Yield a line with as many ids as fit."""
    if not ids:
        return
    line = f"  {label:10} "
    for number, one in enumerate(map(str, ids)):
        part = one if number == 0 else f", {one}"
        if len(line) + len(part) > _WIDTH - 15:
            yield f"{line} … and {len(ids) - number} more"
            return
        line += part
    yield line


def _section(label: str, entries: Sequence[str]) -> Iterator[str]:
    for number, entry in enumerate(entries[:_SHOWN]):
        yield f"  {label if number == 0 else '':10} {entry}"
    if len(entries) > _SHOWN:
        yield f"  {'':10} … and {len(entries) - _SHOWN} more"


def _advise(report: RunReport) -> Iterator[str]:
    if report.damaged:
        yield "look at the pages in QUARANTINE_DIR; run again: damaged pages are requested after what is new"
    if report.outcome.code != INTERRUPTED and (report.failed or report.missing_ids):
        yield "run again: missing articles are requested after what is new, and given up when missing twice"
    if report.outcome.code == FAILED:
        yield "read the errors above; scrapy doctor says what is wrong with this machine or the site"
