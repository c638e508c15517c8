"""The real spider on a site that sends commands, bombs and lies: what reaches logs, terminals, files and tables."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from typing import Any

import pytest

from ..crawling import Run, crawl
from ..in_process import command
from ..watch import make_watch, read_events, read_peak
from .nasty import nasty_site
from .test_xml import MOST, Listener

# All that a terminal obeys or a reader does not see; a line end is what programs write.
COMMANDS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0\ufffe\ud800-\udfff]"
)
QUICK = ("-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
SECRETS = {
    "SASSSPIDER_ALERTS": "json://user:canary-1@127.0.0.1:1/canary-2 discord://canary-3/canary-4",
    "SCRAPYD_PASSWORD": "canary-5",
}


@dataclass(frozen=True)
class Results:
    """A crawl of the nasty site, with umask 0 and secrets in the environment, and a look at it with the commands."""

    run: Run
    ids: dict[str, int]
    peak: int
    bound: list[str]
    looked: dict[str, Run]
    report: dict[str, Any]

    @property
    def refused(self) -> dict[str, str]:
        return {one["url"].rpartition("/")[2].removesuffix(".aspx"): one["reason"] for one in self.report["damaged"]}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder, hook = tmp_path_factory.mktemp("nasty"), make_watch(tmp_path_factory.mktemp("watch"))
    listener = Listener()
    with pytest.MonkeyPatch.context() as patch, nasty_site(listener.port) as (server, ids):
        for name, value in SECRETS.items():
            patch.setenv(name, value)
        usual = os.umask(0)
        try:
            settings = {"LOG_LEVEL": "DEBUG", "KEEP_DUPLICATES": "1"}
            options = ("-O", "x.csv", "-O", "x.xml", "-O", "x.json")
            run = crawl(folder, server.url, *options, settings=settings, hook=hook)
            shown = str(ids["strange text"])
            looked = {
                "status": command(folder, "status"),
                "history": command(folder, "history", shown, "--site", server.url),
                "export": command(folder, "export", "-o", "exported.csv", "--site", "all"),
                "reparse": command(folder, "reparse", "--site", "all", "--dry-run", "--jobs", "1"),
                "doctor": command(folder, "doctor", "--site", server.url, *QUICK),
            }
        finally:
            os.umask(usual)
    listener.socket.close()
    assert listener.asked == 0
    (report,) = (json.loads(path.read_text(encoding="utf-8")) for path in (folder / "data/runs").glob("*.json"))
    return Results(run, ids, read_peak(hook), read_events(hook, "bind"), looked, report)


def test_sound_pages_are_kept(results: Results) -> None:
    assert results.run.code == 3
    assert results.peak < MOST
    names = {str(number): name for name, number in results.ids.items()}
    refused = {names[number]: reason for number, reason in results.refused.items()}
    unsound = {"an entity with commands", "half a page", "an encoding with commands", "15 MB of addresses"}
    assert set(refused) == {*unsound, "an external entity"}
    assert "(DOCTYPE)" in refused["an external entity"]
    assert len(results.run.articles()) == 16 - len(names) + 2
    assert len(results.report["failed"]) + len(results.report["damaged"]) == len(names) - 2


@pytest.mark.parametrize("name", ["crawl", "status", "history", "export", "reparse", "doctor"])
def test_no_control_characters_are_printed(name: str, results: Results) -> None:
    run = results.run if name == "crawl" else results.looked[name]
    assert len(run.stdout + run.stderr) > 20
    assert [line for line in (run.stdout + run.stderr).split("\n") if COMMANDS.search(line)] == []
    assert "Traceback" not in run.stderr


def test_fields_have_no_control_characters(results: Results) -> None:
    article = results.run.articles()[results.ids["strange text"]]
    assert article["title"] == "\u203a31mgnp.exe =cmd end"  # \x9b in Windows-1252
    assert article["source_name"] == "=1+1\u203a 2"
    assert (article["subtitle"], article["authors"]) == ("-1+1…", ["+Lin\u203a", "Wei"])
    assert [one["name"] for one in article["attachments"]] == ["shadow", "fdp.\u203aexe", "passwd[2J.pdf"]
    assert article["images"][0]["alt"] == "[1malt"
    for name in ("body_html", "body_text", "body_markdown"):
        assert COMMANDS.findall(article[name]) == []
        assert "[2J]0;owned raw \u203a2J reversed" in article[name].replace("\\", "")
    single = {key: value for key, value in article.items() if not key.startswith("body_")}
    assert COMMANDS.findall(json.dumps(single, ensure_ascii=False)) == []


def test_json_lines_are_strict(results: Results) -> None:
    data = (results.run.folder / "data/commentary.jsonl").read_bytes()
    assert len(data.split(b"\n")) == len(data.decode("utf-8").splitlines()) + 1 == len(results.run.articles()) + 1

    def refuse(name: str) -> None:
        raise AssertionError(name)

    for line in data.splitlines():
        json.loads(line, parse_constant=refuse)


@pytest.mark.parametrize("name", ["x.csv", "exported.csv"])
def test_csv_has_no_formulas(name: str, results: Results) -> None:
    rows = results.run.rows(name)
    (row,) = (row for row in rows if row["id"] == str(results.ids["strange text"]))
    assert (row["subtitle"], row["editor"], row["source_name"]) == ("'-1+1…", "'@SUM(A1)", "'=1+1\u203a 2")
    assert (row["authors"], row["section"]) == ("'+Lin\u203a; Wei", "'=Commentary\u203a")
    assert [cell for one in rows for cell in one.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_files_stay_in_their_folders(results: Results) -> None:
    names = {str(path.relative_to(results.run.folder)) for path in results.run.folder.rglob("*")}
    assert all(re.fullmatch(r"[\w./-]+", name) for name in names)
    kept = {path.name for path in (results.run.folder / "data/quarantine").iterdir()}
    assert all(re.fullmatch(r"103002-\d+-[0-9a-f]{12}\.(?:xml|json)", name) for name in kept)
    assert len(kept) == 2 * len(results.refused)


def test_files_are_writable_by_owner_only(results: Results) -> None:
    loose = {
        str(path.relative_to(results.run.folder)): oct(path.stat().st_mode)
        for path in results.run.folder.rglob("*")
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH | (0 if path.is_dir() else stat.S_IXUSR))
    }
    assert loose == {}


def test_secrets_are_not_written(results: Results) -> None:
    said = [results.run, *results.looked.values()]
    written = {path: path.read_bytes() for path in results.run.folder.rglob("*") if path.is_file()}
    assert not any("canary" in run.stdout + run.stderr for run in said)
    assert [path for path, data in written.items() if b"canary" in data] == []
    assert "no alarm was sent to json://…" in results.run.stderr  # it was tried, and its URL was not logged


def test_no_port_is_opened(results: Results) -> None:
    """No console, no remote control: the program waits for nobody on any port."""
    tries = "('::1', 0)"  # urllib3 finds out whether there is IPv6, and does not listen
    assert [line for line in results.bound if tries not in line] == []
