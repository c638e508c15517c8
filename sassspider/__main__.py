"""The command ``sassspider``: ``scrapy`` with this project's settings, in any folder."""

from __future__ import annotations

import os
import sys

from scrapy.cmdline import execute


def main() -> None:
    """Run ``scrapy`` with the arguments of the command line; a SCRAPY_SETTINGS_MODULE of the user's own counts."""
    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "sassspider.settings")
    execute(["scrapy", *sys.argv[1:]])


if __name__ == "__main__":
    main()
