"""A limit of time far above what is needed, for input on which quadratic work would take minutes to hours."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

LIMIT = 30  # seconds


@contextmanager
def time_limit() -> Iterator[None]:
    """Fail if the code within takes more than LIMIT seconds."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        pytest.fail(f"not read within {LIMIT} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
