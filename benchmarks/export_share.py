"""What an export's time goes to: ``python -m benchmarks.export_share csv``, beside ``data/``.

The exporter, which is the project's, and the library below it alone write the same articles in turn.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from scrapy.utils.project import get_project_settings

from benchmarks.rounds import ROUNDS
from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.exporters.csv import flatten
from sassspider.exporters.formats import make_exporter
from sassspider.items import ARTICLE_FIELDS, Article, as_record

AT_A_TIME = 1000


def measure(chosen: str, path: Path) -> dict[str, float]:
    """Export everything once; return the shares that reading the archive and the library alone took of that."""
    settings = get_project_settings()
    reading = writing = library = 0.0
    with Archive.open_existing(settings["ARCHIVE_URL"]) as archive, path.open("wb") as file:
        exporter = make_exporter(chosen, file, settings)
        writing += _seconds(exporter.start_exporting)
        source = archive.read.articles(Selection(None, None))
        while True:
            begun = time.perf_counter()
            articles = list(islice(source, AT_A_TIME))
            reading += time.perf_counter() - begun
            if not articles:
                break
            writing += _seconds(partial(_each, exporter.export_item, articles))
            library += _seconds(PREPARE[chosen](articles))
        writing += _seconds(exporter.finish_exporting)
    return {"reading": reading / (reading + writing), "library": library / (reading + writing)}


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _each(function: Callable[[Any], object], values: Iterable[Any]) -> None:
    for value in values:
        function(value)


def _prepare_lines(articles: list[Article]) -> Callable[[], object]:
    return partial(_each, orjson.dumps, list(map(as_record, articles)))


def _prepare_cells(articles: list[Article]) -> Callable[[], object]:
    rows = [[flatten(name, getattr(article, name)) for name in ARTICLE_FIELDS] for article in articles]
    writer = csv.writer(TextIOWrapper(BytesIO(), encoding="utf-8", newline=""))
    return lambda: writer.writerows(rows)


def _prepare_columns(articles: list[Article]) -> Callable[[], object]:
    import pyarrow as pa
    from pyarrow import parquet

    from sassspider.exporters.parquet import make_schema, to_row

    rows = list(map(to_row, articles))

    def write() -> None:
        with parquet.ParquetWriter(BytesIO(), make_schema(), compression="zstd") as writer:
            writer.write_table(pa.Table.from_pylist(rows, schema=make_schema()))

    return write


PREPARE = {"jsonl": _prepare_lines, "csv": _prepare_cells, "parquet": _prepare_columns}

if __name__ == "__main__":
    chosen = sys.argv[1]
    measure(chosen, Path(f"share.{chosen}"))  # what is imported and compiled once is no share of anything
    print(orjson.dumps([measure(chosen, Path(f"share.{chosen}")) for _ in range(ROUNDS)]).decode())
