"""Item exporters, one format a file; feeds and ``scrapy export`` use the same."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, BinaryIO

from scrapy.utils.misc import load_object

from sassspider.arguments import ArgumentError

if TYPE_CHECKING:
    from scrapy.exporters import BaseItemExporter
    from scrapy.settings import BaseSettings


def check_installed(chosen: str) -> None:
    """Raise ArgumentError if the package that a format needs is missing."""
    if chosen == "parquet" and find_spec("pyarrow") is None:
        raise ArgumentError("Parquet needs pyarrow: pip install 'pyarrow>=26'")


def make_exporter(chosen: str, file: BinaryIO, settings: BaseSettings) -> BaseItemExporter:
    """Return the exporter that a feed of this format has."""
    exporter: BaseItemExporter = load_object(settings.getwithbase("FEED_EXPORTERS")[chosen])(
        file,
        fields_to_export=settings.getdictorlist("FEED_EXPORT_FIELDS") or None,
        encoding=settings["FEED_EXPORT_ENCODING"],
        indent=settings.getint("FEED_EXPORT_INDENT"),
    )
    return exporter


def describe_error(error: Exception) -> str:
    """Return an error in a line; of a character that can't be encoded, without the text around it."""
    if isinstance(error, UnicodeEncodeError):
        character = error.object[error.start : error.start + 1]
        return f"FEED_EXPORT_ENCODING={error.encoding} has no U+{ord(character):04X}: set it to utf-8"
    return " ".join((getattr(error, "strerror", None) or str(error) or type(error).__name__).split())
