"""Write files and folders that are whole or as they were before, whatever happens meanwhile."""

from __future__ import annotations

import atexit
import glob
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sassspider.arguments import ArgumentError

MANIFEST = ".sassspider"  # in a folder: the names of the files that an export wrote, one a line


def keep_others_from_writing() -> None:
    """Let no file that this process makes be written by others, whatever its umask allows; stricter ones stay."""
    os.umask(os.umask(0o022) | 0o022)


def make_folder(folder: Path) -> None:
    """Make a folder, and the one around it, as in ``data/runs``; no more: a misspelled path makes no tree of folders.

    Raises OSError.
    """
    folder.parent.mkdir(exist_ok=True)
    folder.mkdir(exist_ok=True)


def is_special(path: Path) -> bool:
    """Return whether a folder, a pipe or a device is at ``path``; looks once, as another process may move a file."""
    with suppress(FileNotFoundError):
        return not stat.S_ISREG(path.stat().st_mode)
    return False


class PendingFile:
    """A file that is written beside ``path`` and takes its place with ``commit``; until then ``path`` stays as it is.

    A link stays a link. A device or a pipe is written to directly. Raises OSError, also if the folder of ``path`` can't
    be made: only the last folder is, so that a misspelled path makes no tree of folders.
    """

    def __init__(self, path: Path):
        self.is_special = is_special(path)
        self.path = path if self.is_special else path.resolve()  # /dev/stdout leads to no path, if it is a pipe
        self.path.parent.mkdir(exist_ok=True)
        self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        self._remove_left_over()
        self.file: BinaryIO = (self.path if self.is_special else self.temporary).open("wb")
        atexit.register(self.discard)  # after a second Ctrl-C, nobody else does

    def commit(self) -> None:
        """Put the file in its place; it lasts through a power cut."""
        self.file.flush()
        if self.is_special:
            self.file.close()
            return
        os.fsync(self.file.fileno())
        self.file.close()
        self.temporary.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def discard(self) -> None:
        """Remove the file, unless it is in its place."""
        with suppress(OSError, ValueError):
            self.file.close()
        self.temporary.unlink(missing_ok=True)
        atexit.unregister(self.discard)

    def _remove_left_over(self) -> None:
        """Remove what processes left that were killed."""
        for left in self.path.parent.glob(f".{glob.escape(self.path.name)}.*.tmp"):
            with suppress(PermissionError, ValueError):  # another user's, which runs; or a file of another kind
                try:
                    os.kill(int(left.name.split(".")[-2]), 0)
                except ProcessLookupError:
                    left.unlink(missing_ok=True)


@contextmanager
def atomic_write(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of ``path`` if all goes well. Raises OSError."""
    pending = PendingFile(path)
    try:
        yield pending.file
        pending.commit()
    finally:
        pending.discard()


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


def flush_stdout() -> None:
    """Write what is buffered of standard output, unless it is closed; raises OSError: nothing is left to write then."""
    try:
        if sys.stdout is not None and not sys.stdout.closed:  # an exporter that fails closes it
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
