"""Random bodies through the reader: text, Markdown and cleaning, judged by another reader; ``make fuzz`` tries more."""

from __future__ import annotations

import pytest

from .bodies import make_body
from .checks import explain_failure, find_failure

CHUNKS, BODIES = 20, 20


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_bodies_are_read_right(chunk: int) -> None:
    for seed in range(chunk * BODIES, (chunk + 1) * BODIES):
        markup = make_body(seed)
        if find_failure(markup):
            pytest.fail(f"body {seed}: {explain_failure(markup)}")
