"""The archive as a file of each format: memory, and how much of the time is the writing library's."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground, Place
from benchmarks.processes import Ran, run

QUESTION = "Export"
FORMATS = ("jsonl", "csv", "parquet")
REMARKS = (
    "The library is json, csv or pyarrow, given what is ready to be written. What is neither its share nor the reading "
    "is encoding (JSON Lines), Scrapy's exporter, field by field (CSV), dates and rows (Parquet). 200 articles are in "
    "memory at a time, for Parquet 1,000; what it takes beyond that is pyarrow itself.",
)


def measure(ground: Ground) -> Iterator[Figure]:
    """Memory and time once, as memory has no noise; shares in rounds, on the small archive."""
    for chosen in FORMATS:
        small, large = (_export(place, chosen) for place in (ground.small[0], ground.large[0]))
        name = f"{chosen}: peak memory at {ground.sizes.large:,} by that at {ground.sizes.small:,}"
        yield Figure(QUESTION, name, (large.rss / small.rss,), Goal(1.2, 1.35))
        yield Figure(QUESTION, f"{chosen}: peak memory at {ground.sizes.large:,}", (large.rss / 2**20,), unit="MB")
        yield Figure(QUESTION, f"{chosen}: {ground.sizes.large:,} articles", (large.seconds,), unit="s")
        ran = run(ground.small[0].folder, "-m", "benchmarks.export_share", chosen)
        rounds = json.loads(ran.output.splitlines()[-1])
        shares = {name: tuple(one[name] for one in rounds) for name in ("reading", "library")}
        yield Figure(QUESTION, f"{chosen}: share of the time that reads the archive", shares["reading"])
        yield Figure(QUESTION, f"{chosen}: share of the library that writes", shares["library"])


def _export(place: Place, chosen: str) -> Ran:
    return run(place.folder, "-m", "scrapy", "export", "--site", "all", "-o", f"out.{chosen}")
