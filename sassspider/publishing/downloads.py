"""Files with every article, for visitors to take away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from scrapy.exporters import BaseItemExporter
from scrapy.settings import BaseSettings

from sassspider.exporters import PACKAGES, make_exporter

_FORMATS = {"jsonl.zip": "JSON Lines", "csv.zip": "CSV", "parquet": "Parquet", "bib": "BibTeX"}


def list_downloads() -> dict[str, str]:
    """Return the endings of the files that can be written here, with the names of their formats."""
    packages = {ending: PACKAGES.get(ending.removesuffix(".zip"), {}) for ending in _FORMATS}
    return {ending: name for ending, name in _FORMATS.items() if all(map(find_spec, packages[ending]))}


@contextmanager
def open_downloads(folder: Path, settings: BaseSettings) -> Iterator[list[BaseItemExporter]]:
    """Give an exporter for each file."""
    folder.mkdir()
    with ExitStack() as stack:
        opened = (_open_exporter(folder / f"articles.{ending}", ending, settings) for ending in list_downloads())
        yield [stack.enter_context(one) for one in opened]


@contextmanager
def _open_exporter(path: Path, ending: str, settings: BaseSettings) -> Iterator[BaseItemExporter]:
    with _open_zipped(path) if path.suffix == ".zip" else path.open("wb") as file:
        exporter = make_exporter(ending.removesuffix(".zip"), file, settings)
        exporter.start_exporting()
        yield exporter
        exporter.finish_exporting()


@contextmanager
def _open_zipped(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to inside a zip archive; it has the archive's name without its ending."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive, archive.open(path.stem, "w", force_zip64=True) as file:
        yield cast(BinaryIO, file)
