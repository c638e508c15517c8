"""Rounds in which the contenders take turns: what disturbs the machine disturbs all of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

ROUNDS = 5


def alternate(contenders: dict[str, Callable[[], T]], rounds: int = ROUNDS) -> dict[str, list[T]]:
    """Let each contender run once a round, the first to start another one each time; return what each gave."""
    found: dict[str, list[T]] = {name: [] for name in contenders}
    names = list(contenders)
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            found[name].append(contenders[name]())
    return found


def cpu_seconds(work: Callable[[], object]) -> float:
    """Seconds of this process's own work, the collector having nothing left over from others."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def ratios(own: list[float], peer: list[float]) -> tuple[float, ...]:
    """Own figure by the peer's, round by round."""
    return tuple(one / other for one, other in zip(own, peer, strict=True))
