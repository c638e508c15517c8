"""Scrapy's own commands work as in any project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ..crawling import PROJECT, Run, environment, scrapy
from ..mocksite import Server, build_site

FAST = ("-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
OWN = """
import scrapy

class Own(scrapy.Spider):
    name = "own"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {{"title": response.xpath("//h1/text()").get()}}
"""


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[str, str, str]]:
    """Yield the site's URL, that of an article, and its title."""
    site = build_site(seed=3, articles=5)
    article_id = site.ids()[-1]
    with Server(site) as server:
        title = site.expected(article_id, server.url)["title"]
        yield server.url, f"{server.url}/103002/{article_id}.aspx", title


def assert_clean(run: Run) -> None:
    assert run.code == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert not (run.folder / "data").exists(), "a spider without archive made one"


def test_fetch_prints_the_page(tmp_path: Path, page: tuple[str, str, str]) -> None:
    run = scrapy(tmp_path, "fetch", *FAST, page[1])
    assert_clean(run)
    assert run.stdout.startswith("<?xml")


def test_shell_has_the_response(tmp_path: Path, page: tuple[str, str, str]) -> None:
    run = scrapy(tmp_path, "shell", *FAST, "-c", "response.xpath('//h1/text()').get()", page[1])
    assert_clean(run)
    assert page[2] in run.stdout


def test_view_opens_the_page(tmp_path: Path, page: tuple[str, str, str]) -> None:
    code = (
        f"import webbrowser; webbrowser.open = print; "
        f"import scrapy.cmdline as c; c.execute(['scrapy', 'view', {page[1]!r}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert_clean(Run(done.returncode, done.stdout, done.stderr, tmp_path))
    assert "file://" in done.stdout


def test_parse_shows_the_article(tmp_path: Path, page: tuple[str, str, str]) -> None:
    options = ("--spider", "commentary", "-c", "parse_article", "-a", f"site={page[0]}", "--nocolour")
    run = scrapy(tmp_path, "parse", *FAST, *options, page[1])
    assert run.code == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert page[2] in run.stdout


def test_bench_runs(tmp_path: Path) -> None:
    run = scrapy(tmp_path, "bench", "-sCLOSESPIDER_TIMEOUT=1")
    assert_clean(run)
    assert "Closing spider (closespider_timeout)" in run.stderr


def test_runspider_writes_a_feed(tmp_path: Path, page: tuple[str, str, str]) -> None:
    (tmp_path / "own.py").write_text(OWN.format(), encoding="utf-8")
    run = scrapy(tmp_path, "runspider", *FAST, "-a", f"url={page[1]}", "-O", "own.json", "own.py")
    assert_clean(run)
    assert json.loads((tmp_path / "own.json").read_text(encoding="utf-8")) == [{"title": page[2]}]


def test_generated_spider_crawls(tmp_path: Path, page: tuple[str, str, str]) -> None:
    module = tmp_path / "own_spiders"
    module.mkdir()
    (module / "__init__.py").touch()
    spiders = ("-sNEWSPIDER_MODULE=own_spiders", "-sSPIDER_MODULES=sassspider.spiders,own_spiders")
    hook = {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PROJECT}"}
    for command in (("genspider", "own", page[1]), ("crawl", "own", *FAST, "-O", "own.json")):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", command[0], *spiders, *command[1:]],
            cwd=tmp_path, env=environment(**hook), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        if command[0] == "genspider":
            path = module / "own.py"
            code = path.read_text().replace("pass", "yield {'url': response.url}")
            # Scrapy takes no port in allowed_domains, but writes one.
            path.write_text(code.replace(f'["{urlsplit(page[0]).netloc}"]', '["127.0.0.1"]'), encoding="utf-8")
    assert json.loads((tmp_path / "own.json").read_text(encoding="utf-8"))[0]["url"].startswith(page[0])
