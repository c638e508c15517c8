"""Write files that are whole or as they were before, whatever happens meanwhile."""

from __future__ import annotations

import atexit
import glob
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


def keep_others_from_writing() -> None:
    """Let no file that this process makes be written by others, whatever its umask allows; stricter ones stay."""
    os.umask(os.umask(0o022) | 0o022)


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
        self.path = path.resolve()
        self.path.parent.mkdir(exist_ok=True)
        self.is_special = is_special(self.path)
        self.temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        self._remove_left_over()
        if self.path.is_dir():
            raise IsADirectoryError(f"{self.path} is a folder")
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


def flush_stdout() -> None:
    """Write what is buffered of standard output; raises OSError, and then nothing is left to write at the end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
