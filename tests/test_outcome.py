"""Exit codes and reasons of a crawl."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.outcome import BUSY, FAILED, INTERRUPTED, OK, UNHEALTHY, USAGE, count_work, exit_status


def test_exit_codes_are_stable() -> None:
    assert (OK, FAILED, USAGE, UNHEALTHY, BUSY, INTERRUPTED) == (0, 1, 2, 3, 4, 130)


@pytest.mark.parametrize(
    ("stats", "code", "reasons"),
    [
        ({"articles/duplicates": 4, "articles/outside_dates": 2, "articles/damaged": 0}, OK, []),
        ({"crawl/no_way_in": 1}, FAILED, ["no page led to an article of the section"]),
        ({"spider_exceptions/count": 2}, FAILED, ["2 errors in the spider, see the log"]),
        ({"articles/pipeline_errors": 3}, FAILED, ["3 errors in the pipelines, see the log"]),
        ({"archive/failed": 1}, FAILED, ["the archive could not be written"]),
        ({"export/failed": 1}, FAILED, ["EXPORT_PATH could not be written"]),
        ({"feeds/failed": 2}, FAILED, ["2 feeds could not be written"]),
        ({"articles/damaged": 2}, UNHEALTHY, ["2 damaged pages, see QUARANTINE_DIR"]),
        ({"articles/missing": 2}, UNHEALTHY, ["2 articles that the site links to, but does not have"]),
        ({"articles/failed": 2}, UNHEALTHY, ["2 articles could not be fetched"]),
        ({"health/failed": ["byline: thin"]}, UNHEALTHY, ["health: byline: thin"]),
        ({"finish_reason": "shutdown"}, INTERRUPTED, ["run it again, and it continues from here"]),
        ({"finish_reason": "shutdown", "archive/failed": 1}, FAILED, ["the archive could not be written"]),
        (
            {"finish_reason": "cancelled", "articles/damaged": 1},
            INTERRUPTED,
            ["run it again, and it continues from here"],
        ),
        (
            {"finish_reason": "memusage_exceeded", "articles/damaged": 1},
            FAILED,
            ["the crawl was not finished: memusage_exceeded", "1 damaged pages, see QUARANTINE_DIR"],
        ),
    ],
)
def test_stats_give_exit_status(stats: dict[str, Any], code: int, reasons: list[str]) -> None:
    status = exit_status({"finish_reason": "finished", **stats})
    assert (status.code, list(status.reasons)) == (code, reasons)


def test_empty_stats_mean_no_start() -> None:
    assert str(exit_status({})) == "Failed (exit code 1): the crawl was not finished: it could not start"


def test_work_is_counted_by_name() -> None:
    stats = {"archive/new": 40, "articles/damaged": 2, "downloader/request_count": 51, "browser/own_requests": 1}
    done = {name: count for name, count in count_work(stats).items() if count}
    assert done == {"new": 40, "damaged": 2, "requests": 52}
