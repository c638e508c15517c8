"""``scrapy fleet work`` with short times: ``python -m tests.fleet.quick_node --jobs=2``."""

from __future__ import annotations

import sys

from scrapy.cmdline import execute

from sassspider.fleet import node

node.HEARTBEAT = 0.3
node.STALLED = 2.0
node.POLLING = 0.3
node.BUSY_PAUSE = 0.5

if __name__ == "__main__":
    execute(["scrapy", "fleet", "work", *sys.argv[1:]])
