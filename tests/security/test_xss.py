"""Cleaned bodies in a real browser: nothing runs, and nothing is asked for but an article's own pictures.

Pictures under ``<img src>`` belong to an article and are loaded by whoever shows it: they are listed in ``images``,
and a request for one of these is the only one that may leave. Everything else of what a page can do is watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext, Error, Frame, Page, Route, sync_playwright

from sassspider.body import Body, read_body
from sassspider.page import DamagedPageError

from ..missing import chromium
from .vectors import PWN, vectors

BASE = "http://en.sass.cn/103002/41.aspx"
SHOWN_AT = "http://shown.test/"
ENDS = ("", "'>x</a>", "-->", "</script>", "</style>", "</iframe></svg>")
NOTHING = Body("", "", "", [], [])
FRAMES = 80  # with vectors that are not cleaned
TIMEOUT = 1000  # milliseconds
SAFE_SCHEMES = {"http:", "https:", "mailto:"}

# What a script would do to show that it runs.
_WATCH = """
window.ran = [];
for (const name of ['pwned', 'alert', 'confirm', 'prompt', 'print', 'open'])
    window[name] = (...given) => { window.ran.push(name); };
"""
# What a reader may do by accident: go over, press, focus. Links that lead elsewhere are judged by their address.
_TOUCH = """
for (const one of document.querySelectorAll('body *')) {
    for (const kind of ['mouseover', 'pointerenter', 'mouseenter', 'focus'])
        one.dispatchEvent(new Event(kind));
    const address = one.href?.baseVal ?? one.href ?? one.action ?? '';
    if (!/^(https?|mailto):/.test(address)) one.dispatchEvent(new MouseEvent('click', {cancelable: true}));
}
"""
# Some markup is harmless until a browser writes it out and reads it again.
_WRITE_TWICE = """bodies => { for (const body of bodies) {
    const [first, second, third] = [0, 0, 0].map(() => document.createElement('article'));
    first.innerHTML = body; second.innerHTML = first.innerHTML; third.innerHTML = second.innerHTML;
    document.body.append(first, third);
} }"""


def read(markup: str) -> Body:
    """Read a body; one that is refused because it is cut is read with an end, so that it is judged, too."""
    for end in ENDS:
        with suppress(DamagedPageError):
            return read_body(markup + end, BASE)
    return NOTHING


ALL = vectors()
BODIES = [read(markup) for markup in ALL]
PICTURES = {image["url"] for body in BODIES for image in body.images}
# HTML let through, which is the most that a reader of Markdown may do.
RENDER = MarkdownIt("commonmark", {"html": True}).enable("table").render
FORMS = {"html": [body.html for body in BODIES], "markdown": [RENDER(body.markdown) for body in BODIES]}


class Watcher:
    """A browser that shows documents of our own, by path, and asks nobody; ``asked`` has what it would have asked."""

    def __init__(self, context: BrowserContext):
        self.context = context
        self.context.add_init_script(_WATCH)
        self.context.route("**/*", self._answer)

    def show(self, body: str, **frames: str) -> Page:
        """Open a page with this body; ``frames`` are documents for frames of these names."""
        self.documents = {SHOWN_AT: body, **{f"{SHOWN_AT}{name}": one for name, one in frames.items()}}
        self.asked: list[str] = []
        self.asking: set[str] = set()
        page = self.context.new_page()
        page.on("dialog", lambda dialog: (self.asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(SHOWN_AT, wait_until="load")
        return page

    def _answer(self, route: Route) -> None:
        document = self.documents.get(route.request.url)
        if document is not None:
            route.fulfill(body=f"<!DOCTYPE html><title>x</title>{document}", content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            self.asking.add(route.request.frame.name)
            route.abort()


@pytest.fixture(scope="module")
def watcher() -> Iterator[Watcher]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield Watcher(browser.new_context())
        browser.close()


def test_uncleaned_vectors_do_harm(watcher: Watcher) -> None:
    """So that the test below can fail."""
    frames = {f"f{number}": markup for number, markup in enumerate(ALL[:FRAMES])}
    page = watcher.show("".join(f"<iframe name={name} src=/{name}></iframe>" for name in frames), **frames)
    for frame in page.frames:
        with suppress(Error):  # it may have led elsewhere
            frame.evaluate(_TOUCH)
    with suppress(Error):  # what is not cleaned may load something anew for ever
        page.wait_for_load_state("networkidle", timeout=TIMEOUT)
    harmed = [frame.name for frame in page.frames if frame.name in frames and is_harmed(watcher, frame)]
    page.close()
    assert len(harmed) > len(frames) / 2


def is_harmed(watcher: Watcher, frame: Frame) -> bool:
    try:
        has_run = bool(frame.evaluate("window.ran?.length ?? 0"))
    except Error:  # it is on its way elsewhere
        return True
    return has_run or frame.url != f"{SHOWN_AT}{frame.name}" or frame.name in watcher.asking


@pytest.mark.parametrize("name", ["html", "html written twice", "markdown"])
def test_body_is_harmless_in_chromium(watcher: Watcher, name: str) -> None:
    bodies = FORMS[name.partition(" ")[0]]
    page = watcher.show("\n".join(f"<article>{body}</article>" for body in bodies))
    assert page.locator("article").count() == len(ALL)
    if "twice" in name:
        page.evaluate(_WRITE_TWICE, bodies)
    page.evaluate(_TOUCH)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.ran") == []
    assert set(watcher.asked) <= PICTURES
    assert page.url == SHOWN_AT
    assert page.evaluate("location.href + document.baseURI + document.title") == f"{SHOWN_AT}{SHOWN_AT}x"
    schemes = page.evaluate("[...document.querySelectorAll('a, area')].filter(a => a.href).map(a => a.protocol)")
    assert set(schemes) <= SAFE_SCHEMES
    page.close()


def test_every_vector_is_read() -> None:
    assert len(ALL) > 100
    unread = [markup for markup, body in zip(ALL, BODIES, strict=True) if body is NOTHING]
    assert [markup.partition(">")[0] for markup in unread] == ["<plaintext"], "which nothing can end"


def test_html_has_no_script() -> None:
    for body in FORMS["html"]:
        assert read_body(body, BASE).html == body
        tags = "".join(re.findall(r"<[a-z][^>]*>", body))
        names = re.sub(r'"[^"]*"', "", tags)
        assert not re.search(r"\s(?:on\w+|style|srcdoc|background|srcset)=", names), body
        assert PWN not in names
        for address in re.findall(r'(?:href|src)="([^"]*)"', tags):
            assert f"{urlsplit(address).scheme}:" in SAFE_SCHEMES
