"""Skip a test, or fail it in CI, where a program is missing."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test where something is missing, but fail it in CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason, allow_module_level=True)


def chromium() -> str:
    """Return the path of the browser; without one, skip the test, but fail it in CI."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        skip_or_fail("no Chromium here; scripts/install-test-packages installs it")
    return found
