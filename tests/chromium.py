"""Where Chromium is."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Path of the browser; where there is none, tests are skipped, but in CI they fail."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = "no Chromium here; scripts/install-test-packages installs it"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    return found
