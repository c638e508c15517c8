"""How a crawl ended."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.outcome import FAILED, INTERRUPTED, OK, UNHEALTHY, USAGE, ExitStatus, count_work, exit_status

FINISHED = {"finish_reason": "finished"}


def test_exit_codes_are_stable() -> None:
    assert (OK, FAILED, USAGE, UNHEALTHY) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    "stats",
    [
        {},
        {"item_scraped_count": 9, "articles/duplicates": 4, "articles/outside_dates": 2},
        {"articles/damaged": 0, "feedexport/success_count/FileFeedStorage": 1},
    ],
)
def test_finished_crawl_is_complete(stats: dict[str, Any]) -> None:
    assert exit_status(FINISHED | stats) == ExitStatus(OK, ())


@pytest.mark.parametrize(
    ("stats", "reason"),
    [
        ({"finish_reason": "memusage_exceeded"}, "the crawl was not finished: memusage_exceeded"),
        ({"crawl/no_way_in": 1}, "no page led to an article of the section"),
        ({"spider_exceptions/count": 2}, "2 errors in the spider, see the log"),
        ({"articles/pipeline_errors": 3}, "3 errors in the pipelines, see the log"),
        (
            {"crawl/endless": 1},
            "the site names more pages than CLOSESPIDER_PAGECOUNT allows",
        ),
        ({"archive/failed": 1}, "the archive could not be written"),
        ({"export/failed": 1}, "EXPORT_PATH could not be written"),
        (
            {"feeds/failed": 2},
            "2 feeds could not be written",
        ),
    ],
)
def test_crawl_without_result_failed(stats: dict[str, Any], reason: str) -> None:
    assert exit_status(FINISHED | stats) == ExitStatus(FAILED, (reason,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("damaged", "2 damaged pages, see QUARANTINE_DIR"),
        ("missing", "2 articles that the site links to, but does not have"),
        ("failed", "2 articles could not be fetched"),
    ],
)
def test_incomplete_crawl_is_unhealthy(name: str, reason: str) -> None:
    assert exit_status(FINISHED | {f"articles/{name}": 2}) == ExitStatus(UNHEALTHY, (reason,))


def test_all_reasons_are_given() -> None:
    outcome = exit_status(FINISHED | {"articles/damaged": 1, "articles/missing": 1, "articles/failed": 1})
    assert (outcome.code, len(outcome.reasons)) == (UNHEALTHY, 3)


def test_failure_outweighs_faults() -> None:
    outcome = exit_status({"finish_reason": "memusage_exceeded", "articles/damaged": 1})
    assert outcome.code == FAILED
    assert outcome.reasons == (
        "the crawl was not finished: memusage_exceeded",
        "1 damaged pages, see QUARANTINE_DIR",
    )


def test_empty_stats_mean_no_start() -> None:
    assert exit_status({}) == ExitStatus(FAILED, ("the crawl was not finished: it could not start",))


def test_work_is_counted_by_name() -> None:
    stats = {"archive/new": 40, "articles/damaged": 2, "downloader/request_count": 51, "item_scraped_count": 40}
    done = {name: count for name, count in count_work(stats).items() if count}
    assert done == {"new": 40, "damaged": 2, "requests": 51}
    assert set(count_work({}).values()) == {0}


@pytest.mark.parametrize("reason", ["shutdown", "cancelled"])
def test_interrupted_crawl_is_no_failure(reason: str) -> None:
    assert exit_status({"finish_reason": reason}).code == INTERRUPTED
    assert exit_status({"finish_reason": reason, "archive/failed": 1}).code == FAILED


def test_exit_status_is_one_line() -> None:
    status = exit_status(FINISHED | {"articles/damaged": 2})
    assert str(status) == "Unhealthy (exit code 3): 2 damaged pages, see QUARANTINE_DIR"


def test_failed_health_check_is_unhealthy() -> None:
    outcome = exit_status({"finish_reason": "finished", "health/failed": ["byline is empty in 3 of 5 articles"]})
    assert (outcome.code, outcome.label) == (UNHEALTHY, "unhealthy")
    assert outcome.reasons == ("health: byline is empty in 3 of 5 articles",)
