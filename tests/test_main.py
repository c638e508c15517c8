"""The command ``sassspider``, where no setting names the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from .crawling import environment


def test_command_works_in_any_folder(tmp_path: Path) -> None:
    given = environment()
    del given["SCRAPY_SETTINGS_MODULE"]
    command = [sys.executable, "-m", "sassspider", "export", "-o", "x.csv"]
    failed = subprocess.run(command, cwd=tmp_path, env=given, capture_output=True, text=True, check=False)
    assert (failed.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "there is no archive at data/sassspider.db" in failed.stderr
