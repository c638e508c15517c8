"""Each article once, and re-posts told from originals."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.statscollectors import MemoryStatsCollector

from sassspider.items import Article
from sassspider.pipelines.duplicates import DuplicatesPipeline

from ..samples import make_article

HASHES = {name: f"sha256:{name * 64}" for name in "ab"}


def make_pipeline(**settings: object) -> DuplicatesPipeline:
    crawler = Crawler(Spider, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    return DuplicatesPipeline.from_crawler(crawler)


def make(article_id: int, content: str = "a", duplicate_of: int | None = None) -> Article:
    return make_article(
        id=article_id,
        url=f"http://en.sass.cn/103002/{article_id}.aspx",
        content_hash=HASHES[content],
        duplicate_of=duplicate_of,
    )


def test_different_articles_pass_unchanged() -> None:
    pipeline, articles = make_pipeline(), [make(1, "a"), make(2, "b")]
    assert [pipeline.process_item(article) for article in articles] == articles
    assert [article.duplicate_of for article in articles] == [None, None]


def test_other_items_pass() -> None:
    pipeline, item = make_pipeline(), {"id": 1}
    assert [pipeline.process_item(item), pipeline.process_item(item)] == [item, item]


@pytest.mark.parametrize("keep", [True, False])
def test_same_article_is_dropped(keep: bool) -> None:
    pipeline = make_pipeline(KEEP_DUPLICATES=keep)
    pipeline.process_item(make(1))
    with pytest.raises(DropItem, match=r"/1\.aspx was emitted before"):
        pipeline.process_item(make(1, "b"))


def test_repost_is_dropped_with_its_original_named() -> None:
    pipeline = make_pipeline()
    pipeline.process_item(make(1))
    for article_id in (2, 3):
        with pytest.raises(DropItem, match=rf"/{article_id}\.aspx repeats article 1"):
            pipeline.process_item(make(article_id))


def test_kept_repost_has_duplicate_of() -> None:
    pipeline = make_pipeline(KEEP_DUPLICATES=True)
    kept = [pipeline.process_item(make(article_id)) for article_id in (1, 2, 3)]
    assert [article.duplicate_of for article in kept if isinstance(article, Article)] == [None, 1, 1]


def test_duplicate_of_from_archive_counts() -> None:
    with pytest.raises(DropItem, match="repeats article 1"):
        make_pipeline().process_item(make(2, duplicate_of=1))
    assert make_pipeline(KEEP_DUPLICATES=True).process_item(make(2, duplicate_of=1)) == make(2, duplicate_of=1)
