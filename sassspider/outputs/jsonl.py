"""JSON Lines as a file that survives crashes: one JSON object a line, UTF-8, each line whole on disk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sassspider.outputs.files import replacing


def dump_line(record: Mapping[str, Any]) -> bytes:
    """One line, ended. U+2028 and U+2029 are escaped: some readers take them for line ends."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def append_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Append records to a file; on return each is whole on disk. Raises OSError when the disk does not take them."""
    with path.open("ab") as file:
        file.writelines(map(dump_line, records))
        file.flush()
        os.fsync(file.fileno())


def truncate(path: Path, size: int) -> None:
    """Cut what lies beyond ``size`` bytes."""
    with path.open("r+b") as file:
        file.truncate(size)
        os.fsync(file.fileno())


def rewrite_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Replace a file by these records: after a crash at any moment it is the old file or the new one, whole."""
    with replacing(path) as file:
        file.writelines(map(dump_line, records))
