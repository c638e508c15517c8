"""Item exporters; feeds and ``scrapy export`` use the same. A format is named by its ending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from scrapy.exporters import BaseItemExporter
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from sassspider.arguments import ArgumentError
from sassspider.items import ARTICLE_FIELDS
from sassspider.settings import FEED_EXPORTERS

MARKDOWN = "markdown"  # also given the kept files
WARC = "warc.gz"  # of pages in place of articles, so no feed of a crawl
FILES = (*FEED_EXPORTERS, WARC)
FOLDERS = {
    MARKDOWN: "sassspider.exporters.folders.MarkdownExporter",
    "text": "sassspider.exporters.folders.TextExporter",
    "dataset": "sassspider.exporters.dataset.DatasetExporter",
}
PACKAGES = {  # what to import, what to install
    "parquet": {"pyarrow": "pyarrow>=26"},
    MARKDOWN: {"yaml": "pyyaml>=6"},
    "dataset": {"pyarrow": "pyarrow>=26", "yaml": "pyyaml>=6"},
    WARC: {"warcio": "warcio>=1.8"},
    "s3": {"boto3": "boto3"},  # where feeds are stored
    "gs": {"google.cloud.storage": "google-cloud-storage"},
}


def find_format(name: str) -> str:
    """Return the format that a file's ending names; the empty text for an unknown one."""
    return max((one for one in FILES if name.lower().endswith(f".{one}")), key=len, default="")


def name_feed(given: str) -> str:
    """Return a feed as given with -o or -O, and its format behind a colon where Scrapy can't tell it from the ending.

    Raises ArgumentError for WARC.
    """
    chosen = find_format(given)
    if chosen == WARC:
        raise ArgumentError(f"{given}: a crawl writes no WARC; after it, type: scrapy export -o {given}")
    return f"{given}:{chosen}" if "." in chosen or not given.endswith(chosen) else given


def find_missing(chosen: str) -> dict[str, str]:
    """Return the modules that a format or a storage needs and that are missing, and what to install for each."""
    return {name: package for name, package in PACKAGES.get(chosen, {}).items() if not _is_installed(name)}


def check_installed(chosen: str) -> None:
    """Raise ArgumentError if a package that a format or a storage needs is missing."""
    if missing := find_missing(chosen):
        packages = " ".join(f"'{package}'" for package in missing.values())
        raise ArgumentError(f"{chosen} needs {' and '.join(missing)}: pip install {packages}")


def check_fields(names: Iterable[str], place: str) -> None:
    """Raise ArgumentError, which says the place, for the first name that is no field of an article."""
    for name in names:
        if name not in ARTICLE_FIELDS:
            raise ArgumentError(f"{place}: articles have no field {name!r}; see docs/article.md")


def _is_installed(name: str) -> bool:
    with suppress(ModuleNotFoundError):  # of the package that the module is in
        return find_spec(name) is not None
    return False


@contextmanager
def open_exporter(
    chosen: str, output: BinaryIO | Path, settings: BaseSettings, **own: Any
) -> Iterator[BaseItemExporter]:
    """Give the exporter of a format, which writes to a file or to a folder and ends it; a feed has the same.

    ``own`` are options of this exporter alone.
    """
    classes = {**settings.getwithbase("FEED_EXPORTERS"), **FOLDERS, WARC: "sassspider.exporters.warc.WarcExporter"}
    exporter: BaseItemExporter = load_object(classes[chosen])(
        output,
        fields_to_export=settings.getdictorlist("FEED_EXPORT_FIELDS") or None,
        encoding=settings["FEED_EXPORT_ENCODING"],
        indent=settings.getint("FEED_EXPORT_INDENT"),
        **own,
    )
    exporter.start_exporting()
    yield exporter
    exporter.finish_exporting()
