"""Errors of the crawl that a spider's errback tells apart, and failed requests in one line of words."""

from __future__ import annotations

from scrapy import exceptions

from sassspider.printable import escape_control_characters, truncate

_MESSAGES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ResponseDataLossError, "the response ended early"),
    (exceptions.DownloadConnectionRefusedError, "the connection was refused"),
    (exceptions.DownloadTimeoutError, "no complete response within DOWNLOAD_TIMEOUT"),
    (exceptions.CannotResolveHostError, "the host name has no address"),
    (exceptions.DownloadCancelledError, "the response is larger than DOWNLOAD_MAXSIZE"),
)


class CrawlClosingError(exceptions.IgnoreRequest):
    """The request was not sent because the crawl is ending; the next run sends it."""


class ForbiddenByRobotsError(exceptions.IgnoreRequest):
    """robots.txt disallows the request."""


def describe_error(error: BaseException) -> str:
    """Return one line about an exception of a download: Scrapy's, or Twisted's below it."""
    for kind, message in _MESSAGES:
        if isinstance(error, kind):
            return message
    # Scrapy wraps what Twisted wraps: the list of failures of one connection is in one of the causes.
    cause: BaseException | None = error
    while cause is not None:
        reasons = getattr(cause, "reasons", None)
        if reasons:
            return describe_error(reasons[0].value)
        cause = cause.__cause__
    return truncate(escape_control_characters(" ".join(str(error).split()).rstrip("."))) or type(error).__name__
