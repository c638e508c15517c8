"""How much of an export's time its exporter takes: ``python -m benchmarks.export_share csv``, beside ``data/``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from scrapy.utils.project import get_project_settings

from sassspider.archive.existing import open_existing
from sassspider.archive.reader import Selection
from sassspider.outputs.formats import make_exporter


def measure(chosen: str, path: Path) -> dict[str, float]:
    """Export everything; return the seconds that took, and the exporter's share."""
    settings = get_project_settings()
    writing = 0.0
    with open_existing(settings["ARCHIVE_URL"]) as archive, path.open("wb") as file:
        started = time.perf_counter()
        exporter = make_exporter(chosen, file, settings)
        exporter.start_exporting()
        for article in archive.read.articles(Selection(None, None)):
            begun = time.perf_counter()
            exporter.export_item(article)
            writing += time.perf_counter() - begun
        begun = time.perf_counter()
        exporter.finish_exporting()
        ended = time.perf_counter()
    return {"seconds": ended - started, "share": (writing + ended - begun) / (ended - started)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(f"share.{sys.argv[1]}"))))
