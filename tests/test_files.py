"""A file is the old one or the new one, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sassspider.files import PendingFile, atomic_write


@pytest.mark.parametrize("old", [None, b"old"])
def test_error_leaves_the_old_file(tmp_path: Path, old: bytes | None) -> None:
    path = tmp_path / "a.csv"
    if old is not None:
        path.write_bytes(old)
    with pytest.raises(ValueError, match="broken"), atomic_write(path) as file:
        file.write(b"half")
        raise ValueError("broken")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == ([] if old is None else [old])


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


def test_device_is_written_to() -> None:
    with pytest.raises(OSError, match="No space left"), atomic_write(Path("/dev/full")) as file:
        file.write(b"new")
    assert Path("/dev/full").is_char_device()


def test_leftover_file_is_removed(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from sassspider.files import PendingFile\n"
    code += "PendingFile(Path(sys.argv[1])); os._exit(1)"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False, cwd=Path(__file__).parent.parent)
    assert len(list(tmp_path.iterdir())) == 1
    own = PendingFile(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == [f".a.{os.getpid()}.tmp"]
    own.discard()
