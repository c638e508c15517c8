"""The quick starts of docs/use.md, run as they stand."""

from __future__ import annotations

import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from .crawling import PROJECT, run_command
from .in_process import command, crawl
from .mocksite import Server, build_site

SECTIONS = dict(re.findall(r"^## (.+)\n((?:.|\n)*?)(?=^## |\Z)", (PROJECT / "docs/use.md").read_text(), re.MULTILINE))
BLOCK = re.compile(r"^```(\w+)\n((?:.|\n)*?)^```$", re.MULTILINE)
NOT_RUN = "Not run by a test"
RUN = {name: text for name, text in SECTIONS.items() if BLOCK.search(text) and NOT_RUN not in text}
PICTURE = re.compile(r"\]\(pictures/(\S+\.png)\)")
PNG = b"\x89PNG\r\n\x1a\n"


def read_code(name: str, kind: str) -> str:
    """Return the code of a section in one language."""
    return "".join(text for one, text in BLOCK.findall(SECTIONS[name]) if one == kind)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder with an archive."""
    folder = tmp_path_factory.mktemp("use")
    with Server(build_site(seed=3, articles=12)) as server:
        assert crawl(folder, server.url).code == 0
    return folder


def run_shell(folder: Path, text: str) -> str:
    """Run the lines of a block; those that begin with scrapy in this process, as it is fast."""
    own, lines = [], []
    for line in text.splitlines():
        (own if line.startswith("scrapy ") else lines).append(line)
    for line in own:
        assert command(folder, *shlex.split(line)[1:]).code == 0
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = run_command(folder, ["bash", "-ec", "\n".join(lines)], PATH=path)
    assert run.code == 0, run.stderr
    return run.stdout


def run_python(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a block in this process, as the libraries are slow to import."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MPLBACKEND", "Agg")  # draws to files only
    with redirect_stdout(io.StringIO()) as output:
        exec(text, {})
    return output.getvalue()


def test_every_section_is_run() -> None:
    assert list(RUN) == ["Write the files", "pandas", "DuckDB", "sqlite-utils", "Datasette", "Markdown", "Dataset"]


@pytest.mark.parametrize("name", RUN)
def test_quick_start_runs(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:

    python, shell = read_code(name, "python"), read_code(name, "sh")
    output = run_python(folder, python, monkeypatch) if python else run_shell(folder, shell)
    for kind, text in BLOCK.findall(RUN[name]):
        assert kind != "text" or text in output
    for shown in PICTURE.findall(RUN[name]):
        assert (PROJECT / "docs/pictures" / shown).read_bytes()[:8] == (folder / shown).read_bytes()[:8] == PNG
