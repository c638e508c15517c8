"""Parquet in row groups, by a schema that has every field of the article."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyarrow import parquet

from sassspider.items import ARTICLE_FIELDS
from sassspider.outputs.parquet import ROW_GROUP, SCHEMA, ArticleParquetExporter

from ..archive.seen import make_article


def test_the_schema_has_the_fields_in_order() -> None:
    assert SCHEMA.names == list(ARTICLE_FIELDS)


@pytest.mark.parametrize("count", [0, 1, ROW_GROUP, 2 * ROW_GROUP + 1])
def test_rows_come_in_groups_of_a_thousand(tmp_path: Path, count: int) -> None:
    path = tmp_path / "x.parquet"
    article = make_article(1)
    with path.open("wb") as file:
        exporter = ArticleParquetExporter(file)
        exporter.start_exporting()
        for number in range(count):
            exporter.export_item(replace(article, id=number))
        exporter.finish_exporting()
    found = parquet.ParquetFile(path)
    sizes = [found.metadata.row_group(number).num_rows for number in range(found.num_row_groups)]
    assert sum(sizes) == count
    assert sizes[:-1] == [ROW_GROUP] * (len(sizes) - 1)
    assert parquet.read_table(path).column("id").to_pylist() == list(range(count))
