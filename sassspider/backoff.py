"""The pauses of a failing site, and the decision that it is down. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_CONTACT = 55.0  # seconds after which a site that sent no response at all is given up: a run takes a minute
MIN_FAILED_PAGES = 3  # different pages that fail in a row before the site is suspected


class SiteBackoff:
    """One doubling pause for the whole site. Times are seconds of a clock that never goes back.

    ``failed_pages`` are the pages whose first request failed since the last sound response. A retry that fails says
    nothing about the site: retries are sent after everything else.
    """

    def __init__(self, first: float, longest: float, give_up_after: float, now: float):
        self.first = first
        self.longest = longest
        self.give_up_after = give_up_after
        self.failed_pages: set[str] = set()
        self.is_reachable = self.was_sound = False
        self.sound_at = now  # the last sound response, or the start of the run
        self.paused_until = 0.0

    def add_success(self, now: float) -> None:
        """Record a sound response: the pages that failed before it are at fault, not the site."""
        self.failed_pages = set()
        self.is_reachable = self.was_sound = True
        self.sound_at = now

    def add_failure(self, page: str, times: int, now: float) -> None:
        """Record that a page failed, ``times`` times by now, and pause: twice as long as after the last failure.

        A request that was sent before the pause began does not make it longer.
        """
        if times == 1:
            self.failed_pages.add(page)
        if now < self.paused_until:
            return
        doublings = min(max(len(self.failed_pages), times), 64) - 1
        pause = min(self.longest, self.first * 2.0**doublings)
        # The last request is sent when the time is up, not a long pause later.
        self.paused_until = now + min(pause, max(0.0, self.deadline - now) or pause)

    def pause(self, seconds: float, now: float) -> None:
        """Pause for at least ``seconds``."""
        self.paused_until = max(self.paused_until, now + seconds)

    @property
    def deadline(self) -> float:
        """The time at which a site that stays unavailable is given up."""
        return self.sound_at + (self.give_up_after if self.is_reachable else min(self.give_up_after, FIRST_CONTACT))

    @property
    def is_suspect(self) -> bool:
        """Whether enough different pages failed in a row that the site may be down."""
        return len(self.failed_pages) >= MIN_FAILED_PAGES

    def is_down(self, now: float) -> bool:
        """Return whether the site has been unavailable for so long that it is given up."""
        return now >= self.deadline and (self.is_suspect or not self.was_sound) and bool(self.failed_pages)


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, 10.2.3), None if it is no number or date."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for a year or a time zone of twenty digits
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
