"""A circuit breaker: a site that fails throughout is left alone, then tried with single requests, then given up."""

from __future__ import annotations


class Breaker:
    """Counts failures in a row, whatever was asked for. All times are seconds on one clock that never goes back.

    After ``limit`` failures nothing is asked for during ``cooldown``, then one request; each time that it fails the
    cooldown is doubled. ``patience`` after it first opened, the breaker is hopeless.
    """

    def __init__(self, limit: int, cooldown: float, patience: float):
        self.limit = limit
        self.first_cooldown = cooldown
        self.patience = patience
        self.succeed()

    def succeed(self) -> None:
        """The site answered: all is well."""
        self.failures = 0
        self.opened_at: float | None = None
        self.probe_at = 0.0
        self.cooldown = self.first_cooldown
        self.is_probing = False

    def fail(self, now: float) -> None:
        """The site failed."""
        self.failures += 1
        if self.opened_at is None and self.failures >= self.limit:
            self.opened_at = now
            self._cool(now)
        elif self.is_probing:
            self.cooldown *= 2
            self._cool(now)

    def find_wait(self, now: float) -> float:
        """Seconds until a request may be made; 0 is leave to make one, given to one request at a time while open."""
        if self.opened_at is None:
            return 0.0
        if now < self.probe_at:
            return self.probe_at - now
        self.is_probing = True
        self.probe_at = now + self.cooldown  # if nothing is heard of this one, another goes then
        return 0.0

    def is_hopeless(self, now: float) -> bool:
        """Whether the site has failed for so long that it is not worth waiting for."""
        return self.opened_at is not None and now - self.opened_at >= self.patience

    def _cool(self, now: float) -> None:
        assert self.opened_at is not None
        # The last try comes when patience ends, not a long cooldown later.
        self.probe_at = min(now + self.cooldown, max(now, self.opened_at + self.patience))
        self.is_probing = False
