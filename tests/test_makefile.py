"""The packages that make installs."""

from __future__ import annotations

import subprocess

from .crawling import PROJECT

TARGETS = ("demo", "test", "deploy", "fuzz", "bench")


def test_project_itself_is_not_installed() -> None:
    """A Scrapyd of the same environment would run the installed project in place of each deployed egg."""
    command = ["make", "--always-make", "--dry-run", "--no-print-directory", *TARGETS]
    shown = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    installed = [line.split() for line in shown.splitlines() if "install --quiet" in line]
    assert installed
    assert [words for words in installed if "-e" in words or any(word.startswith(".[") for word in words)] == []
