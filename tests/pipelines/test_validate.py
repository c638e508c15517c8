"""Damaged pages are dropped, counted and kept in quarantine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector

from sassspider.items import RejectedPage
from sassspider.pipelines.validate import ValidatePipeline

from ..samples import URL, make_article, make_page

BODY = b"<html>half a page"


@pytest.fixture
def crawler(tmp_path: Path) -> Crawler:
    crawler = Crawler(Spider, {"QUARANTINE_DIR": str(tmp_path / "quarantine")})
    crawler.stats = MemoryStatsCollector(crawler)
    return crawler


@pytest.fixture
def pipeline(crawler: Crawler) -> ValidatePipeline:
    return ValidatePipeline.from_crawler(crawler)


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "quarantine").glob("*.xml"))


def test_article_passes_unchanged(pipeline: ValidatePipeline, crawler: Crawler, tmp_path: Path) -> None:
    article = make_article()
    assert pipeline.process_item(article) is article
    assert not (tmp_path / "quarantine").exists()
    assert crawler.stats.get_stats() == {}


def test_other_items_pass_unchanged(pipeline: ValidatePipeline) -> None:
    item = {"title": ""}
    assert pipeline.process_item(item) is item


def test_rejected_page_is_quarantined(pipeline: ValidatePipeline, crawler: Crawler, tmp_path: Path) -> None:
    with pytest.raises(DropItem) as dropped:
        pipeline.process_item(RejectedPage(make_page(BODY), "it is torn"))
    (path,) = kept(tmp_path)
    assert path.read_bytes() == BODY
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["reason"] == "it is torn"
    assert str(dropped.value) == f"{URL} is damaged: it is torn (bytes kept in {path})"
    assert dropped.value.log_level == "ERROR"
    assert crawler.stats.get_stats() == {"articles/damaged": 1}


def test_unwritable_quarantine_still_drops(pipeline: ValidatePipeline, crawler: Crawler, tmp_path: Path) -> None:
    (tmp_path / "quarantine").write_text("no folder", encoding="utf-8")
    with pytest.raises(DropItem, match=r"is damaged: title is missing \(its bytes could not be kept: "):
        pipeline.process_item(RejectedPage(make_page(BODY), "title is missing"))
    assert crawler.stats.get_value("articles/damaged") == 1


def test_long_url_is_truncated(pipeline: ValidatePipeline, tmp_path: Path) -> None:
    page = make_page(BODY, f"{URL}?{'x' * 100_000}")
    with pytest.raises(DropItem) as dropped:
        pipeline.process_item(RejectedPage(page, "not well-formed"))
    assert len(str(dropped.value)) < 1_000
    assert len(json.loads(kept(tmp_path)[0].with_suffix(".json").read_text(encoding="utf-8"))["url"]) < 400
