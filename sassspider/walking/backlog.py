"""The steps that wait for their turn. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from sassspider.walking.walk import Step


class Backlog:
    """The most urgent step first; of equal ones the latest, which is how Scrapy orders requests.

    A request of Scrapy's takes some kilobytes while it waits, a step a few hundred bytes; and Scrapy's queue, where
    every article has a priority of its own, takes time that grows with the square of what waits.
    """

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, Step]] = []
        self.pushed = 0

    def push(self, steps: Iterable[Step]) -> None:
        """Take steps."""
        for step in steps:
            self.pushed += 1
            heappush(self.heap, (-step.priority, -self.pushed, step))

    def pop(self, wants: Callable[[Step], bool]) -> Step | None:
        """Give the step whose turn it is, and forget those before it that nobody ``wants``; None if there is none."""
        while self.heap:
            step = heappop(self.heap)[-1]
            if wants(step):
                return step
        return None

    def __len__(self) -> int:
        return len(self.heap)
