"""What the fuzzer found once, read again; ``make fuzz`` looks for more."""

from __future__ import annotations

from pathlib import Path

import pytest

from .frozen import ACCEPTED, REFUSED, Case
from .invariants import hold

FUZZED = sorted((Path(__file__).parent / "fuzzed").glob("*.bin"))


@pytest.mark.parametrize("path", FUZZED, ids=lambda path: path.stem)
def test_what_was_found_is_read_as_it_must_be(path: Path) -> None:
    hold(path.read_bytes())


@pytest.mark.parametrize("case", [*ACCEPTED, *REFUSED], ids=lambda case: case.name)
def test_the_same_holds_of_the_frozen_pages(case: Case) -> None:
    hold(case.page.body)
    hold(case.page.body.partition(b"<![CDATA[")[2].partition(b"]]>")[0])
