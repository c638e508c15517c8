"""A file is the old one or the new one, whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.files import atomic_write, make_folder


def test_new_file_takes_its_place(tmp_path: Path) -> None:
    path, link = tmp_path / "a?[b]#%.csv", tmp_path / "link"
    path.write_bytes(b"old")
    link.symlink_to(path)
    with atomic_write(link) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert link.is_symlink()
    assert sorted(one.read_bytes() for one in tmp_path.iterdir()) == [b"new", b"new"]


def test_one_folder_is_made(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "a" / "b.csv") as file:
        file.write(b"new")
    with pytest.raises(FileNotFoundError), atomic_write(tmp_path / "c" / "d" / "e.csv"):
        pass
    assert not (tmp_path / "c").exists()


def test_folder_and_its_parent_are_made(tmp_path: Path) -> None:
    make_folder(tmp_path / "data" / "runs")
    assert (tmp_path / "data" / "runs").is_dir()
    with pytest.raises(FileNotFoundError):
        make_folder(tmp_path / "dota" / "x" / "runs")
    assert not (tmp_path / "dota").exists()
