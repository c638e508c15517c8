"""The pages of a published site, read by their readers: browsers, feed readers, search engines, Zotero."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import bibtexparser
import feedparser
import pytest
import rispy
from lxml import html
from scrapy.utils.sitemap import Sitemap

from sassspider.publishing.pages import assign_slugs

from ..crawling import run_command
from ..exporters.hostile import TEXTS, one_line
from ..missing import skip_or_fail
from .conftest import BASE, CHINESE, FIRST_HOSTILE, SAME_SLUG, ReadingSite

HTML_VALIDATE = "html-validate@9.7.1"  # a later one needs a later Node.js than Debian 12 has


def text_of(element: html.HtmlElement) -> str:
    return one_line(element.text_content())


@pytest.fixture(scope="module")
def trees(reading_site: ReadingSite) -> dict[str, html.HtmlElement]:
    return {path: reading_site.read(path) for path in reading_site.pages()}


def links_of(trees: dict[str, html.HtmlElement]) -> Iterator[tuple[str, str, str]]:
    """Yield page, attribute and address of every link in a site."""
    for path, tree in trees.items():
        for element, attribute, address, _ in tree.iterlinks():
            if element.get("rel") != "canonical":
                yield path, attribute, address


def test_every_link_leads_to_a_page(trees: dict[str, html.HtmlElement], reading_site: ReadingSite) -> None:
    broken = []
    for path, attribute, address in links_of(trees):
        if address.startswith(("http:", "https:", "mailto:")):
            assert attribute == "href", f"{path} loads {address}"
            continue
        target = unquote(urlsplit(urljoin(f"http://site/{path}", address)).path)
        if not (reading_site.folder / target.lstrip("/")).is_file():
            broken.append((path, address))
    assert broken == []


def test_every_article_has_its_page(trees: dict[str, html.HtmlElement], reading_site: ReadingSite) -> None:
    for article_id, article in reading_site.crawled.after.items():
        tree = trees[f"articles/{article_id}.html"]
        assert text_of(tree.find(".//h1")) == article["title"]
        assert tree.get("lang") == article["language"]
        body = tree.find_class("body")[0]
        for picture in body.find_class("not-kept"):
            picture.drop_tree()
        assert "".join(body.text_content().split()).startswith("".join(article["body_text"].split())[:200])


def test_removed_article_says_so(reading_site: ReadingSite) -> None:
    removed = reading_site.read(f"articles/{reading_site.crawled.removed}.html")
    box = text_of(removed.find_class("box")[0])
    assert box.startswith("Removed from the site. The site no longer has this article")
    assert len(removed.find_class("body")[0].text_content()) > 200


def test_repost_and_original_link_each_other(trees: dict[str, html.HtmlElement], reading_site: ReadingSite) -> None:
    repost = min(reading_site.crawled.reposts)
    box = trees[f"articles/{repost}.html"].find_class("box")[0]
    original = box.find(".//a").get("href")
    assert text_of(box).startswith("A re-post.")
    back = trees[f"articles/{original.rpartition('/')[2]}"].xpath(f"//dl//a[contains(@href, '{repost}.html')]")
    assert len(back) == 1
    listed = {address[6:] for path, _, address in links_of(trees) if path[:6] == "newest"}
    assert f"articles/{repost}.html" not in listed


def test_edited_article_leads_to_its_history(reading_site: ReadingSite) -> None:
    crawled = reading_site.crawled
    histories = {one.stem for one in (reading_site.folder / "history").iterdir()}
    assert histories == {str(crawled.reworded), str(crawled.retitled)}
    cells = [text_of(cell) for cell in reading_site.read(f"history/{crawled.retitled}.html").iterfind(".//tbody//td")]
    assert cells == [crawled.before[crawled.retitled]["title"], crawled.after[crawled.retitled]["title"]]


def test_changes_are_listed_by_day(reading_site: ReadingSite) -> None:
    crawled, page = reading_site.crawled, reading_site.read("changes/index.html")
    found = {
        Path(one.find(".//a").get("href")).stem: text_of(one.find_class("tag")[0])
        for one in page.xpath("//ul[@class='events']/li")
    }
    assert found == {str(crawled.reworded): "edited", str(crawled.retitled): "edited", str(crawled.removed): "removed"}


def test_html_is_valid(reading_site: ReadingSite) -> None:
    if shutil.which("npx") is None:
        skip_or_fail("no npx here, of npm; scripts/install-test-packages installs it")
    # A title is the article's own, however long it is. A rule alone would leave out all others.
    rules = ["--preset", "recommended", "--rule", "long-title:off", "--rule", "heading-level:error"]
    checked = run_command(
        reading_site.folder, ["npx", "--yes", HTML_VALIDATE, *rules, "--formatter", "text", "**/*.html"]
    )
    assert checked.code == 0, checked.stdout + checked.stderr


def test_pages_have_no_inline_code(trees: dict[str, html.HtmlElement]) -> None:
    for path, tree in trees.items():
        policy = tree.xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)")
        assert policy.startswith("default-src 'none';"), path
        assert ("blob:" in policy) == (path == "search.html"), path
        assert tree.xpath("//script[not(@src)]/@type") in ([], ["application/ld+json"]), path
        assert tree.xpath("//style | //*[@style] | //@*[starts-with(name(), 'on')]") == [], path
        assert all(one.endswith(("theme.js", "search.js")) for one in tree.xpath("//script/@src")), path


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_hostile_text_is_only_text(reading_site: ReadingSite, number: int) -> None:
    page, text = reading_site.read(f"articles/{FIRST_HOSTILE + number}.html"), one_line(TEXTS[number])
    assert text_of(page.find(".//h1")) == text
    assert text in [text_of(one) for one in page.xpath("//p[@class='byline']//a")]
    record = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert (record["@type"], record["headline"], record["author"][0]["name"]) == ("NewsArticle", text, text)
    assert page.xpath("//meta[@name='citation_title']/@content") == [text]
    assert page.xpath("//meta[@name='citation_author']/@content")[0] == text
    stem = reading_site.folder / f"articles/{FIRST_HOSTILE + number}"
    assert rispy.loads(stem.with_suffix(".ris").read_text(encoding="utf-8"))[0]["title"] == text
    assert len(bibtexparser.parse_string(stem.with_suffix(".bib").read_text(encoding="utf-8")).entries) == 1
    assert json.loads(stem.with_suffix(".csl.json").read_bytes())[0]["title"] == text


def test_authors_with_equal_slugs_are_separate(reading_site: ReadingSite) -> None:
    page = reading_site.read("authors/index.html")
    found = {text_of(one): one.get("href") for one in page.xpath("//ul[@class='groups']//a")}
    assert len({found[name] for name in SAME_SLUG}) == len(SAME_SLUG)
    assert len(set(found.values())) == len(found)
    assert all(re.fullmatch(r"\.\./authors/[a-z0-9-]{1,64}/index\.html", one) for one in found.values())
    slugs = assign_slugs(["a b", "A-b", "a b 2", "***", "??"])
    assert list(slugs.values()) == ["a-b", "a-b-2", "a-b-2-2", "unnamed", "unnamed-2"]


def test_excerpt_fills_its_length(reading_site: ReadingSite) -> None:
    """Also in Chinese, which has few spaces to cut a text at."""
    long = next(one for one, article in reading_site.crawled.after.items() if len(article["body_text"]) > 600)
    for article_id in (long, CHINESE):
        (found,) = reading_site.read(f"articles/{article_id}.html").xpath("//meta[@name='description']/@content")
        assert 250 < len(found) <= 280
        assert found.endswith(" …")


@pytest.mark.parametrize("name", ["feed.xml", "changes.xml"])
def test_feeds_are_atom(reading_site: ReadingSite, name: str) -> None:
    feed = feedparser.parse((reading_site.folder / name).read_bytes())
    assert (feed.bozo, feed.version) == (False, "atom10")
    names = f"{name.removesuffix('.xml')}/{reading_site.crawled.key}/all"
    assert feed.feed.id == uuid.uuid5(uuid.NAMESPACE_URL, names).urn
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) > 0
    for one in (feed.feed, *feed.entries):
        assert all((one.id, one.title, one.updated_parsed))
        for link in one.links:
            assert (reading_site.folder / link.href.removeprefix(BASE)).is_file()


def test_sitemap_names_every_article(reading_site: ReadingSite) -> None:
    index = Sitemap((reading_site.folder / "sitemap.xml").read_bytes())
    assert index.type == "sitemapindex"
    parts = [(reading_site.folder / one["loc"].removeprefix(BASE)).read_bytes() for one in index]
    found = [one["loc"] for part in parts for one in Sitemap(part)]
    pages = {f"{BASE}articles/{one.name}" for one in (reading_site.folder / "articles").glob("*.html")}
    assert set(found) == pages - {f"{BASE}articles/{one}.html" for one in reading_site.crawled.reposts}
    assert len(found) > 40


def test_missing_picture_is_named(reading_site: ReadingSite) -> None:
    crawled = reading_site.crawled
    some = next(one for one, article in crawled.after.items() if article["images"] and one not in crawled.reposts)
    page = reading_site.read(f"articles/{some}.html")
    named = [one.find(".//a").get("href") for one in page.find_class("not-kept")]
    assert named == [one["url"] for one in crawled.after[some]["images"]]
    assert page.xpath("//img") == []


def test_figures_stand_in_chart_and_table(reading_site: ReadingSite) -> None:
    page = reading_site.read("figures.html")
    cells = [int(one) for one in page.xpath("//table[@class='numbers']//td/text()")]
    drawn = [int(one.rpartition(": ")[2]) for one in page.xpath("//figure//rect/title/text()")]
    assert cells == drawn
    assert f"{sum(cells)} articles" in text_of(reading_site.read("about.html"))
