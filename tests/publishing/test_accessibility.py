"""The site for readers who see, hear or move otherwise: axe-core, and a keyboard alone, in a real Chromium."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from .conftest import CHINESE, FIRST_HOSTILE, ReadingSite

SCREENS: dict[str, dict[str, Any]] = {
    "wide and dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "narrow and light": {"viewport": {"width": 320, "height": 700}, "color_scheme": "light"},
}
# What Tab should stop at, and where it has stopped: a name, and whether a reader sees that.
STOPS = """() => {
    const all = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")];
    return all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML);
}"""
STOPPED = """() => {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const isOnScreen = box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth;
    return [at.outerHTML, isOnScreen && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2];
}"""


def kinds_of_page(site: ReadingSite) -> dict[str, str]:
    """An address of each kind of page that the site has; the articles have a table, and are in Chinese."""
    table = next(one for one, page in site.crawled.after.items() if "<table" in page["body_html"])
    return {
        "first page": "index.html",
        "article": f"articles/{table}.html",
        "article with long words": f"articles/{FIRST_HOSTILE + 5}.html",
        "article with code": f"articles/{FIRST_HOSTILE + 3}.html",
        "Chinese article": f"articles/{CHINESE}.html",
        "edited article": f"articles/{site.crawled.retitled}.html",
        "history": f"history/{site.crawled.reworded}.html",
        "search": "search.html?q=policy",
        "changes": "changes/index.html",
        "authors": "authors/index.html",
        "dates": "dates/index.html",
        "newest": "newest/index.html",
        "figures": "figures.html",
        "about": "about.html",
    }


@pytest.mark.parametrize("tab", SCREENS.values(), ids=SCREENS, indirect=True)
def test_every_kind_of_page_is_accessible(tab: Page, reading_site: ReadingSite) -> None:
    """No page is wider than the screen, axe-core finds no violation, and on one screen Tab stops at every control."""
    found = {}
    is_narrow = tab.viewport_size == SCREENS["narrow and light"]["viewport"]
    for kind, path in kinds_of_page(reading_site).items():
        tab.goto(f"{reading_site.served}{path}")
        if path.startswith("search"):
            expect(tab.locator("#found li").first).to_be_visible()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind
        for stop in tab.evaluate(STOPS) if is_narrow else ():
            tab.keyboard.press("Tab")
            assert tab.evaluate(STOPPED) == [stop, True], kind
        results = Axe().run(tab)
        assert len(results.response["passes"]) > 10
        if results.violations_count:
            found[kind] = results.generate_report()
    assert found == {}


@pytest.mark.parametrize("address", ["http"], indirect=True)
def test_keyboard_alone_uses_the_site(visitor: Page, address: str, reading_site: ReadingSite) -> None:
    visitor.set_viewport_size({"width": 360, "height": 740})
    press = visitor.keyboard.press
    visitor.goto(f"{address}index.html")
    press("Tab")
    expect(visitor.get_by_role("link", name="Skip to content")).to_be_focused()
    press("Enter")
    reach(visitor, visitor.get_by_role("searchbox"))
    visitor.keyboard.type("policy")
    press("Enter")
    expect(visitor.locator("#found li").first).to_be_visible()
    everything = visitor.locator("#count").inner_text()
    reach(visitor, visitor.get_by_label("Year"))
    press("ArrowDown")
    expect(visitor.locator("#count")).not_to_have_text(everything)
    reach(visitor, visitor.locator("#found a").first)
    title = visitor.locator("#found a").first.inner_text()
    press("Enter")
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)
    visitor.go_back()
    expect(visitor.locator("#found li").first).to_be_visible()
    reach(visitor, visitor.get_by_role("link", name="Changes", exact=True), "Shift+Tab")
    press("Enter")
    reach(visitor, visitor.locator(f".events a[href$='articles/{reading_site.crawled.reworded}.html']"))
    press("Enter")
    reach(visitor, visitor.get_by_role("link", name="See what changed"))
    press("Enter")
    reach(visitor, visitor.get_by_text("The whole text of version 1"))
    press("Enter")
    expect(visitor.locator("details[open] .body")).to_be_visible()
    reach(visitor, visitor.get_by_role("button", name="Dark"), "Shift+Tab")
    press("Enter")
    expect(visitor.locator("html")).to_have_attribute("data-theme", "dark")


def reach(page: Page, wanted: Locator, key: Literal["Tab", "Shift+Tab"] = "Tab") -> None:
    """Press a key until something has the focus."""
    handle = wanted.element_handle()
    for _ in range(100):
        page.keyboard.press(key)
        if page.evaluate("(one) => document.activeElement === one", handle):
            assert page.evaluate(STOPPED)[1], f"no focus is seen at {page.evaluate(STOPPED)[0]}"
            return
    pytest.fail(f"{key} does not reach {wanted}")
