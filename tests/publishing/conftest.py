"""A reading site of a crawled archive with a past, and of articles that nobody should have written."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page, sync_playwright

from sassspider.archive.archive import Archive
from sassspider.archive.tables import articles
from tests.mocksite import COMMENTARY

from ..archive.factories import make_writer, save
from ..crawled import CrawledSite
from ..crawling import TIMEOUT, environment
from ..exporters.hostile import TEXTS
from ..missing import chromium

BASE = "https://example.org/kept/"
FIRST_HOSTILE, CHINESE, ARMED = 9001, 9101, 9102
CHINESE_WORD = "渡口"
# The command, with two indexes for the search: as many as 10,000 articles have.
SCRAPY = """
from scrapy.cmdline import execute
from sassspider.publishing import search
search.ARTICLES_PER_INDEX = 30
execute()
"""
LEFT_EARLY = "net::ERR_ABORTED"  # of a file that was on its way when the visitor left the page
SAME_SLUG = ["Luo Wei", "LUO WEI", "luo-wei", "Luo Wei 2"]
HOSTILE_BODY = (
    '<script>window.armed = 1</script><p onclick="window.armed = 2">Harmless words.</p><style>p{color:red}</style>'
    '<img src="http://stranger.example/x.png" onerror="window.armed = 3" alt="A picture">'
    '<a href="javascript:window.armed=4">Press here</a><iframe src="http://stranger.example/"></iframe></div></main>'
)


@dataclass(frozen=True)
class ReadingSite:
    """A published site: its folder, where it is served, and the archive that it was made from."""

    folder: Path
    served: str
    crawled: CrawledSite

    def read(self, path: str) -> html.HtmlElement:
        """Return a page's tree."""
        return html.fromstring((self.folder / path).read_bytes(), parser=html.HTMLParser(encoding="utf-8"))

    def pages(self) -> Iterator[str]:
        """Yield the path of every page."""
        yield from (path.relative_to(self.folder).as_posix() for path in sorted(self.folder.rglob("*.html")))


@pytest.fixture(scope="session")
def reading_site(crawled: CrawledSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingSite]:
    """A site that ``scrapy publish --serve`` made; it ends with code 0 at Ctrl-C."""
    folder = tmp_path_factory.mktemp("reading")
    shutil.copytree(crawled.folder / "data", folder / "data")
    archive_hostile_articles(f"sqlite:///{folder}/data/sassspider.db", crawled.key)
    command = [sys.executable, "-c", SCRAPY, "publish", "-o", "site", "--url", BASE, "--serve"]
    process = subprocess.Popen(command, cwd=folder, env=environment(), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    printed = process.stderr.readline() + process.stderr.readline()
    served = re.search(r"Served at (http://127\.0\.0\.1:\d+/) until Ctrl-C", printed)
    assert served, printed + process.stderr.read()
    yield ReadingSite(folder / "site", served[1], crawled)
    process.send_signal(signal.SIGINT)
    assert process.wait(TIMEOUT) == 0
    process.stderr.close()


def archive_hostile_articles(url: str, site: str) -> None:
    with Archive.open(url) as archive:
        writer = make_writer(archive, site)
        for article_id, text in enumerate(TEXTS, start=FIRST_HOSTILE):
            authors = [text, SAME_SLUG[article_id % 4]]
            fields = {**dict.fromkeys(("title", "subtitle", "source_name"), text), "authors": authors}
            save(writer, article_id, url=article_url(site, article_id), **fields)
        chinese = {"title": CHINESE_WORD, "body_html": "<p>成都的渡口又开了。</p>", "authors": ["林薇"]}
        text = f"林薇 {'渡口又开了。' * 60}"
        save(writer, CHINESE, url=article_url(site, CHINESE), language="zh", body_text=text, **chinese)
        save(writer, ARMED, url=article_url(site, ARMED), title="Armed")
        armed = articles.update().where(articles.c.id == ARMED).values(body_html=HOSTILE_BODY)
        with archive.engine.begin() as connection:
            connection.execute(armed)


def article_url(site: str, article_id: int) -> str:
    return f"http://{site}/{COMMENTARY}/{article_id}.aspx"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Start a browser for the tests of this folder: an event loop runs in this thread until it ends."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def tab(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A tab, on a screen if the test names one."""
    context = browser.new_context(**getattr(request, "param", {}))
    yield context.new_page()
    context.close()


@pytest.fixture
def address(request: pytest.FixtureRequest, reading_site: ReadingSite) -> str:
    """The address at which a visitor opens the site: in a folder, where a browser allows the least, or on a server."""
    is_served = getattr(request, "param", "file") == "http"
    return reading_site.served if is_served else f"{reading_site.folder.as_uri()}/"


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A tab in which nothing may go wrong: no request leaves the site, and nothing is on the console."""
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"{request.url}: {request.failure}"))
    page.on("request", lambda request: faults.append(request.url) if is_foreign(request.url, address) else None)
    yield page
    context.close()
    assert [one for one in faults if not one.endswith(LEFT_EARLY)] == []


def is_foreign(url: str, address: str) -> bool:
    return not url.startswith((address, f"blob:{address.partition('://')[0]}", "blob:null"))
