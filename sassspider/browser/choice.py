"""What the settings say about a browser, checked against what is there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

from sassspider.arguments import ArgumentError
from sassspider.browser.executable import find_executable, is_program

Mode = Literal["auto", "always", "never"]
_MODES: dict[str, Mode] = {"auto": "auto", "always": "always", "never": "never"}


@dataclass(frozen=True, slots=True)
class Choice:
    """``executable`` is None where no browser is used; ``lack`` then says why, and what would help."""

    mode: Mode
    executable: Path | None = None
    lack: str = ""
    patience: float = 30
    times: int = 20


def choose_browser(settings: BaseSettings) -> Choice:
    """What BROWSER and its like amount to; raises ArgumentError on a wrong value, and for a browser that must be."""
    mode = _MODES.get(str(settings.get("BROWSER", "auto")).strip().lower())
    if mode is None:
        raise ArgumentError(f"BROWSER={settings['BROWSER']!r} is wrong: write auto, always or never")
    patience = _read_number(settings, "BROWSER_PATIENCE", 30)
    times = int(_read_number(settings, "BROWSER_TIMES", 20))
    if mode == "never":
        return Choice(mode, None, "BROWSER is never; set it to auto", patience, times)
    executable = _choose_executable(settings)
    _check_options(settings)
    if executable is not None and all(map(find_spec, ("scrapy_playwright", "playwright"))):
        return Choice(mode, executable, "", patience, times)
    lack = (
        "there is no Chromium here; install it (apt install chromium), or name one in BROWSER_EXECUTABLE"
        if executable is None
        else "scrapy-playwright is not installed; pip install scrapy-playwright"
    )
    if mode == "always":
        raise ArgumentError(f"BROWSER=always can't be: {lack}")
    return Choice(mode, None, lack, patience, times)


def configure_browser(settings: BaseSettings) -> Choice:
    """The same for Scrapy's components, which do without a browser where the settings are wrong: NotConfigured."""
    try:
        return choose_browser(settings)
    except ArgumentError as error:
        raise NotConfigured(str(error)) from None


def _check_options(settings: BaseSettings) -> None:
    try:
        settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")
    except (TypeError, ValueError) as error:
        given = settings["PLAYWRIGHT_LAUNCH_OPTIONS"]
        wrong = f"PLAYWRIGHT_LAUNCH_OPTIONS={given!r} is wrong: write options of Playwright's launch as JSON"
        raise ArgumentError(wrong) from error


def _choose_executable(settings: BaseSettings) -> Path | None:
    given = settings.get("BROWSER_EXECUTABLE")
    if not given:
        return find_executable()
    if not is_program(Path(given)):
        raise ArgumentError(f"BROWSER_EXECUTABLE={given} is no program: name Chromium's, or leave it out")
    return Path(given)


def _read_number(settings: BaseSettings, name: str, default: float) -> float:
    given = settings.get(name, default)
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = 0
    if not 1 <= number < 100_000:
        raise ArgumentError(f"{name}={given!r} is wrong: write a number, 1 or more")
    return number
