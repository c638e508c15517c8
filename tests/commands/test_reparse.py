"""``scrapy reparse``: what another loader read otherwise is shown and corrected."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sassspider.archive import ArchiveError
from sassspider.reparse import correct_articles

from ..crawled import CrawledSite
from ..crawling import Run, environment
from ..in_process import command
from ..postgres import wait_for
from .tampering import FIRST, damage_page, database, read_all


def tamper(folder: Path, crawled: CrawledSite) -> None:
    """Misread the titles of three articles, the text of two and an author; give an old revision a wrong hash."""
    first, second, third = sorted(crawled.after)[:3]
    with database(folder) as connection:
        connection.execute("UPDATE articles SET title = 'Misread' WHERE id IN (?, ?, ?)", (first, second, third))
        connection.execute(
            "UPDATE articles SET body_text = 'Misread', word_count = 1, content_hash = 'sha256:0', duplicate_of = NULL "
            "WHERE id IN (?, ?)", (first, second),
        )  # fmt: skip
        connection.execute("UPDATE articles SET duplicate_of = ? WHERE id = ?", (first, second))
        connection.execute("UPDATE articles SET authors = '[\"Nobody\"]' WHERE id = ?", (first,))
        connection.execute("UPDATE authors SET name = 'Nobody' WHERE article_id = ?", (first,))
        old = connection.execute(FIRST, (crawled.reworded,)).fetchone()[0]
        connection.execute("UPDATE revisions SET editorial_hash = 'wrong' WHERE id = ?", (old,))


def counts(run: Run) -> dict[str, tuple[int, int]]:
    """The table that was printed: field, articles, example."""
    lines = run.stdout.splitlines()
    rows = (line.rsplit(maxsplit=2) for line in lines if line.startswith("  ") and "example" not in line)
    return {name.strip(): (int(articles), int(example)) for name, articles, example in rows}


def without_sequence(found: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    for row in found["articles"]:
        del row["sequence"]
    return found


def test_current_archive_is_left_alone(folder: Path) -> None:
    before = read_all(folder)
    run = command(folder, "reparse")
    assert (run.code, counts(run)) == (0, {})
    assert "Nothing differs" in run.stdout
    assert f"{len(before['pages'])} pages of {len(before['articles'])} articles" in run.stdout
    assert read_all(folder) == before


def test_misread_articles_are_corrected(crawled: CrawledSite, folder: Path) -> None:
    right = read_all(folder)
    tamper(folder, crawled)
    wrong = read_all(folder)
    first = sorted(crawled.after)[0]
    expected = {
        "authors": (1, first),
        "title": (3, first),
        "body_text": (2, first),
        "word_count": (2, first),
        "content_hash": (2, first),
        "(revision hash)": (1, crawled.reworded),
    }
    dry = command(folder, "reparse", "--dry-run")
    assert (dry.code, counts(dry)) == (0, expected)
    assert "4 articles would be corrected; nothing was written." in dry.stdout
    assert read_all(folder) == wrong
    run = command(folder, "reparse", "--jobs", "2")
    assert (run.code, counts(run)) == (0, expected)
    assert "4 articles were corrected." in run.stdout
    numbers = {row["id"]: row["sequence"] for row in wrong["articles"]}
    found = read_all(folder)
    later = {row["id"] for row in found["articles"] if row["sequence"] > max(numbers.values())}
    assert later == set(sorted(crawled.after)[:3])
    assert without_sequence(found) == without_sequence(right)


def test_unknown_commit_is_repeated(crawled: CrawledSite, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection breaks after the database has committed, and before it can say so."""
    right = read_all(folder)
    tamper(folder, crawled)
    calls: list[int] = []

    def correct(*given: Any) -> int:
        calls.append(correct_articles(*given))
        if len(calls) == 1:
            raise ArchiveError("the connection was lost", is_transient=True)
        return calls[-1]

    monkeypatch.setattr("sassspider.commands.reparse.correct_articles", correct)
    run = command(folder, "reparse")
    assert (run.code, calls) == (0, [4, 4])
    assert "4 articles were corrected." in run.stdout
    assert without_sequence(read_all(folder)) == without_sequence(right)


def test_killed_reparse_leaves_no_process(folder: Path) -> None:
    with database(folder) as connection:  # locks the archive: the correction waits
        connection.execute("UPDATE articles SET title = 'Misread'")
        connection.commit()
        connection.execute("BEGIN IMMEDIATE")
        command = [sys.executable, "-m", "scrapy", "reparse", "--jobs", "2"]
        running = subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.DEVNULL)
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        wait_for(lambda: len(children.read_text().split()) >= 3)  # two, and what tracks their resources
        started = children.read_text().split()
        running.kill()
    running.wait()
    wait_for(lambda: not any(Path(f"/proc/{one}").exists() for one in started))


def add_misread_revision(folder: Path, article_id: int) -> None:
    """Add a revision before an article's first, with the same page: an older loader read it otherwise."""
    with database(folder) as connection:
        revision_id, site = connection.execute(
            "SELECT id, site FROM revisions WHERE article_id = ? ORDER BY id", (article_id,)
        ).fetchone()
        connection.execute(
            "INSERT INTO revisions (id, site, article_id, editorial_hash, first_seen, last_seen) "
            "VALUES (0, ?, ?, 'old', ?, ?)",
            (site, article_id, "2001-01-01T00:00:00Z", "2001-01-02T00:00:00Z"),
        )
        connection.execute(
            "INSERT INTO pages SELECT 0, url, body, '2001-01-02T00:00:00Z', etag, last_modified, head FROM pages "
            "WHERE revision_id = ?", (revision_id,),
        )  # fmt: skip


def test_misread_revision_shows_no_edit(crawled: CrawledSite, folder: Path) -> None:
    shown = command(folder, "history", str(crawled.reworded)).stdout
    exported = command(folder, "export", "--revisions", "-o", "-").stdout
    status = command(folder, "status").stdout
    add_misread_revision(folder, crawled.reworded)
    for _ in ("before", "after"):
        again = command(folder, "history", str(crawled.reworded)).stdout
        first_seen = next(line for line in shown.splitlines() if line.startswith("  1  seen from")).split()[3]
        assert again == shown.replace(f"  1  seen from {first_seen}", "  1  seen from 2001-01-01T00:00:00Z")
        assert command(folder, "export", "--revisions", "-o", "-").stdout == exported
        run = command(folder, "reparse")
    assert "Nothing differs" in run.stdout
    assert command(folder, "status").stdout == status


@pytest.mark.parametrize("on_disk", [False, True])
def test_refused_page_hides_nothing_else(crawled: CrawledSite, folder: Path, on_disk: bool) -> None:
    """No command changes what is archived of it."""
    damage_page(folder, crawled.reworded, on_disk=on_disk)
    before = read_all(folder)
    run = command(folder, "reparse")
    assert run.code == 3
    assert f"Refused: {crawled.key} {crawled.reworded} of 20" in run.stdout
    assert ("its archived bytes are damaged" if on_disk else "not well-formed XML") in run.stdout
    assert f"{len(before['pages'])} pages of {len(before['articles'])} articles" in run.stdout
    shown = command(folder, "history", str(crawled.reworded)).stdout
    assert "is refused by today's rules" in shown
    assert "\nViews\n" in shown
    whole = command(folder, "export", "--revisions", "-o", "-")  # the present state is archived
    assert whole.code == 0
    assert read_all(folder) == before
    damage_page(folder, crawled.reworded, FIRST, on_disk)
    less = command(folder, "export", "--revisions", "-o", "-")
    assert (less.code, len(less.stdout.splitlines())) == (3, len(whole.stdout.splitlines()) - 1)
    assert f"Left out: {crawled.after[crawled.reworded]['url']} as of 20" in less.stderr
    changes = json.loads(command(folder, "changes", "--json").stdout)["changes"]
    edited = [(one["id"], one["fields"]) for one in changes if one["change"] == "edited"]
    assert edited == [(crawled.reworded, []), (crawled.retitled, ["title"])]


def test_section_is_corrected_alone(crawled: CrawledSite, folder: Path) -> None:
    with database(folder) as connection:
        connection.execute("UPDATE articles SET editor = 'Misread'")
    run = command(folder, "reparse", "--section", "103002")
    assert counts(run)["editor"][0] == len(crawled.before)
    assert {row["section_id"] for row in read_all(folder)["articles"] if row["editor"] == "Misread"} != {"103002"}
