"""Files that are whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def keep_others_from_writing() -> None:
    """Let no file that this process makes be written by others, whatever its umask allows; stricter ones stay."""
    os.umask(os.umask(0o022) | 0o022)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of ``path`` when all went well.

    After a crash or an error at any moment there is the old file or the new one, whole. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def check_writable(path: Path) -> None:
    """Raise OSError unless a file can be written at ``path``; what is there stays as it is."""
    existed = path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.open("ab").close()
    if not existed:
        path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut (POSIX asks for it; elsewhere a folder can't be opened)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
