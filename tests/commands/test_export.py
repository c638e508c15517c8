"""``scrapy export``: real files, read as their readers read them."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyarrow import parquet

from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import COMMENTARY

from ..archive.factories import AS_A_USER
from ..crawling import PROJECT, Run, environment, scrapy
from .conftest import FEEDS, OTHER, Typed, World
from .tampering import database

Value = Any
LINKS = ("images", "attachments")


def as_is(name: str, value: Value) -> Value:
    return value


def as_cell(name: str, value: Value) -> Value:
    if name == "breadcrumbs":
        value = " > ".join(step["name"] for step in value)
    elif name in LINKS:
        value = "; ".join(link["url"] for link in value)
    elif name == "authors":
        value = "; ".join(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def as_element(name: str, value: Value) -> Value:
    if isinstance(value, list):
        return [as_element("", one) for one in value]
    if isinstance(value, dict):
        return {key: as_element("", one) for key, one in value.items()}
    return "" if value is None else str(value)


def as_typed(name: str, value: Value) -> Value:
    if value is not None and name in ("date_published", "date_modified", "date_removed"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name == "fetched_at" else value


def read_json_lines(path: Path) -> list[dict[str, Value]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_json(path: Path) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def read_csv(path: Path) -> list[dict[str, Value]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def read_xml(path: Path) -> list[dict[str, Value]]:
    return [{field.tag: read_element(field) for field in item} for item in ElementTree.parse(path).getroot()]


def read_element(element: ElementTree.Element) -> Value:
    if element.tag in ("breadcrumbs", "authors", *LINKS):
        return [read_element(one) for one in element]
    return {one.tag: one.text or "" for one in element} if len(element) else element.text or ""


def read_parquet(path: Path) -> list[dict[str, Value]]:
    found: list[dict[str, Value]] = parquet.read_table(path).to_pylist()
    return found


FORMATS: dict[str, tuple[Callable[[Path], list[dict[str, Value]]], Callable[[str, Value], Value]]] = {
    "jsonl": (read_json_lines, as_is),
    "json": (read_json, as_is),
    "csv": (read_csv, as_cell),
    "xml": (read_xml, as_element),
    "parquet": (read_parquet, as_typed),
}


def ids(path: Path) -> list[int]:
    return [one["id"] for one in read_json_lines(path)]


@pytest.mark.parametrize("name", FORMATS)
def test_every_field_is_as_on_the_site(world: World, tmp_path: Path, name: str) -> None:
    read, written = FORMATS[name]
    path = tmp_path / f"all.{name}"
    run = world.export("--section", COMMENTARY, "-o", str(path))
    lines = {one["id"]: one for one in Run(0, "", "", world.folder).lines()}
    originals = {one: article for one, article in world.after.items() if one not in world.reposts}
    expected = [
        {field: written(field, {**lines[one], **article}[field]) for field in ARTICLE_FIELDS}
        for one, article in sorted(originals.items())
    ]
    found = read(path)
    assert run.code == 0, run.stderr
    assert run.stderr == f"{len(originals)} articles written to {path}\n"
    assert [list(one) for one in found] == [list(ARTICLE_FIELDS)] * len(originals)
    assert found == expected
    assert list(tmp_path.iterdir()) == [path]
    if f"feed.{name}" in FEEDS:
        assert path.read_bytes() == (world.folder / f"feed.{name}").read_bytes()


def test_json_lines_are_those_of_the_crawl(world: World) -> None:
    run = world.export("--section", COMMENTARY, "-o", "-")
    crawled = (world.folder / "data/commentary.jsonl").read_text(encoding="utf-8")
    assert run.stdout == crawled
    assert run.stderr.endswith("articles written to standard output\n")


def test_dates_sections_and_sites_narrow_the_export(world: World, tmp_path: Path) -> None:
    days = sorted(article["date_published"] for one, article in world.after.items() if one not in world.reposts)
    since, until = days[8], days[20]
    run = world.export("--section", COMMENTARY, "--since", since, "--until", until, "-o", str(tmp_path / "a.jsonl"))
    found = [one["date_published"] for one in read_json_lines(tmp_path / "a.jsonl")]
    assert run.code == 0
    assert sorted(found) == [day for day in days if since <= day <= until]
    world.export("--section", OTHER, "-o", str(tmp_path / "b.jsonl"))
    assert {one["section_id"] for one in read_json_lines(tmp_path / "b.jsonl")} == {OTHER}
    world.run("export", "--site", "all", "-o", str(tmp_path / "c.jsonl"))
    assert len(ids(tmp_path / "c.jsonl")) == len(days) + len(ids(tmp_path / "b.jsonl"))


def test_removed_articles_and_reposts_if_asked_for(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    world.export("--section", COMMENTARY, "--removed", "--duplicates", "-o", str(path))
    found = {one["id"]: one for one in read_json_lines(path)}
    assert sorted(found) == sorted(world.before)
    assert {one for one, article in found.items() if article["date_removed"]} == {world.removed}
    assert {one for one, article in found.items() if article["duplicate_of"]} == world.reposts


def test_revisions_are_every_state_of_the_site(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run = world.export("--section", COMMENTARY, "--revisions", "-o", str(path))
    found = read_json_lines(path)
    originals = [one for one in world.after if one not in world.reposts]
    assert run.stderr == f"{len(originals) + 2} revisions written to {path}\n"
    for article_id in world.edited:
        first, second = (one for one in found if one["id"] == article_id)
        assert {name: first[name] for name in first if name in world.before[article_id]} == world.before[article_id]
        assert {name: second[name] for name in second if name in world.after[article_id]} == world.after[article_id]
        assert first["fetched_at"] < second["fetched_at"]


def test_old_file_is_kept_until_the_new_is_whole(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    failed = world.run("export", "--site", "http://other.example", "-o", str(path))
    assert (failed.code, path.read_text()) == (1, "old")
    assert f"--site {world.key} or all" in failed.stderr
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    assert world.export("-o", str(link)).code == 0
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8").startswith("id,url,")


def test_reader_that_leaves_is_no_message(world: World) -> None:
    command = [sys.executable, "-m", "scrapy", "export", "--site", world.url, "--format", "csv", "-o", "-"]
    with subprocess.Popen(
        command, cwd=world.folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        first = running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert next(csv.reader(io.StringIO(first.decode()))) == list(ARTICLE_FIELDS)
    assert said == b""


def test_pyarrow_is_needed_for_parquet_only(world: World, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pyarrow'] = None\n")
    without = scrapy(world.folder, "export", "--site", world.url, "-o", str(tmp_path / "x.parquet"), hook=tmp_path)
    assert without.code == 2
    assert len(without.stderr.splitlines()) == 1
    assert "pip install 'pyarrow>=26'" in without.stderr
    assert scrapy(world.folder, "export", "--site", world.url, "-o", str(tmp_path / "x.csv"), hook=tmp_path).code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("", "-o articles.csv"),
        ("-o x.txt", "choose from jsonl, json, csv, xml, parquet"),
        ("-o - --format yaml", "choose from"),
        ("-o x.csv --since yesterday", "YYYY-MM-DD"),
        ("-o x.csv --since 2026-02-01 --until 2026-01-01", "later than --until"),
        ("-o x.csv --section commentary", "digits only"),
        ("-o x.csv --section 999", "--section 999: the archive has articles of "),
        ("-o x.csv --site ftp://example.org", "--site ftp://example.org is wrong"),
        ("-o x.csv --sektion 103002", "'--sektion 103002' is not understood"),
        ("-o data --format csv", "is a folder"),
    ],
)
def test_wrong_option_is_one_line(world: World, typed: Typed, arguments: str, says: str) -> None:
    before = sorted(world.folder.iterdir())
    run = typed(world.folder, "export", *arguments.split())
    assert run.code == 2
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert sorted(world.folder.iterdir()) == before


@pytest.mark.parametrize("command", ["export -o x.csv", "history 1", "reparse", "status"])
def test_missing_archive_is_not_made(tmp_path: Path, typed: Typed, command: str) -> None:
    run = typed(tmp_path, *command.split())
    assert run.code == 1
    assert "there is no archive at data/sassspider.db" in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_empty_database_gets_no_tables(tmp_path: Path, typed: Typed) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/sassspider.db").touch()
    run = typed(tmp_path, "status")
    assert run.code == 1
    assert "holds no archive" in run.stderr
    with database(tmp_path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


@pytest.mark.parametrize("command", ["export", "history", "reparse", "status"])
def test_help_is_whole_at_any_width(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    for width in range(60, 121, 3):
        monkeypatch.setenv("COLUMNS", str(width))
        run = typed(tmp_path, command, "--help")
        assert run.code == 0
        assert max(map(len, run.stdout.splitlines())) <= width
        headings = re.findall(r"^(.+)\n(?:=+|-+)$", run.stdout, re.MULTILINE)
        assert headings == ["Usage", "Options", "Global Options"]
        assert len(re.findall(rf"^  scrapy {command}\b.*$", run.stdout, re.MULTILINE)) >= 3
        assert "Exit code" in run.stdout
        assert "(default: INFO)" in " ".join(run.stdout.split())


def test_only_site_is_the_default(world: World, typed: Typed, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    for site in ("", f"--site {world.key}", f"--site {world.url}", "--site all"):
        run = typed(folder, "export", "-o", "-", *site.split())
        assert run.code == 0, run.stderr
        assert run.stdout == typed(folder, "export", "-o", "-").stdout
    with database(folder) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("UPDATE articles SET site = 'en.sass.cn' WHERE section_id = ?", (OTHER,))
    run = typed(folder, "export", "-o", "-")
    assert run.code == 2
    assert f"several sites: say --site {world.key} or en.sass.cn or all" in run.stderr
    assert len(typed(folder, "export", "-o", "-", "--site", "en.sass.cn").stdout.splitlines()) == 1


def test_unwritable_archive_is_exported(world: World, tmp_path: Path) -> None:
    folder = world.copy(tmp_path)
    for path in (folder / "data/sassspider.db", folder / "data"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    command = [*AS_A_USER, sys.executable, "-m", "scrapy", "export", "--revisions", "-o", "x.jsonl"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    (folder / "data").chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert len(ids(folder / "x.jsonl")) > len(world.after) - len(world.reposts)


def test_unencodable_article_is_one_line(world: World, typed: Typed, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("old")
    run = typed(world.folder, "export", "-o", str(path), "-s", "FEED_EXPORT_ENCODING=latin-1")
    assert (run.code, len(run.stderr.splitlines())) == (1, 1)
    assert "FEED_EXPORT_ENCODING=latin-1 has no" in run.stderr
    assert [one.read_text() for one in tmp_path.iterdir()] == ["old"]


def test_commands_import_no_slow_library() -> None:
    modules = "('export', 'history', 'reparse', 'status')"
    slow = "{'sqlalchemy', 'pyarrow', 'rich', 'nh3', 'selectolax'}"
    code = (
        "import importlib, sys\n"
        f"for name in {modules}: importlib.import_module('sassspider.commands.' + name)\n"
        f"sys.exit(' '.join({slow} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
