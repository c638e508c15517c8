"""A person at a terminal: a progress bar, the report, Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from ..crawling import FAST, crawl, environment
from ..mocksite import COMMENTARY, Server, SiteOptions, build_site

KEEP = {"KEEP_DUPLICATES": "1"}
SLOW = SiteOptions(latency=0.05)


def terminal(folder: Path, site: str, *options: str, **extra: str) -> pexpect.spawn[str]:
    settings = [f"-s{name}={value}" for name, value in {**FAST, **KEEP, "CONCURRENT_REQUESTS": "1"}.items()]
    return pexpect.spawn(
        sys.executable,
        ["-m", "scrapy", "crawl", "commentary", f"-asite={site}", *settings, *options],
        cwd=str(folder),
        env={**environment(TERM="xterm-256color", COLUMNS="80"), **extra},  # type: ignore[arg-type]
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 80),
    )


def end(screen: pexpect.spawn[str]) -> str:
    """Wait for the command's end; return what was shown since the last match."""
    screen.expect(pexpect.EOF)
    screen.close()
    return screen.before or ""


def outcomes(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "data/sassspider.db")) as connection:
        return [str(row[0]) for row in connection.execute("SELECT outcome FROM runs")]


@pytest.mark.parametrize("extra", [{}, {"NO_COLOR": "1"}], ids=["colour", "no colour"])
def test_terminal_shows_bar_and_report(tmp_path: Path, extra: dict[str, str]) -> None:
    with Server(build_site(seed=3, articles=40, options=SiteOptions(latency=0.03))) as server:
        screen = terminal(tmp_path, server.url, **extra)
        shown = end(screen)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    bars = [one for one in re.split(r"[\r\n]+", plain) if " articles, " in one]
    assert screen.exitstatus == 0
    assert re.search(r"\d+/40 articles, \d+\.\d/s, \d:\d\d:\d\d left", plain)
    assert max(map(len, bars)) <= 80
    assert "http" not in "".join(bars)
    assert ("\x1b[3" in shown) is (not extra)
    assert "Run 1: commentary" in plain
    assert "Scrapy 2." not in plain, "settings and stats go to the file"
    assert len([one for one in plain.splitlines() if one.strip() and " articles, " not in one]) < 15
    (log,) = (tmp_path / "data/runs").glob("*.log")
    assert log.name in plain
    assert "Dumping Scrapy stats" in log.read_text(encoding="utf-8")


def test_chosen_log_stays_on_terminal(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=5)) as server:
        shown = end(terminal(tmp_path, server.url, "-L", "DEBUG"))
    assert "Dumping Scrapy stats" in shown
    assert list((tmp_path / "data/runs").glob("*.log")) == []


def test_quiet_shows_nothing(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=15)) as server:
        screen = terminal(tmp_path, server.url, "--quiet")
        shown = end(screen)
    assert (screen.exitstatus, shown.strip()) == (0, "")


def test_ctrl_c_once_stops_gracefully(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=60, options=SLOW)
    with Server(site) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"[5-9]/60")
        screen.sendintr()
        shown = end(screen)
        assert "Send again to force" in shown
        assert "still to fetch: " in shown
        assert "missing" not in shown
        assert "Traceback" not in shown
        reports = [json.loads(path.read_text()) for path in (tmp_path / "data/runs").glob("*.json")]
        server.requests.clear()
        run = crawl(tmp_path, server.url, settings=KEEP)
        asked = [request for request in server.requests if request.path[-6:-5].isdigit()]
    assert screen.exitstatus == 130
    assert [report["outcome"]["code"] for report in reports] == [130]
    assert run.code == 0
    assert len(asked) == 60 - reports[0]["counts"]["new"]
    assert site.ids(COMMENTARY) == sorted(run.articles())


def test_ctrl_c_twice_is_recorded_as_interrupted(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=60, options=SiteOptions(latency=1))
    with Server(site) as server:
        screen = terminal(tmp_path, server.url, "--quiet", "-O", "x.json", "-sRETRY_GIVE_UP_AFTER=30")
        while len(server.requests) < 3:
            assert screen.isalive()
        screen.sendintr()
        screen.expect("Send again to force")
        screen.sendintr()
        shown = end(screen)
    assert screen.exitstatus == 130
    assert "Traceback" not in shown
    assert [one.partition(";")[0] for one in outcomes(tmp_path)] == ["interrupted"]


def test_sigterm_is_an_interruption(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=60, options=SLOW)) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"[5-9]/60")
        screen.kill(signal.SIGTERM)
        end(screen)
    assert screen.exitstatus == 130
