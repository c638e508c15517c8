"""The archive as a file of each format: memory, and how much of the time is the writing library's."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, Place
from benchmarks.processes import run

QUESTION = "Export"
FORMATS = ("jsonl", "csv", "parquet")


def measure(ground: Ground) -> Iterator[Figure]:
    """Each format once: what matters is memory, which has no noise."""
    for chosen in FORMATS:
        small, large = (_peak(place, chosen) for place in (ground.small[0], ground.large[0]))
        name = f"{chosen}: peak memory at {ground.sizes.large:,} by that at {ground.sizes.small:,}"
        yield Figure(QUESTION, name, (large / small,), Goal(1.2, 1.35))
        ran = run(ground.large[0].folder, "-m", "benchmarks.export_share", chosen)
        found = json.loads(ran.output.splitlines()[-1])
        yield Figure(QUESTION, f"{chosen}: {ground.sizes.large:,} articles", (found["seconds"],), unit="s")
        yield Figure(QUESTION, f"{chosen}: share of that in what writes", (found["share"],))


def _peak(place: Place, chosen: str) -> int:
    return run(place.folder, "-m", "scrapy", "export", "--site", "all", "-o", f"out.{chosen}").rss
