"""What a failed request says about an article."""

from __future__ import annotations

import logging

import pytest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider.errors import ForbiddenByRobotsError
from sassspider.failures import judge_failure
from sassspider.frontier import SectionState
from sassspider.urls import Link

URL = "http://en.sass.cn/103002/7.aspx"
ARTICLE = Link("article", URL, 7)
ARCHIVED = SectionState(archived_ids=frozenset({7}))
NOT_FOUND = SectionState(not_found_ids=frozenset({7}))


def http_error(status: int) -> HttpError:
    return HttpError(Response(URL, status=status))


@pytest.mark.parametrize(
    ("error", "state", "kind", "level"),
    [
        (http_error(404), SectionState(), "missing", logging.ERROR),
        (http_error(410), SectionState(), "missing", logging.ERROR),
        (http_error(404), ARCHIVED, "absent", logging.WARNING),
        (http_error(404), NOT_FOUND, "absent", logging.INFO),
        (http_error(500), SectionState(), "failed", logging.ERROR),
        (http_error(500), ARCHIVED, "failed", logging.ERROR),
        (http_error(403), SectionState(), "forbidden", logging.WARNING),
        (ForbiddenByRobotsError("no"), SectionState(), "forbidden", logging.WARNING),
        (OSError("torn"), SectionState(), "failed", logging.ERROR),
    ],
)
def test_failed_article(error: Exception, state: SectionState, kind: str, level: int) -> None:
    failed = judge_failure(ARTICLE, error, state)
    assert (failed.kind, failed.level, failed.is_not_found) == (kind, level, kind in ("missing", "absent"))
    assert URL in failed.message


@pytest.mark.parametrize("status", [404, 500])
def test_failed_list_is_a_warning(status: int) -> None:
    failed = judge_failure(Link("list", URL), http_error(status), SectionState())
    assert (failed.kind, failed.level, failed.is_not_found) == ("list", logging.WARNING, status == 404)
