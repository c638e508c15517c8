"""Judge a failed request: what it says about an article, and how it is logged. No I/O."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

from scrapy.spidermiddlewares.httperror import HttpError

from sassspider.errors import ForbiddenByRobotsError, describe_error
from sassspider.frontier import SectionState
from sassspider.urls import Link

_NOT_FOUND = (404, 410)
_FORBIDDEN = (401, 403, 451)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request for a list page or an article.

    An article that is not found is ``absent`` if the archive knew that it may be gone, else ``missing``: pages link to
    it. One that is ``forbidden`` is no fault of the run; any other ``failed``.
    """

    kind: Literal["list", "absent", "missing", "forbidden", "failed"]
    level: int
    message: str
    reason: str
    is_not_found: bool = False


def judge_failure(link: Link, error: BaseException, state: SectionState) -> Failure:
    """Return what an exception of Scrapy's downloader, or an HTTP status, says about a link."""
    status = error.response.status if isinstance(error, HttpError) else None
    reason = f"HTTP status {status}" if status else describe_error(error)
    is_not_found = status in _NOT_FOUND
    if link.kind == "list":
        message = f"{link.url}, a way into the section, could not be fetched: {reason}"
        return Failure("list", logging.WARNING, message, reason, is_not_found)
    if is_not_found and link.id in state.archived_ids:
        message = f"{link.url} is archived, but not found now: {reason}"
        return Failure("absent", logging.WARNING, message, reason, is_not_found)
    if is_not_found and link.id in state.not_found_ids:
        return Failure("absent", logging.INFO, f"{link.url} is still not found: {reason}", reason, is_not_found)
    if status in _FORBIDDEN or isinstance(error, ForbiddenByRobotsError):
        return Failure("forbidden", logging.WARNING, f"{link.url} is forbidden: {reason}", reason)
    message = f"{link.url} could not be fetched: {reason}"
    return Failure("missing" if is_not_found else "failed", logging.ERROR, message, reason, is_not_found)
