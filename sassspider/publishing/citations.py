"""What machines and scholars need of one article: schema.org, meta elements, files for reference managers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from scrapy.settings import BaseSettings

from sassspider.exporters import make_exporter
from sassspider.exporters.bibliography import clean_line, find_publisher, find_website
from sassspider.items import Article
from sassspider.publishing.pages import clean_names

FORMATS = {"bib": "BibTeX", "ris": "RIS", "csl.json": "CSL-JSON"}


def write_citation(article: Article, chosen: str, settings: BaseSettings) -> bytes:
    """Return the file of one article in a format of reference managers."""
    file = io.BytesIO()
    exporter = make_exporter(chosen, file, settings)
    exporter.start_exporting()
    exporter.export_item(article)
    exporter.finish_exporting()
    return file.getvalue()


def make_metadata(article: Article) -> Iterator[tuple[str, str]]:
    """Yield the meta elements by which Zotero and library catalogues know an article (Highwire, Dublin Core)."""
    title, publisher = clean_line(article.title), find_publisher(find_website(article))
    yield "citation_title", title
    yield from (("citation_author", name) for name in clean_names(article.authors))
    yield "citation_publication_date", article.date_published.replace("-", "/")
    yield "citation_journal_title", clean_line(article.source_name) or publisher
    yield "citation_publisher", publisher
    yield "citation_language", article.language
    yield "citation_public_url", article.url
    yield "DC.title", title
    yield from (("DC.creator", name) for name in clean_names(article.authors))
    yield "DC.date", article.date_published
    yield "DC.publisher", publisher
    yield "DC.language", article.language
    yield "DC.identifier", article.url


def make_json_ld(article: Article, page_url: str) -> dict[str, Any]:
    """Return an article as schema.org/NewsArticle; ``page_url`` is where it is published, "" if that is not known."""
    record = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": clean_line(article.title),
        "alternativeHeadline": clean_line(article.subtitle),
        "author": [{"@type": "Person", "name": name} for name in clean_names(article.authors)],
        "datePublished": article.date_published,
        "dateModified": article.date_modified,
        "inLanguage": article.language,
        "wordCount": article.word_count,
        "articleSection": clean_line(article.section),
        "publisher": {"@type": "Organization", "name": find_publisher(find_website(article))},
        "url": page_url or article.url,
        "archivedAt": page_url,
        "sameAs": article.url,
        "isBasedOn": article.source_url,
    }
    return {name: value for name, value in record.items() if value}
