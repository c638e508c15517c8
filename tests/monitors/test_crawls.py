"""Health checks on real crawls of a site that has each fault, and of one that has none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.mocksite import LIST_SHAPES, Server, Site, SiteOptions, build_site

from ..crawling import Run, scrapy
from ..crawling import crawl as crawl_in_a_process
from ..in_process import crawl

ARTICLES = 30
SPOILER = """
class Spoiler:
    def process_item(self, item):
        item.views = str(item.views)
        return item
"""


def make_site(**options: Any) -> Site:
    return build_site(seed=3, articles=ARTICLES, options=SiteOptions(**options))


@contextmanager
def serving(**options: Any) -> Iterator[Server]:
    with Server(make_site(**options)) as server:
        yield server


def alarms(run: Run) -> list[str]:
    return [line.partition("Health check failed: ")[2] for line in run.stderr.splitlines() if "check failed: " in line]


def warnings(run: Run) -> list[str]:
    return [line.partition("Health: ")[2] for line in run.stderr.splitlines() if "WARNING: Health: " in line]


def assert_healthy(run: Run) -> None:
    assert (run.code, alarms(run), warnings(run)) == (0, [], []), run.stderr


@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_a_clean_run_raises_nothing(tmp_path: Path, shape: str) -> None:
    with serving(list_shape=shape) as server:
        run = crawl(tmp_path, server.url)
    assert_healthy(run)
    assert "'health/failed': []" in run.stderr


def test_neither_do_narrow_runs_and_those_that_find_nothing_or_little(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        for given in ({"limit": "3"}, {"limit": "3"}, {"until": "2026-01-10"}, {}, {}, {"mode": "refresh"}):
            assert_healthy(crawl(tmp_path, server.url, **given))
        site.publish(1)
        assert_healthy(crawl(tmp_path, server.url))


@pytest.mark.parametrize(
    ("options", "alarm"),
    [
        ({"extra": ("h6",)}, f"layout drift: unknown element html/body/div/h6 on {ARTICLES} of {ARTICLES} pages"),
        ({"lacking": ("dd",)}, f"layout drift: html/body/div/dd on none of {ARTICLES} pages"),
        ({"lacking": ("h1",)}, f"layout drift: html/body/div/h1 on none of {ARTICLES} pages"),
        (
            {"blank": ("h5",)},
            f"field coverage: byline in 0 of {ARTICLES - 1} articles (at least 60% expected); "
            f"authors in 0 of {ARTICLES - 1} articles (at least 60% expected)",
        ),
    ],
)
def test_a_rebuilt_site_is_an_alarm(tmp_path: Path, options: dict[str, Any], alarm: str) -> None:
    with serving(**options) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 3
    assert alarm in alarms(run)
    assert f"health: {alarm}" in run.reasons
    assert "Traceback" not in run.stderr


def test_articles_that_are_named_and_cannot_be_had_are_an_alarm(tmp_path: Path) -> None:
    bad = make_site().ids()[6]
    with serving(faults={bad: "not-found"}) as server:
        run = crawl(tmp_path, server.url)
        narrow = crawl(tmp_path, server.url, limit="2")
    named = "completeness: articles that pages of the section name, and that are not archived"
    assert (run.code, alarms(run)) == (3, [f"{named}: 1 ({bad})"])
    assert alarms(narrow) == []


def test_many_damaged_pages_are_an_alarm(tmp_path: Path) -> None:
    faults = dict.fromkeys(make_site().ids()[::3], "truncated")
    with serving(faults=faults) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 3
    assert f"damaged share: 10 of {ARTICLES} pages were refused (33%, at most 5% expected)" in alarms(run)


def test_a_server_that_often_fails_is_an_alarm(tmp_path: Path) -> None:
    faults = dict.fromkeys(make_site().ids()[::2], "server-error")
    with serving(faults=faults) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 3
    assert "error ratio: 60 of 77 requests came to nothing (78%, at most 10% expected)" in alarms(run)


def test_a_section_that_had_articles_and_has_none_is_an_alarm(tmp_path: Path) -> None:
    site = make_site()
    with Server(site) as server:
        crawl(tmp_path, server.url)
        for one in site.ids():
            site.remove(one)
        run = crawl(tmp_path, server.url)
    assert run.code == 1
    assert f"zero articles: the site shows no article of a section of which {ARTICLES} are archived" in alarms(run)


def test_a_site_whose_lists_name_nothing_is_no_alarm(tmp_path: Path) -> None:
    with serving(list_empty=True, home="bare") as server:
        assert_healthy(crawl(tmp_path, server.url))


def test_an_old_newest_article_is_a_warning_only(tmp_path: Path) -> None:
    with serving() as server:
        run = crawl(tmp_path, server.url, settings={"HEALTH_MAX_AGE_DAYS": "1"})
    assert (run.code, alarms(run)) == (0, [])
    assert len(warnings(run)) == 1
    assert warnings(run)[0].startswith("newest article: published on 20")


def test_articles_spoiled_on_their_way_to_the_outputs_are_an_alarm(tmp_path: Path) -> None:
    (tmp_path / "spoiler.py").write_text(SPOILER, encoding="utf-8")
    pipelines = '{"sassspider.pipelines.archive.ArchivePipeline": 200, "spoiler.Spoiler": 800}'
    with serving() as server:
        run = crawl_in_a_process(tmp_path, server.url, settings={"ITEM_PIPELINES": pipelines}, hook=tmp_path)
    assert run.code == 3
    assert [line.partition(" http")[0] for line in alarms(run)] == [
        f"items valid: articles with fields of a wrong type or form: {ARTICLES}:"
    ]
    assert alarms(run)[0].endswith("aspx (views), …")


def test_a_wrong_limit_does_not_pass_for_healthy(tmp_path: Path) -> None:
    with serving() as server:
        run = crawl(tmp_path, server.url, limit="2", settings={"HEALTH_MIN_PAGES": "few"})
    assert (run.code, alarms(run)) == (3, ["HEALTH_MIN_PAGES is 'few': write a number, 0 or more"])
    assert "Traceback" not in run.stderr


def test_the_checks_can_be_switched_off(tmp_path: Path) -> None:
    with serving(extra=("h6",)) as server:
        run = crawl(tmp_path, server.url, settings={"HEALTH_ENABLED": "0"})
    assert run.code == 0
    assert "health/" not in run.stderr


def test_commands_that_crawl_nothing_do_not_wait_for_spidermon(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import atexit, sys\natexit.register(lambda: print([one for one in sys.modules if 'spidermon' in one]))\n",
        encoding="utf-8",
    )
    assert scrapy(tmp_path, "list", hook=tmp_path).stdout.splitlines()[-1] == "[]"
