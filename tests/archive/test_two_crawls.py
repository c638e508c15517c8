"""Two crawls of one section at once, into one archive and one file."""

from __future__ import annotations

from pathlib import Path

from tests.mocksite import Server, build_site

from .crawls import check_complete, start

ARTICLES = 80


def test_two_crawls_at_once_lose_nothing_and_double_nothing(archive_url: str, tmp_path: Path) -> None:
    settings = {"ARCHIVE_URL": archive_url}
    site = build_site(seed=3, articles=ARTICLES)
    with Server(site) as server:
        crawls = [start(tmp_path, server.url, settings, log=tmp_path / f"log{number}") for number in (1, 2)]
        runs = [crawl.wait() for crawl in crawls]
        for run in runs:
            check_complete(run, archive_url, site, server.url)
            assert "locked" not in run.stderr
        asked = len(server.requests)
        check_complete(start(tmp_path, server.url, settings).wait(), archive_url, site, server.url)
    assert len(server.requests) - asked < 5
    assert list((tmp_path / "data").glob("*.bak")) == []
