"""BibTeX, RIS and CSL-JSON: what a reference manager needs of an article, in three notations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from scrapy.exporters import BaseItemExporter, JsonItemExporter

from sassspider.items import Article

_PUBLISHERS = {"en.sass.cn": "Sichuan Academy of Social Sciences"}
_BABEL = {"en": "english", "zh": "chinese"}
# What LaTeX reads as a command. A brace is named, as BibTeX counts braces behind a backslash too.
_LATEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_LATEX_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


class UniqueNames:
    """Names that are given out once: a second ``a`` is ``a-2``."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def choose(self, name: str) -> str:
        """Return the name, with a number behind it if it was given out before."""
        unique = name
        while unique in self.given:
            self.given[name] += 1
            unique = f"{name}-{self.given[name]}"
        self.given[unique] += 1
        return unique


def make_reference(article: Article, names: UniqueNames) -> dict[str, Any]:
    """Return a web page as CSL-JSON has it, in texts of one line; ``names`` are the keys given out before.

    An author's name is literal, so that nothing takes it apart.
    """
    website = find_website(article)
    return {
        "id": names.choose(f"{re.sub(r'[^A-Za-z0-9]+', '-', website)}-{article.id}"),
        "type": "webpage",
        "title": clean_line(article.title),
        "title-short": clean_line(article.subtitle),
        "author": [{"literal": clean_line(name)} for name in article.authors],
        "container-title": website,
        "publisher": find_publisher(website),
        "issued": _list_parts(article.date_published),
        "accessed": _list_parts(article.fetched_at[:10]),
        "URL": clean_line(article.url),
        "language": article.language,
        "note": make_note(article),
    }


def _list_parts(day: str) -> dict[str, list[list[int]]]:
    """Return a day, ``YYYY-MM-DD``, in numbers."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}


def clean_line(text: str | None) -> str:
    """Return a text as one line; of None, the empty text."""
    return " ".join((text or "").split())


def find_website(article: Article) -> str:
    """Return the host, which stands for the web site's name."""
    return urlsplit(article.url).netloc


def find_publisher(website: str) -> str:
    """Return who publishes a web site; its host, if that is not known."""
    return _PUBLISHERS.get(website, website)


def make_note(article: Article) -> str:
    """Return what a reader of a reference should know: the first publication, a removal, a repetition."""
    source = f" ({article.source_url})" if article.source_url else ""
    sentences = {
        f"First published in {article.source_name}{source}.": article.source_name,
        f"No longer on the site on {article.date_removed}.": article.date_removed,
        f"Repeats the article {article.duplicate_of}.": article.duplicate_of,
    }
    return clean_line(" ".join(sentence for sentence, value in sentences.items() if value))


class _TextExporter(BaseItemExporter):
    """Write references as text in UTF-8."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.names = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write a reference."""
        self.file.write(self.format(item, make_reference(item, self.names)).encode())

    def format(self, article: Article, reference: Mapping[str, Any]) -> str:
        """Return the text of a reference to an article."""
        raise NotImplementedError


class BibtexExporter(_TextExporter):
    """Write BibTeX: one ``@online`` entry an article, for LaTeX, JabRef and Zotero.

    Names stand in braces, so that nothing takes them apart; so does the title, to keep its capital letters.
    """

    def format(self, article: Article, reference: Mapping[str, Any]) -> str:
        fields = {
            "author": " and ".join(f"{{{_escape(author['literal'])}}}" for author in reference["author"]),
            "title": f"{{{_escape(reference['title'])}}}",
            "shorttitle": _escape(reference["title-short"]),
            "date": article.date_published,
            "year": article.date_published[:4],  # for styles older than biblatex
            "organization": _escape(reference["publisher"]),
            "url": reference["URL"].translate(_LATEX_URL),
            "urldate": article.fetched_at[:10],
            "langid": _BABEL.get(article.language, ""),
            "note": _escape(reference["note"]),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@online{{{reference['id']},\n" + ",\n".join(lines) + "\n}\n\n"


def _escape(text: str) -> str:
    """Return a text as LaTeX prints it."""
    return text.translate(_LATEX)


class RisExporter(_TextExporter):
    """Write RIS: one web page (``ELEC``) an article, for Zotero, EndNote and Mendeley."""

    def format(self, article: Article, reference: Mapping[str, Any]) -> str:
        tags = [
            ("TY", "ELEC"),
            ("ID", reference["id"]),
            # A comma would separate family and given names.
            *(("AU", clean_line(author["literal"].replace(",", " "))) for author in reference["author"]),
            ("TI", reference["title"]),
            ("ST", reference["title-short"]),
            ("T2", reference["container-title"]),
            ("PB", reference["publisher"]),
            ("PY", article.date_published[:4]),
            ("DA", f"{article.date_published.replace('-', '/')}/"),
            ("Y2", f"{article.fetched_at[:10].replace('-', '/')}/"),
            ("UR", reference["URL"]),
            ("LA", article.language),
            ("N1", reference["note"]),
        ]
        lines = [f"{tag}  - {text}" for tag, text in tags if text]
        return "\r\n".join([*lines, "ER  - ", "", ""])


class CslExporter(JsonItemExporter):
    """Write CSL-JSON in UTF-8: one web page an article, for citation processors (pandoc, Zotero)."""

    def __init__(self, file: BytesIO, **options: Any):
        super().__init__(file, **{**options, "encoding": "utf-8", "fields_to_export": None})
        self.names = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write a reference, without what it lacks."""
        reference = make_reference(item, self.names)
        super().export_item({name: value for name, value in reference.items() if value})
