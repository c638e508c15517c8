"""Why a request had no answer, in words."""

from __future__ import annotations

from scrapy import exceptions

from sassspider.printable import escape_control_characters, truncate

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ResponseDataLossError, "the answer ended early"),
    (exceptions.DownloadConnectionRefusedError, "the connection was refused"),
    (exceptions.DownloadTimeoutError, "the answer did not come, or not whole, in DOWNLOAD_TIMEOUT"),
    (exceptions.CannotResolveHostError, "the host has no address"),
    (exceptions.DownloadCancelledError, "the answer is larger than DOWNLOAD_MAXSIZE"),
)


def explain_error(error: BaseException) -> str:
    """One line about an error of Scrapy's downloader, or of Twisted's below it."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    # Scrapy wraps what Twisted wraps: the list of what went wrong on one connection is in there somewhere.
    cause: BaseException | None = error
    while cause is not None:
        reasons = getattr(cause, "reasons", None)
        if reasons:
            return explain_error(reasons[0].value)
        cause = cause.__cause__
    return truncate(escape_control_characters(" ".join(str(error).split()).rstrip("."))) or type(error).__name__
