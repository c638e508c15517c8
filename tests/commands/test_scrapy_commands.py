"""Scrapy's own commands work as in any project."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..crawling import Run, scrapy
from ..in_process import command
from ..mocksite import Server, build_site

FAST = ("-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
COLLECTING = """
import gc
import scrapy

class Collecting(scrapy.Spider):
    name = "collecting"

    async def start(self):
        yield {"is_enabled": gc.isenabled(), "is_frozen": gc.get_freeze_count() > 0}
"""
OWN = """
import scrapy

class Own(scrapy.Spider):
    name = "own"
    allowed_domains = ["127.0.0.1"]

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {"title": response.xpath("//h1/text()").get()}
        yield scrapy.Request("http://elsewhere.invalid/")
"""


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[str, str, str]]:
    """Yield the site's URL, that of an article, and its title."""
    site = build_site(seed=3, articles=2)
    article_id = site.ids()[-1]
    with Server(site) as server:
        title = site.expected(article_id, server.url)["title"]
        yield server.url, f"{server.url}/103002/{article_id}.aspx", title


def assert_clean(run: Run) -> None:
    assert run.code == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_shell_has_the_response(tmp_path: Path, page: tuple[str, str, str]) -> None:
    run = scrapy(tmp_path, "shell", *FAST, "-c", "response.xpath('//h1/text()').get()", page[1])
    assert_clean(run)
    assert page[2] in run.stdout
    assert not (tmp_path / "data").exists()


def test_shell_with_a_spider_that_needs_arguments_is_no_traceback(tmp_path: Path) -> None:
    run = scrapy(tmp_path, "shell", *FAST, "--spider", "section", "http://127.0.0.1:9/")
    assert (run.code, "Traceback" in run.stderr) == (2, False)
    assert run.stderr.endswith("section is missing: write -a section=103002, the digits in the site's URLs\n")


def test_parse_shows_the_article(tmp_path: Path, page: tuple[str, str, str]) -> None:
    """It is no run: nothing is recorded, judged or exported."""
    options = ("--spider", "commentary", "-c", "parse_article", "-a", f"site={page[0]}", "--nocolour")
    run = scrapy(tmp_path, "parse", *FAST, *options, page[1])
    assert_clean(run)
    assert page[2] in run.stdout
    assert not (tmp_path / "data").exists()


def test_parse_shows_the_links_of_a_list(tmp_path: Path, page: tuple[str, str, str]) -> None:
    options = ("--spider", "commentary", "-c", "parse_list", "-a", f"site={page[0]}", "--nocolour", "--noitems")
    run = scrapy(tmp_path, "parse", *FAST, *options, f"{page[0]}/103002/default.aspx")
    assert_clean(run)
    assert page[1] in run.stdout


def test_fetch_with_the_spider_requests_one_page(tmp_path: Path) -> None:
    """Not the ways into the section, which a crawl tries in the end."""
    with Server(build_site(seed=3, articles=2)) as server:
        url = f"{server.url}/103002/{server.site.ids()[-1]}.aspx"
        mirror = ("-s", f'MIRRORS={{"127.0.0.1:{server.url.rpartition(":")[2]}": "en.sass.cn"}}')
        run = scrapy(tmp_path, "fetch", *FAST, *mirror, "-sRETRY_GIVE_UP_AFTER=0.1", "--spider", "commentary", url)
        assert server.take_paths() == [f"/103002/{server.site.ids()[-1]}.aspx"]
    assert_clean(run)
    assert "given up" not in run.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words", [("runspider", "own.py"), ("crawl", "own", "-sSPIDER_MODULES=own")], ids=["runspider", "crawl"]
)
def test_own_spider_writes_a_feed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    page: tuple[str, str, str],
    words: tuple[str, ...],
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    run = command(tmp_path, *words, *FAST, "-a", f"url={page[1]}", "-O", "own.json")
    assert_clean(run)
    assert "'offsite/filtered': 1" in caplog.text
    assert json.loads((tmp_path / "own.json").read_text(encoding="utf-8")) == [{"title": page[2]}]


def test_garbage_is_collected_during_a_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not before: what a crawl imports stays."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "collecting.py").write_text(COLLECTING, encoding="utf-8")
    assert_clean(command(tmp_path, "crawl", "collecting", "-sSPIDER_MODULES=collecting", "-O", "x.json"))
    assert json.loads((tmp_path / "x.json").read_bytes()) == [{"is_enabled": True, "is_frozen": True}]
