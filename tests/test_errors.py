"""Errors of downloads in one line, and what they say about an article."""

from __future__ import annotations

import logging

import pytest
from scrapy import exceptions
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider.errors import ForbiddenByRobotsError, describe_error, judge_failure
from sassspider.frontier import SectionState
from sassspider.urls import Link

URL = "http://en.sass.cn/103002/7.aspx"
NEW = SectionState()
ARCHIVED = SectionState(archived_ids=frozenset({7}))
NOT_FOUND = SectionState(not_found_ids=frozenset({7}))


class WrappedError(Exception):
    """Has a list of failures, as Twisted's ResponseFailed has."""

    def __init__(self, *values: Exception) -> None:
        self.reasons = [type("Failure", (), {"value": value}) for value in values]


@pytest.mark.parametrize(
    ("error", "description"),
    [
        (exceptions.DownloadConnectionRefusedError("x"), "the connection was refused"),
        (WrappedError(OSError("the line\n is down.")), "the line is down"),
        (ValueError(), "ValueError"),
    ],
)
def test_describe_error(error: Exception, description: str) -> None:
    assert describe_error(error) == description
    wrapper = exceptions.DownloadFailedError("[<Failure>]")
    wrapper.__cause__ = WrappedError(error)
    assert describe_error(wrapper) == description


@pytest.mark.parametrize(
    ("link", "error", "state", "kind", "level"),
    [
        ("article", 404, NEW, "missing", logging.ERROR),
        ("article", 410, NEW, "missing", logging.ERROR),
        ("article", 404, ARCHIVED, "absent", logging.WARNING),
        ("article", 404, NOT_FOUND, "absent", logging.INFO),
        ("article", 500, ARCHIVED, "failed", logging.ERROR),
        ("article", 403, NEW, "forbidden", logging.WARNING),
        ("article", ForbiddenByRobotsError("no"), NEW, "forbidden", logging.WARNING),
        ("article", OSError("torn"), NEW, "failed", logging.ERROR),
        ("list", 404, NEW, "list", logging.WARNING),
        ("list", 500, NEW, "list", logging.WARNING),
    ],
)
def test_judge_failure(link: str, error: int | Exception, state: SectionState, kind: str, level: int) -> None:
    is_status = isinstance(error, int)
    failed = judge_failure(
        Link(link, URL, 7),  # type: ignore[arg-type]
        HttpError(Response(URL, status=error)) if isinstance(error, int) else error,
        state,
    )
    assert (failed.kind, failed.level, failed.is_not_found) == (kind, level, error in (404, 410))
    assert failed.message.startswith(URL)
    assert failed.reason == (f"HTTP status {error}" if is_status else str(error))
