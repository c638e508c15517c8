"""Errors of requests: which exceptions the crawl tells apart, what they say about an article, and in which words."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scrapy import exceptions
from scrapy.spidermiddlewares.httperror import HttpError

from sassspider.printable import escape_control_characters, truncate
from sassspider.urls import leaves_section

if TYPE_CHECKING:
    from sassspider.frontier import Target
    from sassspider.section_state import SectionState

_MESSAGES: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ResponseDataLossError, "the response ended early"),
    (exceptions.DownloadConnectionRefusedError, "the connection was refused"),
    (exceptions.DownloadTimeoutError, "no complete response within DOWNLOAD_TIMEOUT"),
    (exceptions.CannotResolveHostError, "the host name has no address"),
    (exceptions.DownloadCancelledError, "the response is larger than DOWNLOAD_MAXSIZE"),
)
Kind = Literal["list", "absent", "missing", "forbidden", "failed"]

NOT_FOUND = (404, 410)
FORBIDDEN = (401, 403, 451)


class CrawlClosingError(exceptions.IgnoreRequest):
    """The request was not sent because the crawl is ending; the next run sends it."""


class ForbiddenByRobotsError(exceptions.IgnoreRequest):
    """robots.txt disallows the request."""


class OffsiteError(exceptions.IgnoreRequest):
    """The request leads to another site."""


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A failed request for a list page or an article.

    A page that is not found is ``absent``; but an article is ``missing`` where the archive did not know that it may be
    gone: pages link to it. One that is ``forbidden`` is no fault of the run. Any other is ``list`` or ``failed``.
    """

    target: Target
    kind: Kind
    level: int
    message: str
    reason: str


def classify_failure(target: Target, error: BaseException, state: SectionState) -> FailedPage:
    """Return what an exception of Scrapy's downloader, or an HTTP status, says about a target."""
    status = error.response.status if isinstance(error, HttpError) else None
    reason = f"HTTP status {status}" if status else describe_error(error)
    is_not_found = status in NOT_FOUND
    kind: Kind = "missing" if is_not_found else "failed"
    level, words = logging.ERROR, " could not be fetched"
    if not target.article_id:
        kind = "absent" if is_not_found else "list"
        level, words = logging.WARNING, ", a list page, could not be fetched"
    elif status in FORBIDDEN or isinstance(error, ForbiddenByRobotsError):
        kind, level, words = "forbidden", logging.WARNING, " is forbidden"
    elif is_not_found and target.article_id in state.archived_ids:
        kind, level, words = "absent", logging.WARNING, " is archived, but not found now"
    elif is_not_found and target.article_id in state.not_found_ids:
        kind, level, words = "absent", logging.INFO, " is still not found"
    return FailedPage(target, kind, level, f"{target.url}{words}: {reason}", reason)


def classify_redirect(target: Target, url: str) -> FailedPage:
    """Return what a redirect says about a list page: within the section it is absent, as one behind the list's end."""
    kind: Kind = "list" if leaves_section(target.url, url) else "absent"
    reason = f"the site redirected to {truncate(url)}"
    return FailedPage(target, kind, logging.WARNING, f"{target.url}, a list page, could not be read: {reason}", reason)


def describe_error(error: BaseException) -> str:
    """Return one line about an exception: Scrapy's, Twisted's below it, the system's, or an encoding's."""
    for kind, message in _MESSAGES:
        if isinstance(error, kind):
            return message
    if isinstance(error, UnicodeEncodeError):  # without the text around the character
        return f"FEED_EXPORT_ENCODING={error.encoding} has no U+{ord(error.object[error.start]):04X}: set it to utf-8"
    # Scrapy wraps what Twisted wraps: the list of failures of one connection is in one of the causes.
    cause: BaseException | None = error
    while cause is not None:
        reasons = getattr(cause, "reasons", None)
        if reasons:
            return describe_error(reasons[0].value)
        cause = cause.__cause__
    text = " ".join((getattr(error, "strerror", None) or str(error)).split()).rstrip(".")
    return truncate(escape_control_characters(text)) or type(error).__name__
