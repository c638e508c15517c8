"""Runs work in several processes that begin at one moment."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

PATIENCE = 60  # seconds


def run_together(work: Callable[..., None], *arguments: tuple[Any, ...]) -> None:
    """Call ``work`` with each of these arguments, each in a process of its own; AssertionError when one fails."""
    context = get_context("spawn")
    barrier = context.Barrier(len(arguments))
    processes = [context.Process(target=_begin, args=(barrier, work, given)) for given in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
    assert [process.exitcode for process in processes] == [0] * len(processes)


def _begin(barrier: Barrier, work: Callable[..., None], given: tuple[Any, ...]) -> None:
    barrier.wait(PATIENCE)
    work(*given)
