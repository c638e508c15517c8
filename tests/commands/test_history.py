"""``scrapy history``: what a person reads of an article's past."""

from __future__ import annotations

import errno
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ..crawling import environment
from .conftest import Typed, World

ADDED = "Added later, and at some length, because a reader asked for it by letter."


def test_an_added_paragraph_stands_alone_in_the_changes(world: World) -> None:
    run = world.run("history", str(world.reworded), "--site", world.url)
    assert run.code == 0, run.stderr
    head, changes = run.stdout.split("\nFrom revision 1 to 2\n")
    assert f"Article {world.reworded}: {world.after[world.reworded]['title']}" in head
    assert [line.split()[0] for line in head.splitlines() if line.endswith("current")] == ["2"]
    assert "Removals" not in head
    assert [line for line in changes.splitlines() if not line.startswith("  ")] == [f"+ {ADDED}"]


def test_a_title_is_shown_as_it_was_and_as_it_is(world: World, typed: Typed) -> None:
    run = typed(world.folder, "history", str(world.retitled), "--site", world.url)
    changes = [line for line in run.stdout.split("From revision 1 to 2\n")[1].splitlines() if line[0] in "+-"]
    joined = " ".join(line[2:] if number else line for number, line in enumerate(changes))
    old, new = world.before[world.retitled]["title"], world.after[world.retitled]["title"]
    assert joined == f"- Title: {old} Title: {new}"
    assert all(len(line) <= 100 for line in run.stdout.splitlines()[3:])


def test_removal_and_views_over_time(world: World, typed: Typed) -> None:
    removed = typed(world.folder, "history", str(world.removed), "--site", world.url).stdout
    assert "\nRemovals\n  from 20" in removed
    assert "From revision" not in removed
    read = next(one for one, now in world.after.items() if now["views"] == world.before[one]["views"] + 7)
    views = typed(world.folder, "history", str(read), "--site", world.url).stdout.split("\nViews\n")[1]
    counts = [line.split()[1].replace(",", "") for line in views.splitlines()]
    assert counts == [str(world.before[read]["views"]), str(world.after[read]["views"])]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ("77", 1, "article 77 of en.sass.cn is not archived"),
        ("", 2, "write: scrapy history ID"),
        ("seven", 2, "is no article's id"),
        ("7 --color", 2, "not understood"),
        ("7 --site all", 2, "say --site URL"),
    ],
)
def test_a_mistake_is_one_line(world: World, typed: Typed, arguments: str, code: int, says: str) -> None:
    run = typed(world.folder, "history", *arguments.split())
    assert (run.code, run.stdout) == (code, "")
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals(world: World, no_color: str, coloured: bool) -> None:
    command = [sys.executable, "-m", "scrapy", "history", str(world.reworded), "--site", world.url]
    terminal, side = pty.openpty()
    env = environment(NO_COLOR=no_color, TERM="xterm", COLUMNS="40")
    with subprocess.Popen(command, cwd=world.folder, env=env, stdout=side) as running:
        os.close(side)
        printed = read_all(terminal)
        assert running.wait() == 0
    assert ("\x1b[32m+ Added later" in printed) is coloured
    assert "because a reader asked for it by letter" not in printed


def read_all(terminal: int) -> str:
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError as error:  # what Linux says when the other side is closed
        assert error.errno == errno.EIO
    os.close(terminal)
    return b"".join(parts).decode()


def test_an_unreadable_page_does_not_hide_the_rest(world: World, typed: Typed, tmp_path: Path) -> None:
    from .tampering import damage_page

    folder = world.copy(tmp_path)
    damage_page(folder, world.reworded)
    run = typed(folder, "history", str(world.reworded), "--site", world.url)
    assert run.code == 0
    assert "is refused by today's rules" in run.stdout
    assert "\nViews\n" in run.stdout
