"""Text from the site before it is logged or printed."""

from __future__ import annotations

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.printable import PrintableFilter, escape_control_characters, hide_passwords

ANY = st.text(st.characters(exclude_categories=[]) | st.sampled_from("\x1b\x9b\r\n\t\xad\u202e\u2028\ud800"))


@given(ANY)
def test_escaped_text_has_no_controls(text: str) -> None:
    shown = escape_control_characters(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\xad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", shown)
    shown.encode()
    assert escape_control_characters(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[2Jb\x9b\rc\nd\u202e\ud800\xad", r"a\x1b[2Jb\x9b\rc\nd\u202e\ud800\xad"),
        *((text, text) for text in ("", "Ferries, 渡口: a\u00a0b (100 %)", "क\u094d\u200dष", "back\\slash")),
    ],
)
def test_what_is_not_seen_is_escaped(text: str, shown: str) -> None:
    assert escape_control_characters(text) == shown


def filtered(message: str, *given: object, error: BaseException | None = None) -> str:
    trace = (type(error), error, None) if error else None
    record = logging.LogRecord("any", logging.INFO, "", 0, message, given, trace)
    assert PrintableFilter().filter(record)
    return logging.Formatter().format(record)


def test_filter_keeps_own_line_feeds() -> None:
    assert filtered("Title: %s", "a\nb\x1b") == r"Title: a\nb\x1b"
    assert filtered("Stats:\n%s", "a\x1b") == "Stats:\na\\x1b"
    assert filtered("100% \x9b") == r"100% \x9b"


def test_filter_escapes_tracebacks() -> None:
    assert filtered("Broken", error=ValueError("\x1b[2J")) == "Broken\nValueError: \\x1b[2J"


def test_filter_hides_passwords() -> None:
    feed = "ftp://me:hunter22@host/x.csv"
    shown = "ftp://me:…@host/x.csv"
    assert filtered("Error storing %s", feed, error=OSError(feed)) == f"Error storing {shown}\nOSError: {shown}"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:hunter22@host/x",
        "postgresql://host/x?sslmode=require&password=hunter22",
        "{'FTP_PASSWORD': 'hunter22'}",
    ],
)
def test_passwords_are_hidden(text: str) -> None:
    assert hide_passwords(text) == text.replace("hunter22", "…")
