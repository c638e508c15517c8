"""Strangers' text on its way to a terminal."""

from __future__ import annotations

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.printable import PrintableFilter, printable, shorten

ANY = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\x1b\x9b\r\n\t\u202e\u2028\ud800"))


@given(ANY)
def test_nothing_is_left_that_a_terminal_obeys(text: str) -> None:
    shown = printable(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", shown)
    shown.encode()
    assert printable(shown) == shown


@pytest.mark.parametrize("text", ["", "Ferries, 渡口: a\u00a0b (100 %)", "क\u094d\u200dष", "back\\slash"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert printable(text) == text


def test_what_is_left_out_can_be_read() -> None:
    assert printable("a\x1b[2Jb\x9b\rc\nd\u202e\ud800") == r"a\x1b[2Jb\x9b\rc\nd\u202e\ud800"
    assert printable("a\n\x1bb", keep_lines=True) == "a\n\\x1bb"


def filtered(message: str, *given: object, error: BaseException | None = None) -> str:
    trace = (type(error), error, None) if error else None
    record = logging.LogRecord("any", logging.INFO, "", 0, message, given, trace)
    assert PrintableFilter().filter(record)
    return logging.Formatter().format(record)


def test_what_is_long_is_cut() -> None:
    assert shorten("a word") == "a word"
    assert shorten("x" * 5_000) == "x" * 300 + "…"


def test_a_record_keeps_only_the_lines_of_the_program() -> None:
    assert filtered("Told: %s", "a\nb\x1b") == r"Told: a\nb\x1b"
    assert filtered("Stats:\n%s", "a\x1b") == "Stats:\na\\x1b"
    assert filtered("100% \x9b") == r"100% \x9b"


def test_a_traceback_keeps_its_lines_and_loses_what_its_error_says() -> None:
    assert filtered("Broken", error=ValueError("\x1b[2J")) == "Broken\nValueError: \\x1b[2J"


def test_a_call_that_is_wrong_is_left_to_logging() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "%d", ("x",), None)
    assert PrintableFilter().filter(record)
    assert record.args == ("x",)
