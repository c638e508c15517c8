"""What exports and feeds share: formats, the packages that they need, errors in a line."""

from __future__ import annotations

from importlib.util import find_spec
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
    """Return the ``given`` format, else the one of the file's suffix.

    Raises ArgumentError for an unknown format and for one whose package is not installed.
    """
    suffix = PurePath(output).suffix.lower().removeprefix(".")
    chosen = given or (FORMATS[0] if output == STDOUT else suffix)
    if chosen not in FORMATS:
        option = f"--format {given}" if given else f"-o {output}"
        raise ArgumentError(f"{option} is of no known format; choose from {', '.join(FORMATS)}")
    check_installed(chosen)
    return chosen


def check_installed(chosen: str) -> None:
    """Raise ArgumentError if the package that a format needs is missing."""
    if chosen == "parquet" and not is_installed("pyarrow"):
        raise ArgumentError("Parquet needs pyarrow: pip install 'pyarrow>=26'")


def make_exporter(chosen: str, file: BinaryIO, settings: BaseSettings) -> BaseItemExporter:
    """Return the exporter that a feed of this format has."""
    exporters: dict[str, Any] = dict(settings.getwithbase("FEED_EXPORTERS"))
    exporter: BaseItemExporter = load_object(exporters[chosen])(
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


def is_installed(package: str) -> bool:
    """Return whether a package can be imported."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # what find_spec raises for a module that is blocked
        return False
