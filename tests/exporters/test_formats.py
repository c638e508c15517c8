"""Articles in each format."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itemadapter import ItemAdapter
from lxml import etree
from pyarrow import parquet
from scrapy import Field, Item

from sassspider.exporters.parquet import ROW_GROUP, ParquetExporter, make_schema
from sassspider.exporters.plain import CsvExporter, JsonLinesExporter, XmlExporter, flatten
from sassspider.items import ARTICLE_FIELDS, Article, Attachment, Breadcrumb, Image, as_record

from ..samples import make_article
from .hostile import write_file

FULL = make_article(
    title="=1+1",
    authors=["Lin, Wei", "渡口"],
    breadcrumbs=[Breadcrumb(name="RESEARCH", url="http://a/1"), Breadcrumb(name="Commentary", url="http://a/2")],
    images=[Image(url="http://a/1.png", alt=None), Image(url="http://a/2.png", alt="A pier")],
    attachments=[Attachment(url="http://a/b.pdf", name="B")],
)
TEXT = st.text(st.characters(codec=None) | st.sampled_from('\u2028\u2029\x85\n\r\\"\ud83d\ude00\x00'))


class Quote(Item):
    """An item of another spider."""

    text = Field()
    author = Field()


def csv_rows(*articles: Article) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write_file(CsvExporter, *articles).decode(), newline="")))


@given(st.fixed_dictionaries(dict.fromkeys(("title", "body_text"), TEXT)))
@example({"title": "a\u2028b\u2029c\x85d\ud800e\\\x7f\x1f"})
def test_any_text_is_one_json_line(changes: dict[str, str]) -> None:
    article = replace(FULL, views=10**20, **changes)
    line = write_file(JsonLinesExporter, article)
    assert json.loads(line) == as_record(article)
    assert not {"\n", "\u2028", "\u2029", "\r"} & set(line.decode()[:-1])


def test_jsonl_has_chosen_fields() -> None:
    assert write_file(JsonLinesExporter, FULL, fields_to_export=["id", "title"]) == b'{"id":41,"title":"=1+1"}\n'
    quote = Quote(text="渡", author="A")
    assert write_file(JsonLinesExporter, quote, {"b": 1}) == '{"text":"渡","author":"A"}\n{"b":1}\n'.encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_jsonl_in_another_encoding(encoding: str) -> None:
    """A byte order mark stands at the beginning of the file only."""
    lines = write_file(JsonLinesExporter, FULL, FULL, encoding=encoding).decode(encoding).splitlines()
    assert list(map(json.loads, lines)) == [as_record(FULL)] * 2


def test_csv_row_has_every_field() -> None:
    (row,) = csv_rows(FULL)
    assert tuple(row) == ARTICLE_FIELDS
    assert (row["id"], row["views"], row["title"]) == ("41", "7", "'=1+1")
    assert row["authors"] == "Lin, Wei; 渡口"
    assert row["breadcrumbs"] == "RESEARCH > Commentary"
    assert row["images"] == "http://a/1.png; http://a/2.png"
    assert row["attachments"] == "http://a/b.pdf"
    assert (row["subtitle"], row["duplicate_of"]) == ("", "")
    assert [flatten("views", value) for value in (0, -1)] == [0, -1]


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({}, ARTICLE_FIELDS),
        ({"fields_to_export": ["id", "title"]}, ("id", "title")),
        ({"fields_to_export": {"id": "number"}}, ("number",)),
    ],
)
def test_csv_without_articles_has_its_header(options: dict[str, Any], header: tuple[str, ...]) -> None:
    written = write_file(CsvExporter, **options).decode()
    assert list(csv.reader(io.StringIO(written, newline=""))) == [list(header)]
    assert write_file(CsvExporter, include_headers_line=False, **options) == b""


def test_csv_cell_survives_any_separator() -> None:
    texts = ['He said "go",\n\nand it went.', "a;=1+1", "a\t=1+1"]
    written = write_file(CsvExporter, *(make_article(title="x", body_text=text) for text in texts)).decode()
    assert [row["body_text"] for row in csv.DictReader(io.StringIO(written, newline=""))] == texts
    assert [f'"{text}"' in written for text in texts] == [False, True, True]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠", " =", "'=", "'' \u3000@"])  # noqa: RUF001
def test_csv_formula_is_disarmed(start: str) -> None:
    assert flatten("title", f"{start}SUM(1)") == f"'{start}SUM(1)"
    assert flatten("authors", [f"{start}A", "B"]) == f"'{start}A; B"
    assert flatten("breadcrumbs", [{"name": f"{start}A", "url": ""}]) == f"'{start}A"


def test_xml_has_every_field() -> None:
    (item,) = etree.fromstring(write_file(XmlExporter, FULL))
    assert [field.tag for field in item] == list(ARTICLE_FIELDS)
    assert item.findtext("title") == "=1+1"
    assert item.findtext("subtitle") == ""
    assert [author.text for author in item.find("authors")] == ["Lin, Wei", "渡口"]
    assert [alt.text for alt in item.findall("images/value/alt")] == [None, "A pier"]
    assert item.findtext("breadcrumbs/value/name") == "RESEARCH"
    assert b"None" not in write_file(XmlExporter, FULL)


@pytest.mark.parametrize("count", [0, 1, ROW_GROUP, 2 * ROW_GROUP + 1])
def test_parquet_has_row_groups(tmp_path: Path, count: int) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(write_file(ParquetExporter, *(replace(FULL, id=number) for number in range(count))))
    found = parquet.ParquetFile(path)
    sizes = [found.metadata.row_group(number).num_rows for number in range(found.num_row_groups)]
    assert sum(sizes) == count
    assert sizes[:-1] == [ROW_GROUP] * (len(sizes) - 1)
    assert parquet.read_table(path).column("id").to_pylist() == list(range(count))


def test_parquet_has_typed_fields_in_order() -> None:
    assert make_schema().names == list(ARTICLE_FIELDS) == list(ItemAdapter(FULL).field_names())
    types = {field.name: (str(field.type), field.nullable) for field in make_schema()}
    assert types["id"] == types["word_count"] == ("int64", False)
    assert types["views"] == types["next_id"] == ("int64", True)
    assert (types["date_published"], types["date_removed"]) == (("date32[day]", False), ("date32[day]", True))
    assert types["fetched_at"] == ("timestamp[ms, tz=UTC]", False)
    assert types["title"] == ("string", False)
    assert types["authors"][0].startswith("list<")
    assert "struct<url: string not null, alt: string>" in types["images"][0]


@pytest.mark.parametrize(
    ("chosen", "types"),
    [
        (["date_published", "id"], {"date_published": "date32[day]", "id": "int64"}),
        ({"date_published": "day", "id": "number"}, {"day": "date32[day]", "number": "int64"}),
        (["id", "of another spider"], {"id": "int64"}),
    ],
)
def test_parquet_has_chosen_fields(tmp_path: Path, chosen: Any, types: dict[str, str]) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(write_file(ParquetExporter, FULL, fields_to_export=chosen))
    table = parquet.read_table(path)
    assert {field.name: str(field.type) for field in table.schema} == types
    assert table.column(list(types)[-1]).to_pylist() == [41]


def test_parquet_that_failed_ends_silently(capfd: pytest.CaptureFixture[str]) -> None:
    """As where another exporter, or the disk, ended the work: its file is closed first."""
    with io.BytesIO() as file:
        exporter = ParquetExporter(file)
        exporter.start_exporting()
    del exporter
    assert "Traceback" not in capfd.readouterr().err
