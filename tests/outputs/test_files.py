"""A file is the old one or the new one, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.outputs.files import replacing


@pytest.mark.parametrize("old", [None, b"old"])
def test_an_error_while_writing_leaves_all_as_it_was(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "a.csv"
    if old is not None:
        path.write_bytes(old)
    with pytest.raises(ValueError, match="broken"), replacing(path) as file:
        file.write(b"half")
        raise ValueError("broken")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == ([] if old is None else [old])


def test_the_new_file_takes_the_place_of_the_old_one_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"new"]
