"""Patience with a database that is away for a moment."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sassspider.archive.engine import ArchiveError

logger = logging.getLogger(__name__)

T = TypeVar("T")

PAUSES = (0.5, 1, 2, 4, 8, 15, 30)  # seconds; a server that restarts is back within a minute


def retrying(work: Callable[[], T], pauses: tuple[float, ...] = PAUSES) -> T:
    """Do ``work``, again while the database's server is away. Blocks meanwhile: not for the event loop.

    Raises ArchiveError at once when waiting can't help, and when the server stays away.
    """
    for pause in pauses:
        try:
            return work()
        except ArchiveError as error:
            if not error.passing:
                raise
            logger.warning("The archive is away, trying again in %g s: %s", pause, error)
            time.sleep(pause)
    return work()
