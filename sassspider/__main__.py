"""The command ``sassspider``: ``scrapy`` with this project's settings, in any folder."""

from __future__ import annotations

import os
import signal
import sys
import threading

from scrapy.cmdline import execute

ENDS_WITH_STDIN = "SASSSPIDER_ENDS_WITH_STDIN"  # set by a node of a fleet, which holds the other end


def main() -> None:
    """Run ``scrapy`` with the arguments of the command line; a SCRAPY_SETTINGS_MODULE of the user's own counts."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "sassspider.settings")
    if ENDS_WITH_STDIN in os.environ:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    execute(["scrapy", *sys.argv[1:]])


def _end_with_stdin() -> None:
    os.read(0, 1)  # returns when the node is gone
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
