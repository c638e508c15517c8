"""``scrapy history``: the past of an article, for a person to read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from sassspider.commands.history import compare, outline

from ..archive.factories import make_article
from ..crawled import CrawledSite
from ..in_process import command
from .tampering import database

ADDED = "Added later, and at some length, because a reader asked for it by letter."


def test_added_paragraph_is_the_change(crawled: CrawledSite) -> None:
    run = command(crawled.folder, "history", str(crawled.reworded), "--site", crawled.url)
    assert run.code == 0, run.stderr
    head, changes = run.stdout.split("\nFrom revision 1 to 2\n")
    assert f"Article {crawled.reworded}: {crawled.after[crawled.reworded]['title']}" in head
    assert [line.split()[0] for line in head.splitlines() if line.endswith("current")] == ["2"]
    assert "Removals" not in head
    assert [line for line in changes.splitlines() if not line.startswith("  ")] == [f"+ {ADDED}"]


def test_title_is_shown_old_and_new(crawled: CrawledSite) -> None:
    run = command(crawled.folder, "history", str(crawled.retitled), "--site", crawled.url)
    changes = [line for line in run.stdout.split("From revision 1 to 2\n")[1].splitlines() if line[0] in "+-"]
    joined = " ".join(line[2:] if number else line for number, line in enumerate(changes))
    old, new = crawled.before[crawled.retitled]["title"], crawled.after[crawled.retitled]["title"]
    assert joined == f"- Title: {old} Title: {new}"
    assert all(len(line) <= 100 for line in run.stdout.splitlines()[3:])


def test_removal_and_views_over_time(crawled: CrawledSite) -> None:
    removed = command(crawled.folder, "history", str(crawled.removed), "--site", crawled.url).stdout
    assert "\nRemovals\n  from 20" in removed
    assert "From revision" not in removed
    read = next(one for one, now in crawled.after.items() if now["views"] == crawled.before[one]["views"] + 7)
    views = command(crawled.folder, "history", str(read), "--site", crawled.url).stdout.split("\nViews\n")[1]
    counts = [line.split()[1].replace(",", "") for line in views.splitlines()]
    assert counts == [str(crawled.before[read]["views"]), str(crawled.after[read]["views"])]


def test_stdout_without_unicode_shows_escapes(
    crawled: CrawledSite, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database(folder) as connection:
        connection.execute("UPDATE articles SET title = '渡口' WHERE id = ?", (crawled.reworded,))
    monkeypatch.setenv("COLUMNS", "60")
    run = command(folder, "history", str(crawled.reworded), encoding="ascii")
    assert (run.code, run.stderr) == (0, "")
    assert f"Article {crawled.reworded}: \\u6e21\\u53e3\n" in run.stdout


OLD = make_article(1, body_text="One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.", subtitle=None, images=[], attachments=[])


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"views": 99, "body_html": "<p>other</p>"}, []),
        ({"body_text": "One.\n\nTwo.\n\n3.\n\nFour.\n\nFive."}, ["  Two.", "- Three.", "+ 3.", "  Four."]),
        (
            {"body_text": "1.\n\nTwo.\n\nThree.\n\nFour.\n\n5."},
            [f"  Date: {OLD.date_published_raw}", "- One.", "+ 1.", "  Two.", "…", "  Four.", "- Five.", "+ 5."],
        ),

        ({"images": [{"url": "http://x/a.jpg", "alt": None}]}, ["  Five.", "+ Picture: http://x/a.jpg"]),
        ({"attachments": [{"url": "http://x/a.pdf", "name": "A"}]}, ["  Five.", "+ File: http://x/a.pdf A"]),
    ],
)  # fmt: skip
def test_changes_are_shown(change: dict[str, object], lines: list[str]) -> None:
    assert list(compare(OLD, replace(OLD, **change), 80)) == lines


def test_chinese_fits_the_terminal() -> None:
    """Its characters take two columns each, and no space parts them."""
    old, new = (
        replace(OLD, body_text=f"{'渡口又开了。' * 30}\n\n{text * 30}") for text in ("人口政策。", "产业政策。")
    )
    around, *changed = compare(old, new, 60)
    assert around.startswith("  渡口又开了。渡口")
    assert {line[0] for line in changed} == {"-", "+"}
    assert 55 < max(map(cell_len, [around, *changed])) <= 60


def test_every_editorial_field_shows() -> None:
    names = {line.partition(":")[0] for line in outline(replace(OLD, subtitle="S")) if ": " in line}
    assert names == {"Title", "Subtitle", "Byline", "Editor", "Source", "Source URL", "Date"}
