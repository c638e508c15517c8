"""A person at a terminal: progress while it runs, Ctrl-C once, quiet when asked."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from tests.mocksite import COMMENTARY, Server, SiteOptions, build_site

from ..crawling import FAST, crawl, environment

KEEP = {"KEEP_DUPLICATES": "1"}


def terminal(folder: Path, site: str, *options: str, **extra: str) -> pexpect.spawn[str]:
    settings = [f"-s{name}={value}" for name, value in {**FAST, **KEEP, "CONCURRENT_REQUESTS": "1"}.items()]
    return pexpect.spawn(
        sys.executable,
        ["-m", "scrapy", "crawl", "commentary", f"-asite={site}", *settings, *options],
        cwd=str(folder),
        env={**environment(TERM="xterm-256color", COLUMNS="200"), **extra},  # type: ignore[arg-type]
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 200),
    )


def test_progress_is_shown_and_the_log_stays_readable(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=40, options=SiteOptions(latency=0.03))) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"\d+/\d+.*articles.*/s, \d+ requests, \d+ retries, \d+ damaged, http")
        screen.expect("Run 1: commentary .*complete")
        screen.expect(pexpect.EOF)
        screen.close()
    assert screen.exitstatus == 0


@pytest.mark.parametrize(("options", "extra"), [(["--quiet"], {}), ([], {"NO_COLOR": "1"})])
def test_no_progress_when_it_is_not_wanted(tmp_path: Path, options: list[str], extra: dict[str, str]) -> None:
    with Server(build_site(seed=3, articles=15)) as server:
        screen = terminal(tmp_path, server.url, *options, **extra)
        screen.expect(pexpect.EOF)
        screen.close()
    shown = screen.before or ""
    assert screen.exitstatus == 0
    assert "retries" not in shown
    assert not re.search("\x1b\\[[0-9]*A", shown), "the cursor was moved"
    assert ("--quiet" in options) == (shown.strip() == "")


def test_ctrl_c_once_stops_gracefully_with_what_was_done_committed(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=60, options=SiteOptions(latency=0.05))
    with Server(site) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"[5-9]/\d+")
        screen.sendintr()
        screen.expect("interrupted")
        screen.expect(pexpect.EOF)
        screen.close()
        assert "Traceback" not in (screen.before or "")
        reports = [json.loads(path.read_text()) for path in (tmp_path / "data/runs").iterdir()]
        server.requests.clear()
        run = crawl(tmp_path, server.url, settings=KEEP)
        asked = [request for request in server.requests if request.path[-6:-5].isdigit()]
    assert screen.exitstatus == 130
    assert [report["outcome"]["code"] for report in reports] == [130]
    assert run.code == 0
    assert len(run.articles()) == 60
    assert len(asked) == 60 - reports[0]["counts"]["new"]
    assert site.ids(COMMENTARY) == sorted(run.articles())


def test_a_signal_to_end_is_an_interruption_too(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=60, options=SiteOptions(latency=0.05))) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"[5-9]/\d+")
        screen.kill(signal.SIGTERM)
        screen.expect(pexpect.EOF)
        screen.close()
    assert screen.exitstatus == 130
