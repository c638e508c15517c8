"""The exit code of a crawl, and the reasons for it, from Scrapy's stats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OK = 0
FAILED = 1  # the crawl could not do its work
USAGE = 2  # wrong usage; nothing was done
UNHEALTHY = 3  # the work is done, but something is missing or refused
BUSY = 4  # another crawl of the site is running; nothing was done
INTERRUPTED = 130  # ended by Ctrl-C or a signal, with what was done committed; what shells report too

# The stats that this project reads, by the names under which a run's record has them.
_COUNTS = {
    "new": "archive/new",
    "changed": "archive/changed",
    "unchanged": "archive/unchanged",
    "returned": "archive/returned",
    "removed": "archive/removed",
    "duplicates": "articles/duplicates",
    "damaged": "articles/damaged",
    "missing": "articles/missing",
    "failed": "articles/failed",
    "retries": "retry/count",
    "requests": "downloader/request_count",
    "bytes": "downloader/response_bytes",
}
_BROWSER_REQUESTS = "browser/own_requests"  # sent, but not counted by Scrapy
# Stats that fail a crawl; {} is the count.
_FAILURES = {
    "crawl/no_way_in": "no page led to an article of the section",
    "spider_exceptions/count": "{} errors in the spider, see the log",
    "articles/pipeline_errors": "{} errors in the pipelines, see the log",
    "archive/failed": "the archive could not be written",
    "export/failed": "EXPORT_PATH could not be written",
    "feeds/failed": "{} feeds could not be written",
    "media/not_stored": "FILES_STORE could not be written",
}
# Stats that make a crawl unhealthy.
_FAULTS = {
    "archive/not_found": "{} archived articles were not found at once, none is marked as removed: REMOVAL_MAX_SHARE",
    "crawl/list_given_up": "too many list pages in a row could not be fetched: the others were not requested",
    "articles/damaged": "{} damaged pages, see QUARANTINE_DIR",
    "articles/missing": "{} articles that the site links to, but does not have",
    "articles/failed": "{} articles could not be fetched",
    "media/failed": "{} files could not be fetched: the next run tries again",
    "media/left": "{} files of hosts that fail were not requested: the next run does it",
    "browser/failed": "{} pages behind a challenge that was not passed, see BROWSER in docs/operate.md",
}
_FINISH_REASONS = {
    "site_unavailable": "the site stayed unavailable",
    "lock_lost": "another crawl of the site has begun, while the database was away",
    "closespider_pagecount": "CLOSESPIDER_PAGECOUNT was reached; the site may have links without end",
    "closespider_timeout": "CLOSESPIDER_TIMEOUT was reached; the next run continues from here",
}
_SIGNALLED = ("shutdown", "cancelled")


@dataclass(frozen=True, slots=True)
class ExitStatus:
    """Exit code of ``scrapy crawl``, and why it is not 0."""

    code: int
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        """The exit code in a word."""
        return {OK: "complete", UNHEALTHY: "unhealthy", INTERRUPTED: "interrupted"}.get(self.code, "failed")

    @property
    def record(self) -> str:
        """The label and the reasons, as an archived run has them."""
        return "; ".join((self.label, *self.reasons))

    def __str__(self) -> str:
        reasons = f": {'; '.join(self.reasons)}" if self.reasons else ""
        return f"{self.label.capitalize()} (exit code {self.code}){reasons}"


def exit_status(stats: Mapping[str, Any]) -> ExitStatus:
    """Return the exit status of a finished crawl; empty stats mean that it never started."""
    reason = stats.get("finish_reason", "it could not start")
    failures = _find_reasons(_FAILURES, stats)
    if reason not in ("finished", *_SIGNALLED):
        failures = (f"the crawl was not finished: {_FINISH_REASONS.get(reason, reason)}", *failures)
    faults = (*_find_reasons(_FAULTS, stats), *(f"health: {line}" for line in stats.get("health/failed", ())))
    if failures:
        return ExitStatus(FAILED, failures + faults)
    if reason in _SIGNALLED:
        return ExitStatus(INTERRUPTED, ("run it again, and it continues from here",))
    return ExitStatus(UNHEALTHY if faults else OK, faults)


def count_work(stats: Mapping[str, Any]) -> dict[str, int]:
    """Return what a run did, by name, for its record."""
    counts = {name: int(stats.get(stat, 0)) for name, stat in _COUNTS.items()}
    counts["requests"] += int(stats.get(_BROWSER_REQUESTS, 0))
    return counts


def _find_reasons(texts: Mapping[str, str], stats: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(text.format(stats[name]) for name, text in texts.items() if stats.get(name))
