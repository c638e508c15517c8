"""Health checks on crawls of a site that has each fault, and of one that has none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sassspider.items import Article

from ..crawling import Run
from ..in_process import crawl
from ..mocksite import Server, build_site

ARTICLES = 12
NEW_ELEMENT = (b"<h1>", b"<h6>x</h6><h1>")


class SpoilingPipeline:
    """Makes each article invalid."""

    def process_item(self, item: Article) -> Article:
        item.views = str(item.views)  # type: ignore[assignment]
        return item


def crawl_site(folder: Path, change: tuple[bytes, bytes] = (b"", b""), **settings: str) -> Run:
    """Crawl the site with this change in each page."""
    with Server(build_site(seed=3, articles=ARTICLES)) as server:
        server.deliver = lambda _, response: response._replace(body=re.sub(*change, response.body))
        return crawl(folder, server.url, settings=settings)


def alarms(run: Run) -> list[str]:
    return [line.partition("Health check failed: ")[2] for line in run.stderr.splitlines() if "check failed: " in line]


def test_healthy_crawls_raise_no_alarm(tmp_path: Path) -> None:
    with Server(build_site(seed=3, articles=ARTICLES)) as server:
        for given in ({"limit": "3"}, {"until": "2026-01-10"}, {}, {}, {"mode": "refresh"}):
            run = crawl(tmp_path, server.url, **given)
            assert (run.code, alarms(run), run.stats["health/warnings"]) == (0, [], [])


@pytest.mark.parametrize(
    ("change", "alarm"),
    [
        (NEW_ELEMENT, "layout changes: unknown element html/body/div/h6 on 12 of 12 pages"),
        ((rb"<h3>.*?</h3>", b"<h3 />"), "field coverage: editor in 0 of 11 articles (at least 60% expected)"),
    ],
)
def test_rebuilt_site_is_an_alarm(tmp_path: Path, change: tuple[bytes, bytes], alarm: str) -> None:
    run = crawl_site(tmp_path, change)
    assert run.code == 3
    assert alarm in alarms(run)
    assert f"health: {alarm}" in run.reasons


def test_spoiled_items_are_an_alarm(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, ITEM_PIPELINES=f'{{"{__name__}.SpoilingPipeline": 800}}')
    assert run.code == 3
    assert alarms(run)[0].startswith(f"items valid: articles that violate article.schema.json: {ARTICLES} (http")
    assert alarms(run)[0].endswith(" more)")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
def test_unsent_alarm_fails_no_crawl(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, HEALTH_ALERTS="pigeon://t0ken-secret")
    assert (run.code, run.stderr.count("HEALTH_ALERTS: pigeon://… is no Apprise URL")) == (0, 1)
    assert "t0ken-secret" not in run.stderr


def test_checks_can_be_switched_off(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, NEW_ELEMENT, SPIDERMON_SPIDER_CLOSE_MONITORS="")
    assert (run.code, run.stats["health/failed"]) == (0, [])
