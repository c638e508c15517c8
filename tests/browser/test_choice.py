"""What BROWSER and its like amount to."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings

from sassspider.arguments import ArgumentError
from sassspider.browser.addon import BrowserAddon
from sassspider.browser.choice import Choice, choose_browser
from sassspider.browser.executable import find_executable
from sassspider.doctor.browser import check_browser

HANDLER = "sassspider.browser.handler.BrowserDownloadHandler"


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Chromium."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    return tmp_path


def make_program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def choose(**given: object) -> Choice:
    return choose_browser(Settings(given))


def test_without_a_chromium_auto_is_never_and_says_what_helps(nowhere: Path) -> None:
    choice = choose()
    assert (choice.mode, choice.executable) == ("auto", None)
    assert "apt install chromium" in choice.lack
    settings = Settings()
    BrowserAddon().update_settings(settings)
    assert not settings.getdict("DOWNLOAD_HANDLERS")
    finding = check_browser(settings)
    assert (finding.state, finding.seen) == ("warn", "there is no Chromium here")
    assert "apt install chromium" in finding.advice


def test_always_without_a_chromium_is_refused(nowhere: Path) -> None:
    with pytest.raises(ArgumentError, match="BROWSER=always can't be: there is no Chromium"):
        choose(BROWSER="always")
    assert check_browser(Settings({"BROWSER": "always"})).state == "fail"


def test_the_systems_comes_before_a_downloaded_one_and_the_named_one_before_both(nowhere: Path) -> None:
    downloaded = make_program(nowhere / "downloads/chromium-1200/chrome-linux64/chrome")
    assert find_executable() == downloaded
    system = make_program(nowhere / "chromium")
    assert choose().executable == find_executable() == system
    named = make_program(nowhere / "mine")
    assert choose(BROWSER_EXECUTABLE=str(named)).executable == named


def test_with_a_chromium_requests_go_by_a_handler_that_knows_it(nowhere: Path) -> None:
    make_program(nowhere / "chromium")
    plain = "sassspider.network.handler.DownloadHandler"
    settings = Settings({"DOWNLOAD_HANDLERS": {"http": plain, "https": "mine"}})
    BrowserAddon().update_settings(settings)
    assert settings.getdict("DOWNLOAD_HANDLERS") == {"http": HANDLER, "https": "mine"}
    assert check_browser(settings).state == "ok"


def test_never_looks_for_nothing(nowhere: Path) -> None:
    make_program(nowhere / "chromium")
    choice = choose(BROWSER="never", BROWSER_EXECUTABLE="/not/there")
    assert (choice.executable, choice.lack) == (None, "BROWSER is never; set it to auto")
    assert check_browser(Settings({"BROWSER": "never"})).state == "ok"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"BROWSER": "yes"}, "write auto, always or never"),
        ({"BROWSER_EXECUTABLE": "/not/there"}, "BROWSER_EXECUTABLE=/not/there is no program"),
        ({"BROWSER_PATIENCE": "soon"}, "BROWSER_PATIENCE='soon' is wrong"),
        ({"BROWSER_TIMES": "0"}, "BROWSER_TIMES='0' is wrong"),
        ({"PLAYWRIGHT_LAUNCH_OPTIONS": '{"slow_mo": 100'}, "PLAYWRIGHT_LAUNCH_OPTIONS='{.*' is wrong: write options"),
        ({"PLAYWRIGHT_LAUNCH_OPTIONS": "[1]"}, "PLAYWRIGHT_LAUNCH_OPTIONS="),
        ({"BROWSER_PATIENCE": "nan"}, "BROWSER_PATIENCE='nan' is wrong"),
    ],
)
def test_wrong_values_are_told(given: dict[str, str], told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        choose(**given)
    assert check_browser(Settings(given)).state == "fail"
