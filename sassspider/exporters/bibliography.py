"""BibTeX, RIS and CSL-JSON: what a reference manager needs of an article, in three notations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from scrapy.exporters import BaseItemExporter, JsonItemExporter

from sassspider.items import Article

_PUBLISHERS = {"en.sass.cn": "Sichuan Academy of Social Sciences"}
_BABEL = {"en": "english", "zh": "chinese"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
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
        self.given[name] += 1
        return name if self.given[name] == 1 else f"{name}-{self.given[name]}"


class Reference(NamedTuple):
    """What a reference manager needs of an article: texts of one line, "" where it has none."""

    key: str  # the site and the article's id, in letters, digits and hyphens
    authors: list[str]
    title: str
    subtitle: str
    website: str
    publisher: str
    published: str
    accessed: str
    url: str
    language: str
    note: str


def make_reference(article: Article, names: UniqueNames) -> Reference:
    """Return the reference of an article; ``names`` are the keys given out before."""
    website = find_website(article)
    return Reference(
        key=names.choose(f"{re.sub(r'[^A-Za-z0-9]+', '-', website)}-{article.id}"),
        authors=[clean_line(name) for name in article.authors],
        title=clean_line(article.title),
        subtitle=clean_line(article.subtitle),
        website=website,
        publisher=find_publisher(website),
        published=article.date_published,
        accessed=article.fetched_at[:10],
        url=clean_line(article.url),
        language=article.language,
        note=make_note(article),
    )


def clean_line(text: str | None) -> str:
    """Return a text as one line without control characters; of None, the empty text."""
    return " ".join(_CONTROLS.sub(" ", text or "").split())


def find_website(article: Article) -> str:
    """Return the host, which stands for the web site's name."""
    return urlsplit(article.url).netloc


def find_publisher(website: str) -> str:
    """Return who publishes a web site; its host, if that is not known."""
    return _PUBLISHERS.get(website, website)


def make_note(article: Article) -> str:
    """Return what a reader of a reference should know: the first publication, a removal, a repetition."""
    return clean_line(" ".join(_note_sentences(article)))


def _note_sentences(article: Article) -> Iterator[str]:
    if article.source_name:
        yield f"First published in {article.source_name}{f' ({article.source_url})' if article.source_url else ''}."
    if article.date_removed:
        yield f"No longer on the site on {article.date_removed}."
    if article.duplicate_of:
        yield f"Repeats the article {article.duplicate_of}."


class _TextExporter(BaseItemExporter):
    """Write references as text in UTF-8."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.names = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write a reference."""
        self.file.write(self.format(make_reference(item, self.names)).encode())

    def format(self, reference: Reference) -> str:
        """Return the text of a reference."""
        raise NotImplementedError


class BibtexExporter(_TextExporter):
    """Write BibTeX: one ``@online`` entry an article, for LaTeX, JabRef and Zotero.

    Names stand in braces, so that nothing takes them apart; so does the title, to keep its capital letters.
    """

    def format(self, reference: Reference) -> str:
        fields = {
            "author": " and ".join(f"{{{_escape(name)}}}" for name in reference.authors),
            "title": f"{{{_escape(reference.title)}}}",
            "shorttitle": _escape(reference.subtitle),
            "date": reference.published,
            "year": reference.published[:4],  # for styles older than biblatex
            "organization": _escape(reference.publisher),
            "url": reference.url.translate(_LATEX_URL),
            "urldate": reference.accessed,
            "langid": _BABEL.get(reference.language, ""),
            "note": _escape(reference.note),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@online{{{reference.key},\n" + ",\n".join(lines) + "\n}\n\n"


def _escape(text: str) -> str:
    """Return a text as LaTeX prints it."""
    return text.translate(_LATEX)


class RisExporter(_TextExporter):
    """Write RIS: one web page (``ELEC``) an article, for Zotero, EndNote and Mendeley."""

    def format(self, reference: Reference) -> str:
        tags = [
            ("TY", "ELEC"),
            ("ID", reference.key),
            # A comma would part family and given names.
            *(("AU", clean_line(name.replace(",", " "))) for name in reference.authors),
            ("TI", reference.title),
            ("ST", reference.subtitle),
            ("T2", reference.website),
            ("PB", reference.publisher),
            ("PY", reference.published[:4]),
            ("DA", f"{reference.published.replace('-', '/')}/"),
            ("Y2", f"{reference.accessed.replace('-', '/')}/"),
            ("UR", reference.url),
            ("LA", reference.language),
            ("N1", reference.note),
        ]
        lines = [f"{tag}  - {text}" for tag, text in tags if text]
        return "\r\n".join([*lines, "ER  - ", "", ""])


class CslExporter(JsonItemExporter):
    """Write CSL-JSON in UTF-8: one web page an article, for citation processors (pandoc, Zotero)."""

    def __init__(self, file: BytesIO, **options: Any):
        super().__init__(file, **{**options, "encoding": "utf-8", "fields_to_export": None})
        self.names = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write an object; a name is literal, so that nothing takes it apart."""
        reference = make_reference(item, self.names)
        record = {
            "id": reference.key,
            "type": "webpage",
            "title": reference.title,
            "title-short": reference.subtitle,
            "author": [{"literal": name} for name in reference.authors],
            "container-title": reference.website,
            "publisher": reference.publisher,
            "issued": _list_parts(reference.published),
            "accessed": _list_parts(reference.accessed),
            "URL": reference.url,
            "language": reference.language,
            "note": reference.note,
        }
        super().export_item({name: value for name, value in record.items() if value})


def _list_parts(day: str) -> dict[str, list[list[int]]]:
    """Return a day, ``YYYY-MM-DD``, in numbers."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}
