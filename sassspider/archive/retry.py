"""Patience with a database that is away for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from sassspider.archive.errors import ArchiveError

logger = logging.getLogger(__name__)

T = TypeVar("T")

_FIRST_PAUSE = 0.5  # seconds; each is twice as long as the one before
_LONGEST_PAUSE = 10


def retrying(work: Callable[[], T], patience: float) -> T:
    """Do ``work``, again while the database's server is away. Blocks meanwhile: not for the event loop.

    Raises ArchiveError at once when waiting can't help, and when the server stays away for ``patience`` seconds.
    """
    for pause in find_pauses(patience):
        try:
            return work()
        except ArchiveError as error:
            if not error.passing:
                raise
            logger.warning("The archive is away, trying again in %g s: %s", pause, error)
            time.sleep(pause)
    return work()


def find_pauses(patience: float) -> Iterator[float]:
    """Yield pauses that make up ``patience`` seconds, growing from short ones."""
    pause = _FIRST_PAUSE
    while patience > 0:
        yield min(pause, patience)
        patience -= pause
        pause = min(2 * pause, _LONGEST_PAUSE)
