"""BibTeX: one ``@online`` entry an article, for LaTeX, JabRef and Zotero."""

from __future__ import annotations

from typing import Any, BinaryIO

from scrapy.exporters import BaseItemExporter

from sassspider.exporters.bibliography import UniqueNames, clean_line, find_publisher, make_key, make_note
from sassspider.items import Article

_LANGUAGES = {"en": "english", "zh": "chinese"}  # as babel calls them
# What LaTeX reads as a command. A brace is named, as BibTeX counts braces behind a backslash too.
_ESCAPES = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{character: f"\\{character}" for character in "#$%&_"},
    }
)
_URL_ESCAPES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


class BibtexExporter(BaseItemExporter):
    """Write BibTeX in UTF-8."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.keys = UniqueNames()

    def export_item(self, item: Article) -> None:
        """Write an entry."""
        fields = make_fields(item)
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        entry = f"@online{{{self.keys.choose(make_key(item))},\n" + ",\n".join(lines) + "\n}\n\n"
        self.file.write(entry.encode())


def make_fields(article: Article) -> dict[str, str]:
    """Return the fields of an entry by name, escaped; a field without a value is empty.

    Names stand in braces, so that nothing takes them apart; so does the title, to keep its capital letters.
    """
    title = escape(article.title)
    return {
        "author": " and ".join(f"{{{escape(name)}}}" for name in article.authors),
        "title": f"{{{title}}}",
        "shorttitle": escape(article.subtitle),
        "date": article.date_published,
        "year": article.date_published[:4],  # for styles older than biblatex
        "organization": escape(find_publisher(article)),
        "url": clean_line(article.url).translate(_URL_ESCAPES),
        "urldate": article.fetched_at[:10],
        "langid": _LANGUAGES.get(article.language, ""),
        "note": escape(make_note(article)),
    }


def escape(text: str | None) -> str:
    """Return a text as LaTeX prints it, on one line."""
    return clean_line(text).translate(_ESCAPES)
