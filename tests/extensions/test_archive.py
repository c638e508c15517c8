"""Articles that come while a transaction runs: the next one saves them all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings

from sassspider.archive.archive import Archive
from sassspider.archive.section import SaveResult
from sassspider.arguments import parse_arguments
from sassspider.extensions.archive import ArchiveExtension
from sassspider.items import Article

from ..archive.factories import SECTION, make_article, make_page

TOO_LARGE = 2**70  # for SQLite: its driver raises an error of Python's


@pytest.fixture
def extension(tmp_path: Path) -> Iterator[ArchiveExtension]:
    crawler: Any = SimpleNamespace(settings=Settings({"ARCHIVE_TIMEOUT": 1}), crawling=True)
    with Archive.open(f"sqlite:///{tmp_path}/archive.db") as archive:
        extension = ArchiveExtension(archive, parse_arguments({}, SECTION), crawler)
        yield extension
        extension.executor.shutdown()


async def save(extension: ArchiveExtension, article: Article) -> SaveResult:
    return await extension.save(article, make_page(article))


def test_each_caller_gets_its_own_error(extension: ArchiveExtension) -> None:
    async def save_all() -> list[SaveResult | BaseException]:
        found = [make_article(1), make_article(2, views=TOO_LARGE), make_article(3)]
        return await asyncio.gather(*(save(extension, one) for one in found), return_exceptions=True)

    first, *others = asyncio.run(save_all())
    assert first == ("new", None)
    assert [type(one) for one in others] == [OverflowError] * 2
    assert asyncio.run(save(extension, make_article(3))) == ("new", None)


def test_repeated_article_is_saved_again(extension: ArchiveExtension) -> None:
    async def save_all() -> list[SaveResult]:
        first, *others = (asyncio.ensure_future(save(extension, make_article(one))) for one in (1, 2, 3, 4))

        async def save_again() -> SaveResult:
            await first  # the transaction for 2, 3 and 4 is next
            return await save(extension, make_article(3, 2, title="Another title"))

        return await asyncio.gather(first, *others, save_again())

    assert [change for change, _ in asyncio.run(save_all())] == ["new"] * 4 + ["changed"]
