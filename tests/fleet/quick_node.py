"""``scrapy fleet work`` with short times: ``python -m tests.fleet.quick_node --jobs=2``.

With ``IDLE`` in the environment, its commands do nothing for a moment; they fail for section 2.
"""

from __future__ import annotations

import asyncio
import os
import sys

from scrapy.cmdline import execute

from sassspider.fleet import node

node.HEARTBEAT = 0.3
node.STALLED = 2.0
node.POLLING = 0.3
node.BUSY_PAUSE = 0.5


async def idle(name: str, job: str, words: list[str]) -> tuple[int, str]:
    await asyncio.sleep(0.1)
    return int("/2/" in name), "the site did not answer"


if os.environ.get("IDLE"):
    node._run_command = idle

if __name__ == "__main__":
    execute(["scrapy", "fleet", "work", *sys.argv[1:]])
