"""A person at a terminal: a progress bar, the report, Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path

import pexpect

from ..crawling import crawl_command, environment, query
from ..mocksite import Server, build_site


def terminal(folder: Path, site: str, *options: str) -> pexpect.spawn[str]:
    return start(folder, *crawl_command(site, *options, settings={"CONCURRENT_REQUESTS": "1"}))


def start(folder: Path, program: str, *arguments: str) -> pexpect.spawn[str]:
    return pexpect.spawn(
        program,
        [*arguments],
        cwd=str(folder),
        env=environment(TERM="xterm-256color", COLUMNS="80"),  # type: ignore[arg-type]
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 80),
    )


def end(screen: pexpect.spawn[str]) -> tuple[int | None, str]:
    """Wait for the command's end; return its exit code, and what was shown since the last match."""
    screen.expect(pexpect.EOF)
    screen.close()
    return screen.exitstatus, screen.before or ""


def test_terminal_shows_bar_and_report(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=20, latency=0.03)) as server:
        code, shown = end(terminal(tmp_path, server.url))
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    lines = [one for one in re.split(r"[\r\n]+", plain) if one.strip()]
    bars = [one for one in lines if " articles, " in one]
    assert code == 0
    assert re.search(r"\d+/20 articles, \d+\.\d/s, \d:\d\d:\d\d left", plain)
    assert max(map(len, bars)) <= 80
    assert "Run 1: commentary" in plain
    assert "Scrapy 2." not in plain, "settings and stats go to the file"
    assert len(lines) - len(bars) < 15
    (log,) = (tmp_path / "data/runs").glob("*.log")
    assert log.name in plain
    assert "Dumping Scrapy stats" in log.read_text(encoding="utf-8")


def test_sigterm_stops_gracefully(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=40, latency=0.05)) as server:
        screen = terminal(tmp_path, server.url)
        screen.expect(r"[3-9]/40")
        screen.kill(signal.SIGTERM)
        code, shown = end(screen)
    assert code == 130
    assert "Send again to force" in shown
    left = re.search(r"to fetch   (\d+) articles", shown)
    assert left
    assert int(left[1]) > 25, "the list names them, articles about half"
    for words in ("missing", "Traceback"):
        assert words not in shown


def test_interrupted_again_counts_what_is_missing(tmp_path: Path) -> None:
    """Articles that the first run knew of are requested last."""
    with Server(build_site(seed=3, articles=30, latency=0.05)) as server:
        for _ in range(2):
            screen = terminal(tmp_path, server.url)
            screen.expect(r" [3-9]/\d\d")
            screen.sendintr()
            code, shown = end(screen)
    left = re.search(r"to fetch   (\d+) articles", shown)
    assert left
    ((archived,),) = query(tmp_path, "SELECT count(*) FROM articles")
    assert (code, int(left[1])) == (130, 30 - archived)


def test_limit_is_the_total_of_the_bar(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=20, latency=0.2)) as server:
        screen = terminal(tmp_path, server.url, "-a", "limit=5")
        screen.expect(r"[2-4]/5\x1b")
        assert end(screen)[0] == 0


def test_ctrl_c_ends_doctor_without_a_verdict(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=5, latency=1.0)) as server:
        screen = start(tmp_path, sys.executable, "-m", "scrapy", "doctor", "--site", server.url)
        while not server.requests:
            assert screen.isalive()
        screen.sendintr()
        code, shown = end(screen)
    assert (code, shown.splitlines()[-1].removeprefix("^C")) == (130, "scrapy doctor: interrupted")


def test_second_ctrl_c_is_recorded(tmp_path: Path) -> None:
    """The third response does not come."""
    with Server(build_site(seed=3, articles=20)) as server:
        server.deliver = lambda _, response: (
            response._replace(delivery="stall") if len(server.requests) >= 3 else response
        )
        screen = terminal(tmp_path, server.url, "--quiet", "-O", "x.json", "-sRETRY_GIVE_UP_AFTER=30")
        while len(server.requests) < 3:
            assert screen.isalive()
        screen.sendintr()
        screen.expect("Send again to force")
        assert (screen.before or "").strip().removeprefix("^C").count("\n") == 0, "quiet until then"
        screen.sendintr()
        code, shown = end(screen)
    (path,) = (tmp_path / "data/runs").glob("*.json")
    assert (code, json.loads(path.read_text(encoding="utf-8"))["outcome"]["code"]) == (130, 130)
    ((recorded,),) = query(tmp_path, "SELECT outcome FROM runs")
    assert recorded.startswith("interrupted")
    assert "Traceback" not in shown
    assert list(tmp_path.glob(".x.json*")) == []
