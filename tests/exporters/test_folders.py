"""Formats that are a folder: Markdown, text, dataset."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import frictionless
import pytest
import yaml
from pyarrow import parquet

from sassspider.arguments import ArgumentError
from sassspider.exporters.dataset import DatasetExporter
from sassspider.exporters.folders import MarkdownExporter, TextExporter
from sassspider.files import atomic_folder

from .hostile import ARTICLES, PLAIN, TEXTS, write, write_folder

DATASET = ["CITATION.cff", "README.md", "article.schema.json", "articles.csv", "articles.parquet", "datapackage.json"]


def read_markdown(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def test_markdown_is_front_matter_and_body(tmp_path: Path) -> None:
    names = write_folder(MarkdownExporter, tmp_path / "notes", *ARTICLES)
    assert names == sorted(f"{one.date_published}_{one.id}.md" for one in ARTICLES)
    for article in ARTICLES:
        front, body = read_markdown(tmp_path / "notes" / f"{article.date_published}_{article.id}.md")
        assert body == f"\n{article.body_markdown}\n".replace("\r\n", "\n")
        assert next(iter(front)) == "title"
        assert (front["title"], front["id"], front["source"]) == (article.title, article.id, article.url)
        assert front["date"] == date.fromisoformat(article.date_published)
        assert front.get("authors", []) == article.authors
    assert read_markdown(tmp_path / "notes/2025-03-04_43.md")[0]["date_removed"] == date(2026, 2, 1)


def test_markdown_links_to_kept_files(tmp_path: Path) -> None:
    """The address may have any character, and a fragment."""
    kept = tmp_path / "0123.pdf"
    kept.write_bytes(b"%PDF-")
    address = "http://en.sass.cn/a(1)&amp;b.pdf"
    article = replace(
        PLAIN, body_markdown=rf'[a](http://en.sass.cn/a\(1\)\&amp;b.pdf#page=2 "b") [c]({address}x) {address}'
    )
    with atomic_folder(tmp_path / "notes") as folder:
        write(MarkdownExporter(folder, files={address: kept}), article, article)
    _, body = read_markdown(tmp_path / "notes/2025-03-04_41.md")
    assert body.strip() == f'[a](media/0123.pdf#page=2 "b") [c]({address}x) {address}'
    assert (tmp_path / "notes/media/0123.pdf").read_bytes() == b"%PDF-"
    (tmp_path / "notes/media/mine.pdf").write_bytes(b"mine")
    with pytest.raises(ArgumentError, match=r"has files that no export wrote, such as media/mine\.pdf"):
        write_folder(MarkdownExporter, tmp_path / "notes", PLAIN)
    assert (tmp_path / "notes/2025-03-04_41.md").exists()


def test_text_has_files_and_table(tmp_path: Path) -> None:
    names = write_folder(TextExporter, tmp_path / "text", *ARTICLES, PLAIN)
    with (tmp_path / "text/metadata.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["file"] for row in rows) == [name for name in names if name != "metadata.csv"]
    assert [row["file"] for row in rows if row["id"] == "41"] == ["2025-03-04_41.txt", "2025-03-04_41-2.txt"]
    for row, article in zip(rows, ARTICLES, strict=False):
        text = (tmp_path / "text" / row["file"]).read_bytes().decode()
        assert text == f"{article.body_text}\n"
        assert row["title"].removeprefix("'") == article.title
    assert "'=1+1" in {row["title"] for row in rows}


def test_dataset_describes_itself(tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    assert write_folder(DatasetExporter, folder, *ARTICLES) == DATASET
    front, card = read_markdown(folder / "README.md")
    assert front["configs"] == [{"config_name": "default", "data_files": "articles.parquet"}]
    assert f"{len(ARTICLES)} articles of en.sass.cn, published from 2025-03-04 to 2025-03-04" in card
    assert "1 of the articles were no longer on the site" in card
    citation = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["cff-version"], citation["type"]) == ("1.2.0", "dataset")
    assert citation["authors"] == [{"name": "Sichuan Academy of Social Sciences"}]
    assert parquet.read_table(folder / "articles.parquet").num_rows == len(ARTICLES)


def test_dataset_is_a_valid_data_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(DatasetExporter, tmp_path / "dataset", *ARTICLES)
    monkeypatch.chdir(tmp_path / "dataset")
    report = frictionless.validate("datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])
    fields = json.loads(Path("datapackage.json").read_text(encoding="utf-8"))["resources"][0]["schema"]["fields"]
    types = {one["name"]: one["type"] for one in fields}
    assert (types["id"], types["views"]) == ("integer", "integer")
    assert (types["date_published"], types["date_published_raw"]) == ("date", "string")


def test_hugging_face_loads_the_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    import datasets  # reads the environment

    write_folder(DatasetExporter, tmp_path / "dataset", *ARTICLES)
    found = datasets.load_dataset(str(tmp_path / "dataset"), split="train", cache_dir=str(tmp_path / "cache"))
    assert found["title"][-len(TEXTS) :] == TEXTS
    types = {name: found.features[name].dtype for name in ("id", "date_published", "date_published_raw")}
    assert types == {"id": "int64", "date_published": "date32", "date_published_raw": "string"}


def test_folder_is_back_after_kill(tmp_path: Path) -> None:
    kept = tmp_path / ".notes.old"
    kept.mkdir()
    (kept / "a.md").write_text("a")
    (kept / ".sassspider").write_text("a.md\n")
    with suppress(KeyboardInterrupt), atomic_folder(tmp_path / "notes"):
        raise KeyboardInterrupt
    assert (tmp_path / "notes/a.md").read_text() == "a"
