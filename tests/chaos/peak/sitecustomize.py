"""Writes the peak memory of a process, in bytes, to the file that PEAK_FILE names."""

import atexit
import os
from pathlib import Path


def _note() -> None:
    from tests.peak import peak

    Path(os.environ["PEAK_FILE"]).write_text(str(peak()), encoding="ascii")


if "PEAK_FILE" in os.environ:
    atexit.register(_note)
