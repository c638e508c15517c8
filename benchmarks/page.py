"""From a page to an article: speed and quality against a bare parse and general extractors; function calls."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple

from lxml import etree
from scrapy.http import XmlResponse

from benchmarks.crawl import Setup
from benchmarks.figures import Figure, Goal, alternate, cpu_seconds, ratios
from sassspider.links import find_article_ids
from sassspider.loaders import read_article
from sassspider.page import Page
from tests.mocksite import COMMENTARY, Request, build_site

SITE = "http://en.sass.cn"
PAGES_COUNTED = 40
FIELDS = ("title", "authors", "date_published", "source_name")


class Sample(NamedTuple):
    """A page and its expected article."""

    page: Page
    expected: dict[str, Any]


def make_samples(count: int) -> list[Sample]:
    """Return pages of the mock site."""
    site = build_site(articles=count)
    paths = {one: f"/{COMMENTARY}/{one}.aspx" for one in site.ids(COMMENTARY)}
    return [
        Sample(Page(SITE + path, site.respond(Request("GET", path)).body, "2026-01-01T00:00:00Z"), site.expected(one))
        for one, path in paths.items()
    ]


def read_own(page: Page) -> dict[str, Any]:
    """Return the article of a page."""
    return vars(read_article(page))


def read_bare(page: Page) -> object:
    """Return the title, as a bare spider does."""
    return XmlResponse(page.url, body=page.body).xpath("string(//h1)").get()


def read_tree(page: Page) -> object:
    """Return the tree of a page."""
    return etree.fromstring(page.body)


def read_trafilatura(page: Page) -> dict[str, Any]:
    """Return the fields that trafilatura finds."""
    import trafilatura

    made = trafilatura.extract(page.body, url=page.url, with_metadata=True, output_format="json")
    found = json.loads(made) if made else {}
    authors = [one for one in (found.get("author") or "").split("; ") if one]
    source = found.get("source-hostname")
    return _as_article(found.get("title"), authors, found.get("date"), source, found.get("text"))


def read_newspaper(page: Page) -> dict[str, Any]:
    """Return the fields that newspaper4k finds."""
    from newspaper import Article

    found = Article(page.url)
    found.download(input_html=page.body.decode())
    found.parse()
    day = found.publish_date.date().isoformat() if found.publish_date else None
    return _as_article(found.title, found.authors, day, found.source_url, found.text)


def _as_article(title: object, authors: list[str], day: object, source: object, text: object) -> dict[str, Any]:
    made = {"title": title, "authors": authors, "date_published": day, "source_name": source}
    return {**made, "body_text": text or ""}


PEERS = {"trafilatura with metadata": read_trafilatura, "newspaper4k": read_newspaper}


def measure(setup: Setup) -> Iterator[Figure]:
    """Speed against each peer, then quality."""
    samples = make_samples(setup.sizes.pages)
    own = read_own
    yield _compare("times a bare XmlResponse and h1", samples, own, read_bare, Goal(5, 9))
    yield _compare("times a bare lxml parse", samples, own, read_tree)
    for name, read in PEERS.items():
        goal = Goal(10, 5, at_least=True) if read is read_trafilatura else None
        yield _compare(f"{name}, by our time", samples, read, own, goal)
    for name, read in {"sassspider": own, **PEERS}.items():
        yield from _judge(name, read, samples, None if read in PEERS.values() else Goal(1, 1, at_least=True))


def _compare(
    name: str,
    samples: list[Sample],
    one: Callable[[Page], object],
    other: Callable[[Page], object],
    goal: Goal | None = None,
) -> Figure:
    contenders = {"one": lambda: _take(samples, one), "other": lambda: _take(samples, other)}
    _take(samples[:5], one)  # imports and compiled patterns are not part of a page's time
    _take(samples[:5], other)
    found = alternate(contenders)
    return Figure(name, ratios(found["one"], found["other"]), goal)


def _take(samples: list[Sample], read: Callable[[Page], object]) -> float:
    return cpu_seconds(lambda: [read(sample.page) for sample in samples])


def _judge(
    name: str, read: Callable[[Page], dict[str, Any]], samples: list[Sample], goal: Goal | None
) -> Iterator[Figure]:
    made = [(read(sample.page), sample.expected) for sample in samples]
    for field in FIELDS:
        exact = sum(one[field] == expected[field] for one, expected in made) / len(made)
        yield Figure(f"{name}: share with exact {field}", (exact,), goal)
    scores = [score(one["body_text"], str(expected["body_text"])) for one, expected in made]
    yield Figure(f"{name}: F1 of body tokens", (sum(scores) / len(scores),), goal)


def score(text: str, expected: str) -> float:
    """Return the F1 score of the words of a text against the expected ones."""
    got, wanted = Counter(text.split()), Counter(expected.split())
    common = (got & wanted).total()
    return 2 * common / (got.total() + wanted.total()) if got or wanted else 1.0


def measure_calls(_setup: Setup) -> Iterator[Figure]:
    """Count the function calls for a page: the same number on every machine, so that CI can check it in seconds."""
    samples = make_samples(PAGES_COUNTED)

    def read_all() -> None:
        for sample in samples:
            read_own(sample.page)

    def find_all() -> None:
        for sample in samples:
            find_article_ids(sample.page.body, sample.page.url, SITE, COMMENTARY)

    work = (("article", read_all, Goal(3_200, 3_200)), ("links", find_all, Goal(300, 300)))
    for name, function, goal in work:
        function()  # fills caches
        yield Figure(f"function calls for a page's {name}", (count_calls(function) / PAGES_COUNTED,), goal)


def count_calls(work: Callable[[], object]) -> int:
    """Return how many functions, of Python and of C, some work calls."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
