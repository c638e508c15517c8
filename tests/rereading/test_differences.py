"""Changes as a person reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sassspider.rereading.differences import compare, outline

from ..archive.seen import make_article

OLD = make_article(1, body_text="One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.", subtitle=None, images=[], attachments=[])


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({}, []),
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
def test_changes(change: dict[str, object], lines: list[str]) -> None:
    assert list(compare(OLD, replace(OLD, **change), 80, colour=False)) == lines


def test_long_lines_are_wrapped_and_each_bears_its_marker() -> None:
    new = replace(OLD, body_text=f"{OLD.body_text}\n\n{'word ' * 30}")
    added = [line for line in compare(OLD, new, 40, colour=False) if line.startswith("+")]
    assert " ".join(line[2:] for line in added) == ("word " * 30).strip()
    assert max(map(len, added)) <= 40
    assert all(line.endswith("\x1b[0m") for line in compare(OLD, new, 40, colour=True) if "word" in line)


def test_a_page_can_not_speak_to_the_terminal() -> None:
    shown = "".join(compare(OLD, replace(OLD, title="a\x1b]0;b\x07"), 80, colour=False))
    assert shown.isprintable()


def test_every_editorial_field_shows() -> None:
    assert {line.partition(":")[0] for line in outline(replace(OLD, subtitle="S")) if ": " in line} == {
        "Title", "Subtitle", "Byline", "Editor", "Source", "Date",
    }  # fmt: skip
