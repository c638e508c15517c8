"""Writes the peak memory of a process, in bytes, to the file that PEAK_FILE names."""

import atexit
import os
import resource
from pathlib import Path


def _note() -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    Path(os.environ["PEAK_FILE"]).write_text(str(peak), encoding="ascii")


if "PEAK_FILE" in os.environ:
    atexit.register(_note)
