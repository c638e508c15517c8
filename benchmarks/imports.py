"""How long a command takes to start, against a Scrapy project without anything in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground
from benchmarks.processes import plain_environment, run
from benchmarks.rounds import alternate, ratios

QUESTION = "Start of a command"
ROUNDS = 9


def measure(ground: Ground) -> Iterator[Figure]:
    """``scrapy list`` here and there."""
    own, empty = make_projects(ground.folder / "imports")
    listing = ("-m", "scrapy", "list")
    contenders = {
        "own": lambda: run(own, *listing).seconds,
        "empty": lambda: run(empty, *listing, env=plain_environment()).seconds,
    }
    alternate(contenders, 1)  # lets compiled modules be written
    found = alternate(contenders, ROUNDS)
    name = "scrapy list by that of an empty project"
    yield Figure(QUESTION, name, ratios(found["own"], found["empty"]), Goal(1.15, 1.3))


def make_projects(folder: Path) -> tuple[Path, Path]:
    """A folder to use the project from, and a Scrapy project with one spider that does nothing."""
    own, empty = folder / "own", folder / "empty"
    own.mkdir(parents=True)
    run(folder, "-m", "scrapy", "startproject", "empty", str(empty), env=plain_environment())
    spider = 'import scrapy\n\n\nclass Nothing(scrapy.Spider):\n    name = "nothing"\n'
    (empty / "empty/spiders/nothing.py").write_text(spider)
    return own, empty
