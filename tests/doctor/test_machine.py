"""What the doctor says of the machine."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sassspider.doctor import machine

from ..crawling import PROJECT


def test_the_packages_are_those_of_the_project() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert list(machine.REQUIREMENTS) == project["dependencies"]
    assert machine.check_packages().state == "ok"


def test_what_another_python_needs_is_not_missing() -> None:
    assert machine.check_packages(["no-such-package-as-this; python_version < '3'"]).state == "ok"


def test_missing_and_unfit_packages_are_named() -> None:
    finding = machine.check_packages(["scrapy<1", "no-such-package-as-this>=2", "lxml"])
    assert finding.state == "fail"
    assert finding.seen.startswith("scrapy is 2.")
    assert finding.seen.endswith(", not <1; no-such-package-as-this>=2 is missing")
    assert "pip install" in finding.advice


@pytest.mark.parametrize(
    ("running", "state"), [((3, 10, 9), "fail"), ((3, 11, 0), "ok"), ((3, 13, 2), "ok"), ((3, 14, 0), "warn")]
)
def test_python_must_be_one_that_was_tried(running: tuple[int, ...], state: str) -> None:
    assert machine.check_python(running).state == state


@pytest.mark.parametrize(("free", "state"), [(5 * 10**9, "ok"), (10**9 - 1, "warn"), (10**7, "fail")])
def test_a_full_disk_is_told(tmp_path: Path, free: int, state: str) -> None:
    assert machine.check_disk(tmp_path / "not" / "yet", free).state == state


def test_a_folder_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    assert machine.check_folder("runs", tmp_path / "not" / "yet").state == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    finding = machine.check_folder("runs", tmp_path / "data" / "runs")
    assert (finding.state, finding.seen) == ("fail", f"{tmp_path / 'data/runs'}: {tmp_path / 'data'} is no folder")


def test_a_folder_without_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.os, "access", lambda path, mode: False)
    assert machine.check_folder("runs", tmp_path).state == "fail"
