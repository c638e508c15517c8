"""Errors of downloads, described in one line."""

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
        (exceptions.ResponseDataLossError("x"), "the response ended early"),
        (exceptions.DownloadConnectionRefusedError("x"), "the connection was refused"),
        (exceptions.DownloadTimeoutError("x"), "no complete response within DOWNLOAD_TIMEOUT"),
        (exceptions.CannotResolveHostError("x"), "the host name has no address"),
        (WrappedError(OSError("the line\n is down.")), "the line is down"),
        (ValueError(), "ValueError"),
    ],
)
def test_describe_error(error: Exception, description: str) -> None:
    assert describe_error(error) == description


def test_describe_wrapped_error() -> None:
    error = exceptions.DownloadFailedError("[<Failure>]")
    error.__cause__ = WrappedError(OSError("gone"))
    assert describe_error(error) == "gone"
