"""Errors of downloads in one line, and what they say about an article."""

from __future__ import annotations

import pytest
from scrapy import exceptions

from sassspider.errors import describe_error


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
def test_error_is_described(error: Exception, description: str) -> None:
    assert describe_error(error) == description
    wrapper = exceptions.DownloadFailedError("[<Failure>]")
    wrapper.__cause__ = WrappedError(error)
    assert describe_error(wrapper) == description
