"""What makes an article complete and true to its page; ``docs/article.md`` has the rules."""

from __future__ import annotations

from collections.abc import Iterator

from sassspider.items import Article
from sassspider.printable import shorten
from sassspider.urls import parse_article_url


def find_problems(article: Article) -> Iterator[str]:
    """Yield, in words, each reason why ``article`` must not be kept; nothing when it is sound."""
    if article.id <= 0:
        yield "id is missing"
    if not article.title:
        yield "title is missing"
    if not article.date_published:
        printed = article.date_published_raw
        yield f"date_published is not a date: {shorten(repr(printed))}" if printed else "date_published is missing"
    if not article.body_text and not article.images:
        yield "body_text is missing"
    yield from _find_disagreements(article)


def _find_disagreements(article: Article) -> Iterator[str]:
    named = parse_article_url(article.url)
    if named is None:
        yield "url names no article"
    elif article.id > 0 and article.id != named.id:
        yield f"id {article.id} of the page disagrees with its URL"
    if named is not None and article.section_id != named.section_id:
        yield f"section_id {shorten(repr(article.section_id))} of the page disagrees with its URL"
