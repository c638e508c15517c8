"""Pages and bodies that ``make fuzz`` found once; each was read wrong, and is read again here."""

from __future__ import annotations

from pathlib import Path

import pytest

from .body.checks import find_failure
from .frozen import ACCEPTED, REFUSED, Case
from .invariants import hold

FOLDER = Path(__file__).parent / "fuzzed"
PAGES = sorted(FOLDER.glob("*.bin"))
BODIES = sorted(FOLDER.glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_fuzzed_page_keeps_rules(path: Path) -> None:
    hold(path.read_bytes())


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_fuzzed_body_is_read_right(path: Path) -> None:
    failure = find_failure(path.read_bytes().decode())
    assert failure is None, str(failure)


@pytest.mark.parametrize("case", [*ACCEPTED, *REFUSED], ids=lambda case: case.name)
def test_frozen_page_keeps_rules(case: Case) -> None:
    data = (case.folder / "page.xml").read_bytes()
    hold(data)
    hold(data.partition(b"<![CDATA[")[2].partition(b"]]>")[0])
