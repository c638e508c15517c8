"""What goes wrong with an archive. Apart from the rest, so that to name it does not import SQLAlchemy."""

from __future__ import annotations


class ArchiveError(Exception):
    """The archive can't be used; the message says what is wrong, where, and what to do.

    ``passing`` tells that its server is away, so that trying again may help.
    """

    def __init__(self, message: str, passing: bool = False):
        super().__init__(message)
        self.passing = passing
