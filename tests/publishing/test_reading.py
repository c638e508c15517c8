"""The site in a real Chromium, as its visitors use it: from a folder and over HTTP."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sassspider.archive.archive import Archive

from ..archive.factories import make_writer, save
from ..in_process import command
from .conftest import ARMED, CHINESE_WORD, SAME_SLUG, ReadingSite


def test_visitor_reads_an_article(visitor: Page, address: str, reading_site: ReadingSite) -> None:
    visitor.goto(f"{address}index.html")
    visitor.get_by_role("link", name="All articles").click()
    visitor.get_by_role("link", name="Older →").click()
    entry = visitor.locator(".entry a").first
    title = entry.inner_text()
    entry.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)
    expect(visitor.locator(".body p").nth(1)).to_be_visible()
    visitor.locator(".neighbours a").first.click()
    expect(visitor.get_by_role("heading", level=1)).not_to_have_text(title)


def test_choice_of_dark_pages_is_remembered(visitor: Page, address: str) -> None:
    def background() -> str:
        return str(visitor.evaluate("getComputedStyle(document.body).backgroundColor"))

    visitor.goto(f"{address}index.html")
    light = background()
    visitor.get_by_role("button", name="Dark").click()
    dark = background()
    assert dark != light
    visitor.goto(f"{address}about.html")
    assert background() == dark
    visitor.get_by_role("button", name="Light").click()
    assert background() == light
    visitor.evaluate("localStorage.clear()")
    visitor.emulate_media(color_scheme="dark")
    visitor.reload()
    assert background() == dark


@pytest.mark.parametrize(("address", "words"), [("http", "policy"), ("file", CHINESE_WORD)], indirect=["address"])
def test_search_finds_words_of_both_languages(visitor: Page, address: str, words: str) -> None:
    visitor.goto(f"{address}index.html")
    visitor.get_by_role("searchbox").fill(words)
    visitor.get_by_role("button", name="Search").click()
    expect(visitor.locator("#found li").first).to_be_visible()
    marks = {mark.lower() for mark in visitor.locator("mark").all_inner_texts()}
    assert all(words in mark or words.startswith(mark) for mark in marks)
    assert marks
    visitor.locator("#found a").first.click()
    expect(visitor.locator("article")).to_contain_text(words, ignore_case=True)


def test_search_finds_authors(visitor: Page, address: str) -> None:
    visitor.goto(f'{address}search.html?q="{SAME_SLUG[0]}"')
    expect(visitor.locator("#found li").first).to_be_visible()
    assert {one.lower() for one in visitor.locator("mark").all_inner_texts()} == {"luo", "wei"}


def test_chinese_archive_is_searched_by_words(tab: Page, tmp_path: Path) -> None:
    texts = {1: "经济发展需要新的产业政策。", 2: "产业转型仍有困难。", 3: "人口政策。"}
    (tmp_path / "data").mkdir()
    with Archive.open(f"sqlite:///{tmp_path}/data/sassspider.db") as archive:
        for article_id, text in texts.items():
            fields = {"title": "时评", "language": "zh", "body_text": text, "body_html": f"<p>{text}</p>"}
            save(make_writer(archive), article_id, **fields)
    assert command(tmp_path, "publish", "-o", "site").code == 0
    for query in ("产业政策", '"产业政策"'):
        tab.goto(f"{(tmp_path / 'site').as_uri()}/search.html?q={query}")
        expect(tab.locator("#count")).to_have_text("1 article")
        expect(tab.locator("mark")).to_have_text(["产业", "政策"])
    expect(tab.locator("html")).to_have_attribute("lang", "en")


def test_search_is_filtered_and_remembered(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}search.html?q=policy")
    expect(visitor.locator("#found li").first).to_be_visible()
    everything = int(visitor.locator("#count").inner_text().split()[0])
    year, count = visitor.locator("#year option").nth(1).inner_text().split(" (")
    visitor.locator("#year").select_option(year)
    expect(visitor.locator("#count")).to_have_text(f"{int(count.rstrip(')'))} articles")
    assert 0 < int(count.rstrip(")")) < everything
    expect(visitor.locator("#found li").first).to_be_visible()
    assert all(year in facts for facts in visitor.locator("#found .facts").all_inner_texts())
    visitor.reload()
    expect(visitor.locator("#count")).to_have_text(f"{int(count.rstrip(')'))} articles")
    visitor.get_by_role("searchbox").fill("")
    expect(visitor.locator("#found li")).to_have_count(0)


def test_search_orders_articles_of_all_indexes(visitor: Page, address: str) -> None:
    def days() -> list[datetime]:
        facts = visitor.locator("#found .facts").all_inner_texts()
        return [datetime.strptime(one.partition(" · ")[0], "%d %B %Y") for one in facts]

    visitor.goto(f"{address}search.html?q=2026&order=asc")
    indexes = str(visitor.get_attribute("#search", "data-indexes"))
    assert indexes.split() == ["0-en", "0-zh", "1-en", "1-zh"]
    first = visitor.locator("#found .facts").first
    expect(first).to_be_visible()
    oldest = first.inner_text()
    assert days() == sorted(days())
    visitor.locator("#order").select_option("desc")
    expect(first).not_to_have_text(oldest)
    assert days() == sorted(days(), reverse=True)


def test_history_marks_what_was_added(visitor: Page, address: str, reading_site: ReadingSite) -> None:
    visitor.goto(f"{address}articles/{reading_site.crawled.reworded}.html")
    visitor.get_by_role("link", name="See what changed").click()
    added = "Added later, and at some length, because a reader asked for it by letter."
    expect(visitor.locator(".marked ins")).to_have_text([added])
    visitor.get_by_text("The whole text of version 1").click()
    expect(visitor.locator("details[open]")).to_be_visible()
    expect(visitor.locator("details[open]")).not_to_contain_text("Added later")


def test_hostile_body_runs_nothing(visitor: Page, address: str) -> None:
    visitor.goto(f"{address}articles/{ARMED}.html")
    visitor.get_by_text("Harmless words.").click()
    expect(visitor.get_by_text("Press here")).to_be_visible()
    assert visitor.locator(".body a[href^=javascript], .body iframe, .body img, .body script").count() == 0
    assert visitor.evaluate("window.armed") is None


def test_policy_holds_if_cleaning_fails(tab: Page, reading_site: ReadingSite) -> None:
    page = reading_site.folder / f"articles/{ARMED}.html"
    armed = '<script>window.armed = 1</script><b onclick="window.armed = 2">Press here</b>'
    copy = page.with_name("armed.html")
    copy.write_text(page.read_text(encoding="utf-8").replace("Harmless words.", armed), encoding="utf-8")
    tab.goto(copy.as_uri())
    tab.get_by_text("Press here").first.click()
    assert tab.evaluate("window.armed") is None
    copy.unlink()


def test_printed_page_is_the_article(tab: Page, reading_site: ReadingSite) -> None:
    tab.emulate_media(media="print")
    tab.goto(f"{reading_site.served}articles/{reading_site.crawled.reworded}.html")
    assert [tab.locator(one).is_visible() for one in ("h1", ".body", ".citation")] == [True] * 3
    assert [tab.locator(one).first.is_visible() for one in (".top nav", "#theme", ".bottom")] == [False] * 3


def test_article_is_a_few_small_requests(tab: Page, reading_site: ReadingSite) -> None:
    sizes: dict[str, int] = {}
    tab.on("response", lambda response: sizes.update({response.url: len(response.body())}))
    tab.goto(f"{reading_site.served}articles/{reading_site.crawled.reworded}.html", wait_until="networkidle")
    assert len(sizes) <= 4
    assert sum(sizes.values()) < 40_000
