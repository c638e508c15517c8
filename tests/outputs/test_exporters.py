"""Feeds as CSV and XML."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from scrapy.exporters import BaseItemExporter

from sassspider.items import ARTICLE_FIELDS, Article, Attachment, Breadcrumb, Image
from sassspider.outputs.exporters import ArticleCsvExporter, ArticleXmlExporter, flatten

from ..samples import make_article

FULL = make_article(
    title="=1+1",
    authors=["Lin, Wei", "渡口"],
    breadcrumbs=[Breadcrumb(name="RESEARCH", url="http://a/1"), Breadcrumb(name="Commentary", url="http://a/2")],
    images=[Image(url="http://a/1.png", alt=None), Image(url="http://a/2.png", alt="A pier")],
    attachments=[Attachment(url="http://a/b.pdf", name="B")],
)


def export(exporter: type[BaseItemExporter], *articles: Article) -> bytes:
    file = io.BytesIO()
    writer = exporter(file, fields_to_export=list(ARTICLE_FIELDS), encoding="utf-8")
    writer.start_exporting()
    for article in articles:
        writer.export_item(article)
    writer.finish_exporting()
    return file.getvalue()


def csv_rows(*articles: Article) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(ArticleCsvExporter, *articles).decode(), newline="")))


def test_a_csv_row_has_every_field_in_order_as_one_cell() -> None:
    (row,) = csv_rows(FULL)
    assert tuple(row) == ARTICLE_FIELDS
    assert (row["id"], row["views"], row["title"]) == ("41", "7", "'=1+1")
    assert row["authors"] == "Lin, Wei; 渡口"
    assert row["breadcrumbs"] == "RESEARCH > Commentary"
    assert row["images"] == "http://a/1.png; http://a/2.png"
    assert row["attachments"] == "http://a/b.pdf"
    assert (row["subtitle"], row["duplicate_of"]) == ("", "")


def test_csv_keeps_line_breaks_quotes_and_commas() -> None:
    text = 'He said "go",\n\nand it went.'
    assert [row["body_text"] for row in csv_rows(make_article(body_text=text), FULL)] == [text, FULL.body_text]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "'=", "'' \u3000@"])  # noqa: RUF001
def test_a_formula_is_disarmed(start: str) -> None:
    assert flatten("title", f"{start}SUM(1)") == f"'{start}SUM(1)"
    assert flatten("authors", [f"{start}A", "B"]) == f"'{start}A; B"
    assert flatten("breadcrumbs", [{"name": f"{start}A", "url": ""}]) == f"'{start}A"


@given(st.sampled_from(["title", "body_text", "byline"]), st.text() | st.text("'=+-@\t\r\n a＝"))  # noqa: RUF001
def test_a_cell_is_the_text_or_the_text_behind_a_quote_mark(name: str, text: str) -> None:
    cell = flatten(name, text)
    assert not re.match(r"\s*[=+\-@]|[\t\r\n]", cell)
    assert (cell[1:] if re.match(r"'['\s]*[=+\-@＝＋－＠]|'+[\t\r\n]", cell) else cell) == text  # noqa: RUF001


@pytest.mark.parametrize(("value", "cell"), [(None, ""), (0, 0), (-1, -1), ([], ""), ("", "")])
def test_what_is_no_text_is_left_alone_and_none_is_empty(value: Any, cell: Any) -> None:
    assert flatten("authors" if value == [] else "views", value) == cell


def test_xml_has_every_field_and_none_is_an_empty_element() -> None:
    (item,) = etree.fromstring(export(ArticleXmlExporter, FULL))
    assert [field.tag for field in item] == list(ARTICLE_FIELDS)
    assert item.findtext("title") == "=1+1"
    assert item.findtext("subtitle") == ""
    assert [author.text for author in item.find("authors")] == ["Lin, Wei", "渡口"]
    assert [alt.text for alt in item.findall("images/value/alt")] == [None, "A pier"]
    assert item.findtext("breadcrumbs/value/name") == "RESEARCH"
    assert b"None" not in export(ArticleXmlExporter, FULL)
