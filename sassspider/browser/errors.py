"""What is told to the user when neither plain HTTP nor a browser gets in."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class ChallengeError(IgnoreRequest):
    """A page could not be had because of a challenge, or of the browser; the message says why, and what would help.

    Scrapy takes it for a decision, not for a defect: no traceback, no repetition.
    """
