"""Settings of the browser, and crawls on a machine that has none."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.settings import Settings

from sassspider.browser import NO_CHROMIUM, choose_proxy, find_chromium, launch_options
from sassspider.commands.doctor import Finding, check_browser

from .conftest import MockSite


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Chromium."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", raising=False)
    return tmp_path


def make_program(path: Path, code: str = "") -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{code}\n")
    path.chmod(0o755)
    return str(path)


def test_named_chromium_comes_first(nowhere: Path) -> None:
    assert find_chromium(Settings()) is None
    assert check_browser(Settings()) == Finding("warn", "browser", NO_CHROMIUM)
    system = make_program(nowhere / "chromium")
    assert find_chromium(Settings()) == system
    named = make_program(nowhere / "mine")
    assert find_chromium(Settings({"BROWSER_EXECUTABLE": named})) == named
    assert check_browser(Settings({"BROWSER_EXECUTABLE": named})).state == "ok"


def test_given_launch_options_stay(nowhere: Path) -> None:
    settings = Settings({"PLAYWRIGHT_LAUNCH_OPTIONS": '{"args": ["--x"], "chromium_sandbox": true}'})
    options = launch_options(settings)
    assert options["args"][-1] == "--x"
    assert options["chromium_sandbox"] is True
    assert check_browser(Settings({"BROWSER": "never"})).state == "ok"


@pytest.mark.parametrize(
    ("mode", "advice"),
    [
        ("never", "a JavaScript challenge (HTTP status 521), which takes a browser to pass: BROWSER is never;"),
        ("auto", NO_CHROMIUM),
        ("always", NO_CHROMIUM),
    ],
)
def test_challenge_without_a_browser(site: MockSite, nowhere: Path, mode: str, advice: str) -> None:
    site.behave(challenge=521)
    run = site.crawl(nowhere, BROWSER=mode)
    assert run.code == 1
    assert advice in run.stderr


def test_broken_chromium_is_told(site: MockSite, tmp_path: Path) -> None:
    broken = make_program(tmp_path / "chromium", "echo it is broken >&2; exit 1")
    site.behave(challenge=521)
    run = site.crawl(tmp_path, BROWSER_EXECUTABLE=broken)
    assert run.code == 1
    assert f"Chromium ({broken}) can't be started: it is broken (see docs/operate.md)" in run.stderr


MIRRORS = {"en.sss.net.cn": "en.sass.cn"}
CREDENTIALS = {"Proxy-Authorization": b"Basic " + base64.b64encode(b"me:my:word")}


@pytest.mark.parametrize(
    ("asked", "proxy"),
    [
        (
            Request("http://en.sass.cn/1.aspx"),
            {"server": "http://127.0.0.1:9", "bypass": "<-loopback>,en.sass.cn,en.sss.net.cn"},
        ),
        (
            Request("http://127.0.0.1:8000/1.aspx"),
            {"server": "http://127.0.0.1:9", "bypass": "<-loopback>,127.0.0.1:8000"},
        ),
        (
            Request("http://en.sass.cn/", meta={"proxy": "http://proxy:3128"}, headers=CREDENTIALS),
            {"server": "http://proxy:3128", "username": "me", "password": "my:word"},
        ),
    ],
    ids=["site", "port", "operator's"],
)
def test_only_site_bypasses_proxy(asked: Request, proxy: dict[str, str]) -> None:
    assert choose_proxy(asked, MIRRORS) == proxy
