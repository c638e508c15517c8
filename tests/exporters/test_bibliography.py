"""BibTeX, RIS and CSL-JSON, read by parsers of others."""

from __future__ import annotations

import json
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import SeparateCoAuthors
from bibtexparser.model import Field

from sassspider.exporters.bibliography import BibtexExporter, CslExporter, RisExporter

from .hostile import ARTICLES, PLAIN, REMOVED, REPOST, one_line, write_file

UNESCAPED = {
    "{\\textbackslash}": "\\", "{\\textbraceleft}": "{", "{\\textbraceright}": "}",
    "{\\textasciitilde}": "~", "{\\textasciicircum}": "^",
    "\\#": "#", "\\$": "$", "\\%": "%", "\\&": "&", "\\_": "_",
}  # fmt: skip


def unescape(text: str) -> str:
    """Return what LaTeX prints."""
    shown, at = "", 0
    while at < len(text):
        command = next((one for one in UNESCAPED if text.startswith(one, at)), "")
        shown += UNESCAPED.get(command, text[at])
        at += len(command) or 1
    return shown


def read_bibtex(data: bytes) -> list[dict[str, Any]]:
    library = bibtexparser.parse_string(data.decode(), append_middleware=[SeparateCoAuthors()])
    assert not library.failed_blocks
    return [
        {"key": entry.key, "title": unescape(entry["title"][1:-1]), "url": entry["url"], "date": entry["date"],
         "authors": [unescape(name[1:-1]) for name in entry.get("author", Field("", [])).value],
         "note": unescape(entry.get("note", Field("", "")).value)}
        for entry in library.entries
    ]  # fmt: skip


def read_ris(data: bytes) -> list[dict[str, Any]]:
    return [
        {"key": one["id"], "title": one["title"], "url": one["urls"][0], "authors": one.get("authors", []),
         "date": one["date"].strip("/").replace("/", "-"), "note": " ".join(one.get("notes", []))}
        for one in rispy.loads(data.decode())
    ]  # fmt: skip


def read_csl(data: bytes) -> list[dict[str, Any]]:
    return [
        {"key": one["id"], "title": one["title"], "url": one["URL"], "note": one.get("note", ""),
         "date": "{:04}-{:02}-{:02}".format(*one["issued"]["date-parts"][0]),
         "authors": [name["literal"] for name in one.get("author", [])]}
        for one in json.loads(data)
    ]  # fmt: skip


READERS = [(BibtexExporter, read_bibtex), (RisExporter, read_ris), (CslExporter, read_csl)]


@pytest.mark.parametrize(("exporter", "read"), READERS)
def test_every_article_is_read_back(exporter: Any, read: Any) -> None:
    found = read(write_file(exporter, *ARTICLES))
    assert [(one["title"], one["url"], one["date"]) for one in found] == [
        (one_line(one.title), one.url, one.date_published) for one in ARTICLES
    ]
    assert len({one["key"] for one in found}) == len(ARTICLES)
    for one, article in zip(found, ARTICLES, strict=True):
        names = [name.replace(",", " ") if read is read_ris else name for name in article.authors]
        assert one["authors"] == [one_line(name) for name in names]


@pytest.mark.parametrize(("exporter", "read"), READERS)
def test_note_tells_source_removal_and_repetition(exporter: Any, read: Any) -> None:
    plain, removed, repost, again = read(write_file(exporter, PLAIN, REMOVED, REPOST, PLAIN))
    assert plain["note"] == "First published in River Weekly."
    assert removed["note"] == "No longer on the site on 2026-02-01."
    assert repost["note"] == "Repeats the article 41."
    assert (plain["key"], again["key"]) == ("en-sass-cn-41", "en-sass-cn-41-2")


def test_no_article_is_a_sound_file() -> None:
    assert read_bibtex(write_file(BibtexExporter)) == read_ris(write_file(RisExporter)) == []
    assert read_csl(write_file(CslExporter)) == []
