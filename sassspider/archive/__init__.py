"""The archive: a database that records every article, revision and run. See docs/archive.md."""

from __future__ import annotations

from sassspider.outcome import FAILED


class ArchiveError(Exception):
    """The archive can't be used; the message says which archive, what is wrong and what to do.

    ``is_transient`` is true if the database's server is away, so that trying again may help. ``code`` is the exit code.
    """

    def __init__(self, message: str, is_transient: bool = False, code: int = FAILED):
        super().__init__(message)
        self.is_transient = is_transient
        self.code = code
