"""How a crawl ended."""

from __future__ import annotations

from typing import Any

import pytest

from sassspider.outcome import FAILED, INTERRUPTED, OK, UNHEALTHY, USAGE, Outcome, count_work, judge

FINISHED = {"finish_reason": "finished"}


def test_exit_codes_are_what_users_script_against() -> None:
    assert (OK, FAILED, USAGE, UNHEALTHY) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    "stats",
    [
        {},
        {"item_scraped_count": 9, "articles/duplicates": 4, "articles/outside_dates": 2},
        {"articles/damaged": 0, "feedexport/success_count/FileFeedStorage": 1},
    ],
)
def test_a_finished_crawl_without_faults_is_well(stats: dict[str, Any]) -> None:
    assert judge(FINISHED | stats) == Outcome(OK, ())


@pytest.mark.parametrize(
    ("stats", "reason"),
    [
        ({"finish_reason": "memusage_exceeded"}, "the crawl was not finished: memusage_exceeded"),
        ({"walk/no_way_in": 1}, "there was no way into the section"),
        ({"spider_exceptions/count": 2}, "errors in the spider: 2"),
        ({"articles/pipeline_errors": 3}, "errors in the pipelines: 3"),
        (
            {"walk/endless": 1},
            "the site names more pages than a run may ask for (CLOSESPIDER_PAGECOUNT)",
        ),
        ({"archive/failed": 1}, "the archive could not be written"),
        ({"export/failed": 1}, "EXPORT_PATH could not be written"),
        (
            {"feeds/failed": 2},
            "feeds that could not be written: 2",
        ),
    ],
)
def test_a_crawl_that_could_not_do_its_work_failed(stats: dict[str, Any], reason: str) -> None:
    assert judge(FINISHED | stats) == Outcome(FAILED, (reason,))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("damaged", "damaged pages, kept in quarantine: 2"),
        ("missing", "articles that the site links to but does not have: 2"),
        ("failed", "articles that could not be fetched: 2"),
    ],
)
def test_a_crawl_that_lacks_something_is_unhealthy(name: str, reason: str) -> None:
    assert judge(FINISHED | {f"articles/{name}": 2}) == Outcome(UNHEALTHY, (reason,))


def test_all_reasons_are_told() -> None:
    outcome = judge(FINISHED | {"articles/damaged": 1, "articles/missing": 1, "articles/failed": 1})
    assert (outcome.code, len(outcome.reasons)) == (UNHEALTHY, 3)


def test_failure_outweighs_faults() -> None:
    outcome = judge({"finish_reason": "memusage_exceeded", "articles/damaged": 1})
    assert outcome.code == FAILED
    assert outcome.reasons == (
        "the crawl was not finished: memusage_exceeded",
        "damaged pages, kept in quarantine: 1",
    )


def test_no_stats_mean_that_the_crawl_never_began() -> None:
    assert judge({}) == Outcome(FAILED, ("the crawl was not finished: it could not start",))


def test_the_work_is_counted_by_name() -> None:
    stats = {"archive/new": 40, "articles/damaged": 2, "downloader/request_count": 51, "item_scraped_count": 40}
    done = {name: count for name, count in count_work(stats).items() if count}
    assert done == {"new": 40, "damaged": 2, "requests": 51}
    assert set(count_work({}).values()) == {0}


@pytest.mark.parametrize("reason", ["shutdown", "cancelled"])
def test_an_interrupted_crawl_is_told_from_a_failed_one(reason: str) -> None:
    assert judge({"finish_reason": reason}).code == INTERRUPTED
    assert judge({"finish_reason": reason, "archive/failed": 1}).code == FAILED


def test_a_failed_health_check_is_unhealthy() -> None:
    outcome = judge({"finish_reason": "finished", "health/failed": ["byline is empty in 3 of 5 articles"]})
    assert (outcome.code, outcome.word) == (UNHEALTHY, "unhealthy")
    assert outcome.reasons == ("health: byline is empty in 3 of 5 articles",)
