"""Work on the whole archive as jobs of the queue: each has the articles of one range of ids."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sassspider.fleet.node import make_node
from sassspider.fleet.queue import ARCHIVE_PRIORITY, RANGE, defer, opened


def list_ranges(ids: Mapping[str, Sequence[int]], size: int) -> Iterator[tuple[str, str]]:
    """Yield site and range (``1-2000``) of each job, for sorted ``ids`` by site."""
    for site, own in ids.items():
        for start in range(0, len(own), size):
            part = own[start : start + size]
            yield site, f"{part[0]}-{part[-1]}"


def put_into_queue(url: str, task: str, ids: Mapping[str, Sequence[int]], **arguments: Any) -> tuple[int, int]:
    """Put a job for each range into the queue; return how many ranges there are, and how many are new in the queue.

    In ``arguments``, text may name ``{site}`` and ``{ids}``. Raises ArchiveError.
    """
    app = make_node(url).app
    ranges = list(list_ranges(ids, RANGE))

    async def put() -> int:
        async with opened(app):
            new = 0
            for site, own in ranges:
                given = {name: _fill(value, site, own) for name, value in arguments.items()}
                name = f"{task} {given.get('output', f'{site}/{own}')}"
                new += await defer(app, task, name, None, ARCHIVE_PRIORITY, site=site, ids=own, **given)
            return new

    return len(ranges), asyncio.run(put())


def _fill(value: Any, site: str, ids: str) -> Any:
    return value.replace("{site}", site.replace(":", "_")).replace("{ids}", ids) if isinstance(value, str) else value
