"""The path of Chromium."""

from __future__ import annotations

import shutil

from .missing import skip_or_fail

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return the path of the browser; without one, skip the test, but fail it in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        skip_or_fail("no Chromium here; scripts/install-test-packages installs it")
    return found
