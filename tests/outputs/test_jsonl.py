"""JSON Lines that survive crashes and odd characters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sassspider.outputs.jsonl import append_lines, dump_line, rewrite_lines, truncate

TEXT = st.text(st.characters(codec=None) | st.sampled_from('\u2028\u2029\x85\n\r\\"\ud83d\ude00\x00'))
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
RECORDS = st.dictionaries(TEXT, VALUES | st.lists(VALUES, max_size=3), max_size=4)


def paired(value: Any) -> Any:
    """As JSON reads it back: two halves of a surrogate pair that happen to meet are one character."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return [paired(one) for one in value] if isinstance(value, list) else value


@given(st.dictionaries(st.sampled_from(["title", "标题"]), VALUES | st.lists(VALUES, max_size=3)))
@example({"title": "a\u2028b\u2029c\x85d\ud800e\\"})
def test_a_record_is_read_back_as_it_was(record: dict[str, Any]) -> None:
    line = dump_line(record)
    assert json.loads(line) == {name: paired(value) for name, value in record.items()}


@given(RECORDS)
def test_a_line_is_one_line_to_every_reader(record: dict[str, Any]) -> None:
    line = dump_line(record)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert not {"\u2028", "\u2029", "\r"} & set(line.decode())


def test_text_is_written_readable_and_in_order() -> None:
    line = dump_line({"title": "渡口", "id": 1, "b": [None, 1.5]})
    assert line.decode() == '{"title":"渡口","id":1,"b":[null,1.5]}\n'


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_json_has_no_number_for_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_line({"views": number})


def test_lines_are_appended_after_those_that_are_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, [{"id": 1}, {"id": 2}])
    append_lines(path, [{"id": 3}])
    append_lines(path, [])
    assert path.read_bytes() == b'{"id":1}\n{"id":2}\n{"id":3}\n'


def test_half_a_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"id":1}\n{"id"')
    truncate(path, 9)
    assert path.read_bytes() == b'{"id":1}\n'


def test_a_file_is_replaced_by_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, [{"id": 1}])
    rewrite_lines(path, iter([{"id": 2}, {"id": 3}]))
    assert path.read_bytes() == b'{"id":2}\n{"id":3}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_was_not_there_is_made(tmp_path: Path) -> None:
    rewrite_lines(tmp_path / "a.jsonl", [])
    assert (tmp_path / "a.jsonl").read_bytes() == b""


def test_a_rewrite_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    append_lines(path, [{"id": 1}])

    def records() -> Iterator[dict[str, int]]:
        yield {"id": 2}
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        rewrite_lines(path, records())
    assert path.read_bytes() == b'{"id":1}\n'
    assert list(tmp_path.iterdir()) == [path]
