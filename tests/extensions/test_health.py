"""Health checks on crawls of a site that has each fault, and of one that has none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sassspider.items import Article

from ..crawling import Run
from ..in_process import crawl
from ..mocksite import Server, Site, SiteOptions, build_site

ARTICLES = 12


class SpoilingPipeline:
    """Makes each article invalid."""

    def process_item(self, item: Article) -> Article:
        item.views = str(item.views)  # type: ignore[assignment]
        return item


def make_site(**options: Any) -> Site:
    return build_site(seed=3, articles=ARTICLES, options=SiteOptions(**options))


def crawl_site(folder: Path, settings: dict[str, str] | None = None, **options: Any) -> Run:
    with Server(make_site(**options)) as server:
        return crawl(folder, server.url, settings=settings)


def alarms(run: Run) -> list[str]:
    return [line.partition("Health check failed: ")[2] for line in run.stderr.splitlines() if "check failed: " in line]


def test_healthy_crawls_raise_no_alarm(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        for given in ({"limit": "3"}, {"until": "2026-01-10"}, {}, {}, {"mode": "refresh"}):
            run = crawl(tmp_path, server.url, **given)
            assert (run.code, alarms(run), run.stats["health/warnings"]) == (0, [], [])


@pytest.mark.parametrize(
    ("options", "alarm"),
    [
        ({"extra": ("h6",)}, "layout changes: unknown element html/body/div/h6 on 12 of 12 pages"),
        ({"blank": ("h3",)}, "field coverage: editor in 0 of 11 articles (at least 60% expected)"),
    ],
)
def test_rebuilt_site_is_an_alarm(tmp_path: Path, options: dict[str, Any], alarm: str) -> None:
    run = crawl_site(tmp_path, **options)
    assert run.code == 3
    assert alarm in alarms(run)
    assert f"health: {alarm}" in run.reasons
    assert "Traceback" not in run.stderr


def test_spoiled_items_are_an_alarm(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, {"ITEM_PIPELINES": f'{{"{__name__}.SpoilingPipeline": 800}}'})
    assert run.code == 3
    assert alarms(run)[0].startswith(f"items valid: articles that violate article.schema.json: {ARTICLES} (http")
    assert alarms(run)[0].endswith("aspx (views), …)")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
def test_unsent_alarm_fails_no_crawl(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, {"HEALTH_ALERTS": "pigeon://t0ken-secret"})
    assert (run.code, run.stderr.count("HEALTH_ALERTS: pigeon://… is no Apprise URL")) == (0, 1)
    assert "t0ken-secret" not in run.stderr


def test_checks_can_be_switched_off(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, {"SPIDERMON_SPIDER_CLOSE_MONITORS": ""}, extra=("h6",))
    assert (run.code, run.stats["health/failed"]) == (0, [])
