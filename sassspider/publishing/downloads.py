"""Files for visitors to take away: every article, and the citation of one; and one in the words of schema.org."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from scrapy.exporters import BaseItemExporter
from scrapy.settings import BaseSettings

from sassspider.exporters import find_missing, open_exporter
from sassspider.exporters.bibliography import clean_line
from sassspider.items import Article
from sassspider.publishing.pages import Head

CITATIONS = {"bib": "BibTeX", "ris": "RIS", "csl.json": "CSL-JSON"}
_DOWNLOADS = {"jsonl.zip": "JSON Lines", "csv.zip": "CSV", "parquet": "Parquet", "bib": "BibTeX"}


def list_downloads() -> dict[str, str]:
    """Return the endings of the files that can be written here, with the names of their formats."""
    return {ending: name for ending, name in _DOWNLOADS.items() if not find_missing(ending.removesuffix(".zip"))}


def write_citation(article: Article, chosen: str, settings: BaseSettings) -> bytes:
    """Return the file of one article in a format of reference managers."""
    file = BytesIO()
    with open_exporter(chosen, file, settings) as exporter:
        exporter.export_item(article)
    return file.getvalue()


@contextmanager
def open_downloads(folder: Path, settings: BaseSettings) -> Iterator[list[BaseItemExporter]]:
    """Give an exporter for each file; in a zip archive, the file has the archive's name without its ending."""
    folder.mkdir()
    with ExitStack() as stack:
        exporters = []
        for ending in list_downloads():
            path = folder / f"articles.{ending}"
            if path.suffix == ".zip":
                archive = stack.enter_context(ZipFile(path, "w", ZIP_DEFLATED))
                file = cast(BinaryIO, archive.open(path.stem, "w", force_zip64=True))
            else:
                file = path.open("wb")
            stack.enter_context(file)
            exporters.append(stack.enter_context(open_exporter(ending.removesuffix(".zip"), file, settings)))
        yield exporters


def make_json_ld(article: Article, head: Head, publisher: str, page_url: str) -> dict[str, Any]:
    """Return an article as schema.org/NewsArticle; ``page_url`` is where it is published, "" if that is not known."""
    record = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": head.title,
        "alternativeHeadline": clean_line(article.subtitle),
        "author": [{"@type": "Person", "name": name} for name in head.authors],
        "datePublished": article.date_published,
        "dateModified": article.date_modified,
        "inLanguage": article.language,
        "wordCount": article.word_count,
        "articleSection": head.section,
        "publisher": {"@type": "Organization", "name": publisher},
        "url": page_url or article.url,
        "archivedAt": page_url,
        "sameAs": article.url,
        "isBasedOn": article.source_url,
    }
    return {name: value for name, value in record.items() if value}
