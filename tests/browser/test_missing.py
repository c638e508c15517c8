"""Without a browser a challenge is told in a line that says what helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mocksite import Connection, Request, Response, challenge_page

from ..crawling import Run, scrapy
from .conftest import Ground

HELP = "a JavaScript challenge (HTTP status 521), which takes a browser to pass: "


def told(run: Run) -> list[str]:
    """The lines of the log that say what is wrong."""
    return [line for line in run.stderr.splitlines() if " WARNING: " in line or " ERROR: " in line]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any Chromium."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", raising=False)


def test_never(ground: Ground, tmp_path: Path) -> None:
    ground.behave(challenge="521")
    run = ground.crawl(tmp_path, BROWSER="never")
    assert run.code == 1
    assert f"{HELP}BROWSER is never; set it to auto" in told(run)[0]
    assert "Traceback" not in run.stderr


def test_rules_that_can_not_be_had_forbid_everything(ground: Ground, tmp_path: Path) -> None:
    """Only robots.txt is behind a challenge: what it forbids is not known."""

    def challenge(connection: Connection, request: Request, _response: Response) -> bool:
        if request.target != "/robots.txt":
            return False
        connection.send(request, Response(412, (("Content-Type", "text/html"),), challenge_page(1009).encode()))
        return True

    ground.behave()
    ground.server.deliver = challenge
    try:
        run = ground.crawl(tmp_path, BROWSER="never")
    finally:
        ground.server.deliver = None
    assert run.code == 1
    assert "its robots.txt could not be had (a JavaScript challenge (HTTP status 412)" in run.stderr
    assert set(ground.asked()) == {"/robots.txt"}


@pytest.mark.usefixtures("nowhere")
def test_auto_without_a_chromium(ground: Ground, tmp_path: Path) -> None:
    ground.behave(challenge="521")
    run = ground.crawl(tmp_path)
    assert run.code == 1
    assert f"{HELP}there is no Chromium here; install it (apt install chromium)" in told(run)[0]
    assert "Traceback" not in run.stderr


def test_a_chromium_that_does_not_start(ground: Ground, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho it is broken >&2\nexit 1\n")
    broken.chmod(0o755)
    ground.behave(challenge="521")
    run = ground.crawl(tmp_path, BROWSER_EXECUTABLE=str(broken))
    assert run.code == 1
    assert f"Chromium ({broken}) can't be started: it is broken (see docs/operate.md)" in told(run)[0]
    assert "Traceback" not in run.stderr


@pytest.mark.usefixtures("nowhere")
def test_always_without_a_chromium_is_one_line_and_code_2(tmp_path: Path) -> None:
    run = scrapy(tmp_path, "crawl", "commentary", "-sBROWSER=always")
    assert run.code == 2
    assert run.stderr.startswith("scrapy crawl commentary: BROWSER=always can't be: there is no Chromium here")
    assert len(run.stderr.splitlines()) == 1
