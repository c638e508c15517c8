"""From a page to a complete article, against a bare parse of the same bytes and against general extractors."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from lxml import etree
from scrapy.http import XmlResponse

from benchmarks.figures import Figure, Goal
from benchmarks.ground import Ground
from benchmarks.rounds import alternate, cpu_seconds, ratios
from sassspider.loaders import read_article
from sassspider.page import Page
from tests.mocksite import COMMENTARY, Request, build_site

QUESTION = "A page to a complete article"
SITE = "http://en.sass.cn"
FIELDS = ("title", "authors", "date_published", "source_name")


class Sample(NamedTuple):
    """A page, and the truth about its article."""

    page: Page
    truth: dict[str, Any]


def make_samples(count: int) -> list[Sample]:
    """Return pages of the embedded site."""
    site = build_site(articles=count)
    paths = {one: f"/{COMMENTARY}/{one}.aspx" for one in site.ids(COMMENTARY)}
    return [
        Sample(Page(SITE + path, site.respond(Request("GET", path)).body, "2026-01-01T00:00:00Z"), site.expected(one))
        for one, path in paths.items()
    ]


def read_own(page: Page) -> dict[str, Any]:
    """What the project makes of a page."""
    return vars(read_article(page))


def read_bare(page: Page) -> object:
    """What any Scrapy spider does with a page."""
    return XmlResponse(page.url, body=page.body).xpath("string(//h1)").get()


def read_tree(page: Page) -> object:
    """A parse, and nothing else."""
    return etree.fromstring(page.body)


def read_trafilatura(page: Page) -> dict[str, Any]:
    """What trafilatura makes of a page."""
    import trafilatura

    made = trafilatura.extract(page.body, url=page.url, with_metadata=True, output_format="json")
    found = json.loads(made) if made else {}
    authors = [one for one in (found.get("author") or "").split("; ") if one]
    source = found.get("source-hostname")
    return _as_article(found.get("title"), authors, found.get("date"), source, found.get("text"))


def read_newspaper(page: Page) -> dict[str, Any]:
    """What newspaper4k makes of a page."""
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


def measure(ground: Ground) -> Iterator[Figure]:
    """Speed against each peer, then quality."""
    samples = make_samples(ground.sizes.pages)
    own = read_own
    yield _compare("times a bare XmlResponse and h1", samples, own, read_bare, Goal(5, 10))
    yield _compare("times a bare lxml parse", samples, own, read_tree)
    for name, read in PEERS.items():
        goal = Goal(12, 5, at_least=True) if read is read_trafilatura else None
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
    _take(samples[:5], one)  # what is imported and compiled once is no page's cost
    _take(samples[:5], other)
    found = alternate(contenders)
    return Figure(QUESTION, name, ratios(found["one"], found["other"]), goal)


def _take(samples: list[Sample], read: Callable[[Page], object]) -> float:
    return cpu_seconds(lambda: [read(sample.page) for sample in samples])


def _judge(
    name: str, read: Callable[[Page], dict[str, Any]], samples: list[Sample], goal: Goal | None
) -> Iterator[Figure]:
    made = [(read(sample.page), sample.truth) for sample in samples]
    for field in FIELDS:
        exact = sum(one[field] == truth[field] for one, truth in made) / len(made)
        yield Figure(QUESTION, f"{name}: share with exact {field}", (exact,), goal)
    scores = [score(one["body_text"], str(truth["body_text"])) for one, truth in made]
    yield Figure(QUESTION, f"{name}: F1 of body tokens", (sum(scores) / len(scores),), goal)


def score(text: str, truth: str) -> float:
    """F1 of the words of a text against the true ones."""
    got, wanted = Counter(text.split()), Counter(truth.split())
    common = (got & wanted).total()
    return 2 * common / (got.total() + wanted.total()) if got or wanted else 1.0
