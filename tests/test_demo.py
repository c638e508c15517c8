"""``make demo``: a user's first command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.mocksite import build_site

from .crawling import Run, environment


def run_demo(folder: Path, *options: str, **variables: str) -> Run:
    command = [sys.executable, "-m", "tests.mocksite.demo", *options]
    done = subprocess.run(command, cwd=folder, env=environment(**variables), capture_output=True, text=True)
    return Run(done.returncode, done.stdout, done.stderr, folder)


def test_demo_writes_every_original_article(tmp_path: Path) -> None:
    run = run_demo(tmp_path)
    site = build_site(articles=120)
    url = run.stdout.split("served at ")[1].split(": ")[0]
    found = run.articles("demo/commentary.jsonl")
    originals = [one for one in site.ids() if site.record(one).original_id is None]
    assert (run.code, run.stderr) == (0, "")
    assert sorted(found) == originals == sorted(int(row["id"]) for row in run.rows("demo/commentary.csv"))
    for one in originals:
        expected = site.expected(one, url)
        assert {name: found[one][name] for name in expected} == expected
    assert "114 articles, 122 requests, " in run.stdout


def test_demo_ends_with_commands_that_work(tmp_path: Path) -> None:
    """The second demo crawls another site, and its environment names a proxy, which nothing may use."""
    run_demo(tmp_path, "--articles", "12")
    run = run_demo(tmp_path, "--articles", "20", http_proxy="http://127.0.0.1:9", HTTP_PROXY="http://127.0.0.1:9")
    assert (run.code, run.stderr) == (0, "")
    commands = [line.strip() for line in run.stdout.split("Now try:")[1].splitlines() if line]
    done = [
        subprocess.run(command, shell=True, cwd=tmp_path, env=environment(), capture_output=True, text=True)
        for command in commands
    ]
    assert [one.returncode for one in done] == [0, 0, 0], done
    status, _, history = (one.stdout for one in done)
    assert (" ".join(status.split()).count("articles 20 "), "Article " in history) == (1, True)
    assert 0 < len(run.rows("demo/january.csv")) < 20
