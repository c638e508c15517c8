"""Where Chromium is."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_DOWNLOADED = ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*", "chromium-*/chrome-*/*.exe")


def find_executable() -> Path | None:
    """The system's Chromium or Chrome; if there is none, the newest that Playwright downloaded; or None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return Path(found)
    downloaded = (path for pattern in _DOWNLOADED for path in _find_downloads().glob(pattern))
    return max(filter(is_program, downloaded), key=lambda path: path.stat().st_mtime, default=None)


def is_program(path: Path) -> bool:
    """Whether it is a file that can be run."""
    return path.is_file() and os.access(path, os.X_OK)


def _find_downloads() -> Path:
    """Where Playwright keeps its browsers: https://playwright.dev/python/docs/browsers#managing-browser-binaries."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    if given and given != "0":
        return Path(given)
    places = {"darwin": "~/Library/Caches", "win32": "~/AppData/Local"}
    return Path(places.get(sys.platform, "~/.cache")).expanduser() / "ms-playwright"
