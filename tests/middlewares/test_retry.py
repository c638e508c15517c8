"""What follows from an answer that is no page."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from sassspider.middlewares.retry import RetryMiddleware

from .ground import PAGE, Ground

LONG = 600  # seconds that a site asks for: longer than any test takes


def ask(status: int, retry_after: str, **settings: Any) -> tuple[Ground, Request | Response]:
    ground = Ground(**settings)
    answer = Response(PAGE, status=status, headers={"Retry-After": retry_after})
    request = Request(PAGE, meta={"retry_times": 1})
    return ground, RetryMiddleware.from_crawler(ground).process_response(request, answer)


@pytest.mark.parametrize(
    ("status", "settings", "is_repeated"),
    [
        pytest.param(503, {}, True, id="repeated"),
        pytest.param(503, {"RETRY_TIMES": 1}, False, id="tried-enough"),
        pytest.param(429, {"RETRY_BUDGET": 0}, False, id="no-budget-left"),
        pytest.param(401, {}, False, id="unauthorized"),
        pytest.param(403, {}, False, id="forbidden"),
    ],
)
def test_retry_after_holds_for_the_whole_site(status: int, settings: dict[str, Any], is_repeated: bool) -> None:
    ground, outcome = ask(status, str(LONG), **settings)
    assert isinstance(outcome, Request) is is_repeated
    assert ground.patience.quiet_until > monotonic() + LONG / 2
    assert ground.reasons == []


@pytest.mark.parametrize(("status", "settings"), [(503, {"RETRY_BUDGET": 0}), (403, {})])
def test_a_site_that_wants_too_long_a_pause_is_given_up(status: int, settings: dict[str, Any]) -> None:
    ground, outcome = ask(status, "901", **settings)
    assert isinstance(outcome, Response)
    assert ground.reasons == ["it asks to be left alone for 901 s (RETRY_AFTER_MAX is 900 s)"]


@pytest.mark.parametrize("status", [200, 404])
def test_the_retry_after_of_what_is_no_failure_of_the_site_is_no_matter(status: int) -> None:
    ground, _ = ask(status, str(LONG))
    assert ground.patience.quiet_until == 0
