"""Write files that are whole or as they were before, whatever happens meanwhile."""

from __future__ import annotations

import glob
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def keep_others_from_writing() -> None:
    """Let no file that this process makes be written by others, whatever its umask allows; stricter ones stay."""
    os.umask(os.umask(0o022) | 0o022)


class PendingFile:
    """A file that is written beside ``path`` and takes its place with ``commit``; until then ``path`` stays as it is.

    A link stays a link. A device or a pipe is written to directly. Raises OSError, also if the folder of ``path`` can't
    be made: only the last folder is, so that a misspelled path makes no tree of folders.
    """

    def __init__(self, path: Path, append: bool = False):
        self.path = path.resolve()
        self.path.parent.mkdir(exist_ok=True)
        self.is_special = self.path.exists() and not self.path.is_file()
        self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        self._remove_left_over()
        if append and self.path.is_file():
            shutil.copyfile(self.path, self.temporary)
        self.file: BinaryIO = (self.path if self.is_special else self.temporary).open("ab" if append else "wb")

    def sync(self) -> None:
        """Write what is buffered to the disk."""
        self.file.flush()
        if not self.is_special:
            os.fsync(self.file.fileno())

    def commit(self) -> None:
        """Put the file in its place."""
        self.sync()
        self.file.close()
        if not self.is_special:
            self.temporary.replace(self.path)
            _sync_folder(self.path.parent)

    def discard(self) -> None:
        """Remove the file, unless it is in its place."""
        with suppress(OSError, ValueError):
            self.file.close()
        if not self.is_special:
            self.temporary.unlink(missing_ok=True)

    def _remove_left_over(self) -> None:
        """Remove what processes left that were killed."""
        for left in self.path.parent.glob(f".{glob.escape(self.path.name)}.*.tmp"):
            owner = left.name.split(".")[-2]
            if owner.isdigit() and not _is_running(int(owner)):
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


def check_writable(path: Path) -> None:
    """Raise OSError unless a file can be written at ``path``; what is there stays as it is."""
    PendingFile(path).discard()


def flush_stdout() -> None:
    """Write what is buffered of standard output; raises OSError, and then nothing is left to write at the end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _is_running(process: int) -> bool:
    if os.name != "posix":  # there os.kill would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut (POSIX asks for it; elsewhere a folder can't be opened)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
