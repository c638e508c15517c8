"""Each article once, and re-posts linked to their originals."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from sassspider.items import Article
from sassspider.pipelines.duplicates import DuplicatesPipeline

from ..samples import make_article

HASHES = {name: f"sha256:{name * 64}" for name in "ab"}


def make_pipeline(**settings: object) -> DuplicatesPipeline:
    return DuplicatesPipeline.from_crawler(Crawler(Spider, settings))


def make(article_id: int, content: str = "a", duplicate_of: int | None = None) -> Article:
    url = f"http://en.sass.cn/103002/{article_id}.aspx"
    return make_article(id=article_id, url=url, content_hash=HASHES[content], duplicate_of=duplicate_of)


def test_other_articles_and_items_pass() -> None:
    pipeline, items = make_pipeline(), [make(1, "a"), make(2, "b"), {"id": 1}, {"id": 1}]
    assert [pipeline.process_item(item) for item in items] == items


@pytest.mark.parametrize("keep", [True, False])
def test_same_article_is_dropped(keep: bool) -> None:
    pipeline = make_pipeline(KEEP_DUPLICATES=keep)
    pipeline.process_item(make(1))
    with pytest.raises(DropItem, match=r"/1\.aspx was emitted before"):
        pipeline.process_item(make(1, "b"))


@pytest.mark.parametrize("known", [None, 1])
def test_repost_names_its_original(known: int | None) -> None:
    pipeline, keeping = make_pipeline(), make_pipeline(KEEP_DUPLICATES=True)
    for one in (pipeline, keeping) if known is None else ():
        one.process_item(make(1))
    with pytest.raises(DropItem, match=r"/2\.aspx repeats article 1"):
        pipeline.process_item(make(2, duplicate_of=known))
    assert keeping.process_item(make(2, duplicate_of=known)) == make(2, duplicate_of=1)
