"""What a run did, for a person at the terminal and as JSON for a machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sassspider.outcome import Outcome

_SHOWN = 10  # of a list, on the terminal; the JSON has all


@dataclass(frozen=True, slots=True)
class Trouble:
    """A page that could not be had, or not be used."""

    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """One run. ``coverage`` gives, for each field that some fetched article lacks, the share that has it."""

    run_id: int
    site: str
    section_id: str
    spider: str
    mode: str
    started_at: str
    ended_at: str
    seconds: float
    outcome: Outcome
    counts: Mapping[str, int]
    damaged: Sequence[Trouble] = ()
    failed: Sequence[Trouble] = ()
    missing_ids: Sequence[int] = ()
    coverage: Mapping[str, float] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    warnings: Sequence[str] = ()


def render(report: Report) -> str:
    """The report as lines of text."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    counts = report.counts
    ended = f"{report.outcome.word} (exit code {report.outcome.code})"
    yield f"Run {report.run_id}: {report.spider} on {report.site}, {ended}"
    words = ("new", "changed", "unchanged", "returned", "removed", "duplicates")
    yield f"  articles   {', '.join(f'{counts[word]} {word}' for word in words)}"
    yield f"  site       {counts['requests']} requests, {counts['bytes']} bytes, {report.seconds:.1f} s"
    if report.coverage:
        shares = sorted(report.coverage.items(), key=lambda item: item[1])
        yield f"  fields     {', '.join(f'{name} {share:.0%}' for name, share in shares)}; all others in every article"
    yield from _list("damaged", [f"{one.url}: {one.reason}" for one in report.damaged])
    yield from _list("failed", [f"{one.url}: {one.reason}" for one in report.failed])
    yield from _list("missing", [str(one) for one in report.missing_ids])
    yield from _list("outputs", report.outputs)
    yield from _list("warning", report.warnings)
    yield from _list("not well", report.outcome.reasons)
    yield from _list("do next", list(_advise(report)))


def _list(label: str, entries: Sequence[str]) -> Iterator[str]:
    for number, entry in enumerate(entries[:_SHOWN]):
        yield f"  {label if number == 0 else '':10} {entry}"
    if len(entries) > _SHOWN:
        yield f"  {'':10} … and {len(entries) - _SHOWN} more"


def _advise(report: Report) -> Iterator[str]:
    if report.damaged:
        yield "look at the pages in quarantine; run again: damaged pages are tried first"
    if report.failed or report.missing_ids:
        yield "run again: what is missing is tried first, and given up when it was missing twice"
    if report.outcome.code == 1:
        yield "read the errors above; scrapy doctor tells what is wrong with this machine or the site"
