"""Which findings of pip-audit fail."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from typing import Any

import pytest

from .crawling import PROJECT

_SPEC = importlib.util.spec_from_file_location("audit", PROJECT / "scripts/audit.py")
assert _SPEC is not None
assert _SPEC.loader is not None
audit = sys.modules["audit"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(audit)

TODAY = date(2026, 3, 1)
FINDING = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"], "description": "bad"}


def report(*findings: dict[str, Any], skipped: int = 0) -> dict[str, Any]:
    found = [{"name": "lxml", "version": "2.0", "vulns": list(findings)}, {"name": "nh3", "version": "1", "vulns": []}]
    return {"dependencies": [*found, *({"name": "x", "skip_reason": "not there"},) * skipped], "fixes": []}


def exempt(**changes: Any) -> list[dict[str, Any]]:
    return [{"id": "PYSEC-1", "reason": "not called", "until": date(2026, 3, 1), **changes}]


def test_nothing_found_is_well() -> None:
    assert audit.judge(report(), [], TODAY) == audit.Verdict(2)


def test_a_finding_fails() -> None:
    assert audit.judge(report(FINDING), [], TODAY).problems == ["lxml 2.0 has PYSEC-1 (mended in 2.1)"]


@pytest.mark.parametrize("name", ["PYSEC-1", "CVE-1"])
def test_an_excused_finding_waits_until_its_day_is_over(name: str) -> None:
    verdict = audit.judge(report(FINDING), exempt(id=name), TODAY)
    assert (verdict.problems, verdict.notes) == ([], ["lxml 2.0 has PYSEC-1 (mended in 2.1); it waits: not called"])
    (problem,) = audit.judge(report(FINDING), exempt(id=name), date(2026, 3, 2)).problems
    assert problem.endswith(f"; {name} was to wait until 2026-03-01")


def test_an_excuse_is_for_one_finding_only() -> None:
    assert len(audit.judge(report(FINDING, {"id": "PYSEC-2"}), exempt(), TODAY).problems) == 1


@pytest.mark.parametrize("changes", [{"reason": ""}, {"until": "2026-12-31"}, {"until": None}, {"id": ""}])
def test_an_excuse_without_reason_or_end_is_none(changes: dict[str, Any]) -> None:
    problems = audit.judge(report(FINDING), exempt(**changes), TODAY).problems
    assert ["needs id, reason, and until" in one for one in problems] == [True, False]


def test_an_excuse_that_nothing_needs_is_told_of() -> None:
    verdict = audit.judge(report(), exempt(), TODAY)
    assert (verdict.problems, verdict.notes) == ([], ["audit.toml: PYSEC-1 is found no more; take it out"])


def test_what_nobody_knows_of_is_counted() -> None:
    verdict = audit.judge(report(skipped=3), [], TODAY)
    assert (verdict.audited, verdict.problems) == (2, [])
    assert verdict.notes == ["3 of 5 packages could not be audited"]
    assert audit.judge({"dependencies": [{"name": "x", "skip_reason": "no"}]}, [], TODAY).audited == 0
