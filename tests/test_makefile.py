"""What make installs, told from the commands that it would run."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from .crawling import PROJECT

TARGETS = ("demo", "test", "deploy", "fuzz", "bench", "bench-check", "bench-quick")


@pytest.mark.parametrize("target", TARGETS)
def test_the_project_itself_is_not_installed(target: str) -> None:
    """For then a Scrapyd of the same environment would run what is installed, not the egg that it was given."""
    command = ["make", "--always-make", "--dry-run", "--no-print-directory", target]
    told = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    installed = [shlex.split(line) for line in told.splitlines() if "install --quiet" in line]
    assert installed
    assert not [words for words in installed if "-e" in words or any(word.startswith(".[") for word in words)]
