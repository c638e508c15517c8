"""Health checks on crawls of a site that has each fault, and of one that has none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from scrapy.settings import Settings

from sassspider.extensions.health import HealthExtension

from ..crawling import Run, crawl
from ..mocksite import Server, Site, SiteOptions, build_site
from ..samples import make_article, make_page

ARTICLES = 30
SPOILER = """
class Spoiler:
    def process_item(self, item):
        item.views = str(item.views)
        return item
"""


def make_site(**options: Any) -> Site:
    return build_site(seed=3, articles=ARTICLES, options=SiteOptions(**options))


def crawl_site(folder: Path, settings: dict[str, str] | None = None, **options: Any) -> Run:
    with Server(make_site(**options)) as server:
        return crawl(folder, server.url, settings=settings)


def alarms(run: Run) -> list[str]:
    return [line.partition("Health check failed: ")[2] for line in run.stderr.splitlines() if "check failed: " in line]


def warnings(run: Run) -> list[str]:
    return [line.partition("Health: ")[2] for line in run.stderr.splitlines() if "WARNING: Health: " in line]


def assert_healthy(run: Run) -> None:
    assert (run.code, alarms(run), warnings(run)) == (0, [], []), run.stderr


def test_clean_narrow_and_idle_runs_raise_nothing(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        for given in ({"limit": "3"}, {"until": "2026-01-10"}, {}, {}, {"mode": "refresh"}):
            assert_healthy(crawl(tmp_path, server.url, **given))
        site.publish(1)
        assert_healthy(crawl(tmp_path, server.url))


@pytest.mark.parametrize(
    ("options", "alarm"),
    [
        ({"extra": ("h6",)}, f"layout changes: unknown element html/body/div/h6 on {ARTICLES} of {ARTICLES} pages"),
        ({"lacking": ("h1",)}, f"layout changes: html/body/div/h1 on none of {ARTICLES} pages"),
        (
            {"blank": ("h5",)},
            f"field coverage: byline in 0 of {ARTICLES - 1} articles (at least 60% expected); "
            f"authors in 0 of {ARTICLES - 1} articles (at least 60% expected)",
        ),
    ],
)
def test_rebuilt_site_is_an_alarm(tmp_path: Path, options: dict[str, Any], alarm: str) -> None:
    run = crawl_site(tmp_path, **options)
    assert run.code == 3
    assert alarm in alarms(run)
    assert f"health: {alarm}" in run.stderr.splitlines()[-1]
    assert "Traceback" not in run.stderr


def test_empty_section_is_an_alarm(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        crawl(tmp_path, server.url)
        for one in site.ids():
            site.remove(one)
        run = crawl(tmp_path, server.url)
    assert run.code == 1
    assert f"the site shows no article of a section of which {ARTICLES} are archived" in run.stderr


def test_spoiled_items_are_an_alarm(tmp_path: Path) -> None:
    (tmp_path / "spoiler.py").write_text(SPOILER, encoding="utf-8")
    pipelines = '{"sassspider.pipelines.archive.ArchivePipeline": 200, "spoiler.Spoiler": 800}'
    with Server(make_site()) as server:
        run = crawl(tmp_path, server.url, settings={"ITEM_PIPELINES": pipelines}, hook=tmp_path)
    assert run.code == 3
    assert alarms(run)[0].startswith(f"items valid: articles that violate article.schema.json: {ARTICLES}: http")
    assert alarms(run)[0].endswith("aspx (views), …")


def test_broken_alarm_fails_no_healthy_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SASSSPIDER_ALERTS", "pigeon://t0ken-secret json://127.0.0.1:1/t0ken-secret")
    run = crawl_site(tmp_path, {"LOG_LEVEL": "DEBUG"})
    assert run.code == 0
    assert run.stderr.count("HEALTH_ALERTS: ") == 1
    (tmp_path / "b").mkdir()
    sick = crawl_site(tmp_path / "b", {"LOG_LEVEL": "DEBUG"}, extra=("h6",))
    assert "no alarm was sent to json://…" in sick.stderr
    assert "t0ken-secret" not in run.stderr + sick.stderr


def test_checks_can_be_switched_off(tmp_path: Path) -> None:
    run = crawl_site(tmp_path, {"HEALTH_ENABLED": "0"}, extra=("h6",))
    assert run.code == 0
    assert "health/" not in run.stderr


def test_element_paths_of_a_run_are_bounded() -> None:
    class Crawler:
        settings = Settings({"HEALTH_ENABLED": True})

    health = HealthExtension(Crawler())  # type: ignore[arg-type]

    def scrape(markup: str) -> None:
        article = make_article()
        article.page = replace(make_page(), tree=etree.fromstring(f"<html><body>{markup}</body></html>"))
        health.item_scraped(article)

    for page in range(100):
        scrape("".join(f"<x{page}-{number}/>" for number in range(90)))
    assert len(health.paths) < 1_200
    scrape("<span/><x0-1/>")
    assert health.paths["html/body/span"] == 1, "a known path counts however many unknown ones there were"
    assert health.paths["html/body/x0-1"] == 2
