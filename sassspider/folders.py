"""Write a folder that is whole or as it was before, whatever happens meanwhile."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sassspider.arguments import ArgumentError

MANIFEST = ".sassspider"  # the names of the files that an export wrote, one a line


@contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a folder to write files to, which takes the place of ``path`` if all goes well.

    Raises ArgumentError if ``path`` has a file that no export wrote, OSError if it can't be written.
    """
    path = path.resolve()
    check_folder(path)
    path.parent.mkdir(exist_ok=True)
    new, old = (path.with_name(f".{path.name}.{suffix}") for suffix in ("tmp", "old"))
    _clean_up(path, new, old)  # after an export that was killed
    new.mkdir()
    try:
        yield new
        names = _list_files(new)
        (new / MANIFEST).write_text("".join(f"{name}\n" for name in names), encoding="utf-8")
        os.sync()  # takes less time than to sync each of many small files
        if path.exists():
            path.rename(old)
        new.rename(path)
    finally:
        _clean_up(path, new, old)


def check_folder(path: Path) -> None:
    """Raise ArgumentError if something is at ``path`` that no export wrote: it would be lost."""
    if not path.exists():
        return
    if not path.is_dir():
        raise ArgumentError(f"-o {path} is a file; this format is a folder")
    manifest = path / MANIFEST
    written = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    others = [name for name in _list_files(path) if name not in {*written, MANIFEST}]
    if others:
        raise ArgumentError(f"-o {path} has files that no export wrote, such as {others[0]}: name another folder")


def _list_files(path: Path) -> list[str]:
    """Return the names of the files in a folder and in those below it."""
    return sorted(one.relative_to(path).as_posix() for one in path.rglob("*") if not one.is_dir())


def _clean_up(path: Path, new: Path, old: Path) -> None:
    """Put the old folder back if no other is in its place; remove what is left."""
    if old.exists() and not path.exists():
        old.rename(path)
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
