"""JSON Lines as a file that survives crashes: one JSON object a line, UTF-8, each line whole on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self


class BrokenLinesError(ValueError):
    """A file holds a line, not its last, that is no JSON object; the message names file and line."""


def dump_line(record: Mapping[str, Any]) -> bytes:
    """One line, ended. U+2028 and U+2029 are escaped: some readers take them for line ends."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file, none if there is no file; raises BrokenLinesError on a line that is none."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if not isinstance(record, dict):
                raise BrokenLinesError(f"{path}, line {number} is not a JSON object: mend or move the file")
            yield record


def repair_torn_line(path: Path) -> int:
    """Cut what a crash left after the last whole line; return the number of bytes cut."""
    if not path.exists():
        return 0
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        end = _end_of_last_line(file, size)
        file.truncate(end)
        os.fsync(file.fileno())
    return size - end


def _end_of_last_line(file: BinaryIO, size: int) -> int:
    position = size
    while position > 0:
        start = max(0, position - 65536)
        file.seek(start)
        newline = file.read(position - start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        position = start
    return 0


def rewrite_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Replace a file by these records: after a crash at any moment it is the old file or the new one, whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.writelines(map(dump_line, records))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut (POSIX asks for it; elsewhere a folder can't be opened)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class LineWriter:
    """Appends lines to a file; when ``write`` returns, the line is whole on disk."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, record: Mapping[str, Any]) -> None:
        """Append one record in one write and sync it; raises OSError when the disk does not take it."""
        line = dump_line(record)
        while line:
            line = line[self._file.write(line) :]
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file; nothing is left to write."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
