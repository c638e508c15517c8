"""Errors of the network, in words."""

import pytest
from scrapy import exceptions

from sassspider.resilience.words import explain_error


class WrappedError(Exception):
    """Has a list of what went wrong, as Twisted's ResponseFailed has."""

    def __init__(self, *values: Exception) -> None:
        self.reasons = [type("Failure", (), {"value": value}) for value in values]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (exceptions.ResponseDataLossError("x"), "the answer ended early"),
        (exceptions.DownloadConnectionRefusedError("x"), "the connection was refused"),
        (exceptions.DownloadTimeoutError("x"), "the answer did not come, or not whole, in DOWNLOAD_TIMEOUT"),
        (exceptions.CannotResolveHostError("x"), "the host has no address"),
        (WrappedError(OSError("the line\n is down.")), "the line is down"),
        (ValueError(), "ValueError"),
    ],
)
def test_words(error: Exception, words: str) -> None:
    assert explain_error(error) == words


def test_what_scrapy_wrapped() -> None:
    error = exceptions.DownloadFailedError("[<Failure>]")
    error.__cause__ = WrappedError(OSError("gone"))
    assert explain_error(error) == "gone"
