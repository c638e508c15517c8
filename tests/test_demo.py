"""``make demo``: a user's first command."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.mocksite import build_site

from .crawling import run_command
from .in_process import command


def test_demo_writes_articles_and_shows_commands(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/sassspider.db").write_bytes(b"of another demo")
    proxy = dict.fromkeys(("http_proxy", "HTTP_PROXY"), "http://127.0.0.1:9")  # which it may not use
    run = run_command(tmp_path, [sys.executable, "-m", "tests.mocksite.demo", "--articles", "20"], **proxy)
    assert (run.code, run.stderr) == (0, "")
    site = build_site(articles=20)
    url = run.stdout.split("served at ")[1].split(": ")[0]
    found = run.articles("demo/commentary.jsonl")
    originals = [one for one in site.ids() if site.record(one).original_id is None]
    assert sorted(found) == originals == sorted(int(row["id"]) for row in run.rows("demo/commentary.csv"))
    for one in originals:
        expected = site.expected(one, url)
        assert {name: found[one][name] for name in expected} == expected
    commands = [shlex.split(line) for line in run.stdout.split("Now try:")[1].splitlines() if line[:2] == "  "]
    assert {program for program, *_ in commands} == {str(Path(sys.executable).with_name("scrapy"))}
    shown = [command(tmp_path, *arguments) for _, *arguments in commands]
    assert [one.code for one in shown] == [0, 0, 0]
    assert " 20 " in shown[0].stdout
    assert "Article " in shown[2].stdout
    assert 0 < len(run.rows("demo/2026.csv")) < 20
    page = tmp_path / "demo/site/index.html"
    assert run.stdout.endswith(f"\nTo read: {page.as_uri()}\n")
    assert page.is_file()
