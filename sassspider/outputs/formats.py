"""The formats of an export: which there are, and what writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO

from scrapy.utils.misc import load_object

from sassspider.arguments import ArgumentError

if TYPE_CHECKING:
    from scrapy.exporters import BaseItemExporter
    from scrapy.settings import BaseSettings

FORMATS = ("jsonl", "json", "csv", "xml", "parquet")
STDOUT = "-"


def choose_format(output: str, given: str | None) -> str:
    """The format that a user asked for, else the one that the file's name ends in; raises ArgumentError.

    It is made sure that what writes it is installed.
    """
    named = PurePath(output).suffix.lower().removeprefix(".")
    chosen = given or (FORMATS[0] if output == STDOUT else named)
    if chosen not in FORMATS:
        what = f"--format {given}" if given else f"-o {output}"
        raise ArgumentError(f"{what} is of no known format; choose from {', '.join(FORMATS)}")
    if chosen == "parquet":
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError as error:
            raise ArgumentError(f"Parquet needs pyarrow ({error}): pip install 'sassspider[parquet]'") from None
    return chosen


def make_exporter(chosen: str, file: BinaryIO, settings: BaseSettings) -> BaseItemExporter:
    """What writes articles to ``file`` as the feeds of a crawl would."""
    from sassspider.outputs.exporters import ArticleLinesExporter  # slow to import, and every command imports this

    if chosen == "jsonl":
        return ArticleLinesExporter(file)
    if chosen == "parquet":
        from sassspider.outputs.parquet import ArticleParquetExporter

        return ArticleParquetExporter(file)
    exporters: Mapping[str, Any] = settings.getwithbase("FEED_EXPORTERS")
    exporter: BaseItemExporter = load_object(exporters[chosen])(
        file,
        fields_to_export=settings.getdictorlist("FEED_EXPORT_FIELDS") or None,
        encoding=settings["FEED_EXPORT_ENCODING"],
        indent=settings.getint("FEED_EXPORT_INDENT"),
    )
    return exporter
