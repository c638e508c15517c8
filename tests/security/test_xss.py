"""Cleaned bodies in a real browser: nothing runs, and nothing is asked for but an article's own pictures.

Pictures under ``<img src>`` belong to an article and are loaded by whoever shows it: they are listed in ``images``,
and a request for one of these is the only one that may leave. Everything else of what a page can do is watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import BrowserContext, Error, Frame, Page, Route, sync_playwright

from sassspider.body import Body, read_body
from sassspider.page import DamagedPageError

from ..chromium import chromium
from .vectors import PWN, vectors

BASE = "http://en.sass.cn/103002/41.aspx"
SHOWN_AT = "http://shown.test/"
ENDS = ("", "'>x</a>", "-->", "</script>", "</style>", "</iframe></svg>")
NOTHING = Body("", "", "", [], [])


def read(markup: str) -> Body:
    """Read a body; one that is refused because it is cut is read with an end, so that it is judged, too."""
    for end in ENDS:
        with suppress(DamagedPageError):
            return read_body(markup + end, BASE)
    return NOTHING


ALL = vectors()
BODIES = [read(markup) for _, markup in ALL]
CLEANED = [body.html for body in BODIES]
BATCH = 80  # frames in a page
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


@dataclass
class Watcher:
    """A browser that shows documents of our own, by path, and asks nobody; ``asked`` has what it would have asked."""

    context: BrowserContext
    documents: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    asking: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.add_init_script(_WATCH)
        self.context.route("**/*", self._answer)

    def _answer(self, route: Route) -> None:
        document = self.documents.get(route.request.url)
        if document is not None:
            route.fulfill(body=f"<!DOCTYPE html><title>x</title>{document}", content_type="text/html; charset=utf-8")
        else:
            self.asked.append(route.request.url)
            self.asking.add(route.request.frame.name)
            route.abort()

    def show(self, body: str, **frames: str) -> Page:
        """Open a page with this body; ``frames`` are documents for frames of these names."""
        self.documents = {SHOWN_AT: body, **{f"{SHOWN_AT}{name}": one for name, one in frames.items()}}
        self.asked, self.asking = [], set()
        page = self.context.new_page()
        page.on("dialog", lambda dialog: (self.asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(SHOWN_AT, wait_until="load")
        return page


@pytest.fixture(scope="module")
def watcher() -> Iterator[Watcher]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield Watcher(browser.new_context())
        browser.close()


TIMEOUT = 1000  # milliseconds


def settle(page: Page) -> list[str]:
    """Touch everything, let what is under way come to an end, and return what ran."""
    page.evaluate(_TOUCH)
    page.wait_for_load_state("networkidle")
    ran: list[str] = page.evaluate("window.ran")
    return ran


def judge(watcher: Watcher, page: Page) -> None:
    pictures = {image["url"] for body in BODIES for image in body.images}
    assert settle(page) == []
    assert set(watcher.asked) <= pictures
    assert page.url == SHOWN_AT
    assert page.evaluate("location.href + document.baseURI + document.title") == f"{SHOWN_AT}{SHOWN_AT}x"
    schemes = page.evaluate("[...document.querySelectorAll('a, area')].filter(a => a.href).map(a => a.protocol)")
    assert set(schemes) <= SAFE_SCHEMES
    page.close()


def test_uncleaned_vectors_do_harm(watcher: Watcher) -> None:
    """So that the tests below can fail."""
    harmed: dict[str, list[bool]] = {}
    for start in range(0, len(ALL), BATCH):
        frames = {f"f{number}": (kind, markup) for number, (kind, markup) in enumerate(ALL[start : start + BATCH])}
        inside = "".join(f"<iframe name={name} src=/{name}></iframe>" for name in frames)
        page = watcher.show(inside, **{name: markup for name, (_, markup) in frames.items()})
        for frame in page.frames:
            with suppress(Error):  # it may have led elsewhere
                frame.evaluate(_TOUCH)
        with suppress(Error):  # what is not cleaned may load something anew for ever
            page.wait_for_load_state("networkidle", timeout=TIMEOUT)
        for frame in page.frames:
            if frame.name in frames:
                is_harmed = frame.url != f"{SHOWN_AT}{frame.name}" or frame.name in watcher.asking or has_run(frame)
                harmed.setdefault(frames[frame.name][0], []).append(is_harmed)
        page.close()
    shares = {kind: sum(several) / len(several) for kind, several in harmed.items()}
    assert len(ALL) > 100
    assert min(shares.values()) > 0.3, shares
    assert sum(map(sum, harmed.values())) > len(ALL) / 2, shares


def has_run(frame: Frame) -> bool:
    try:
        return bool(frame.evaluate("window.ran?.length ?? 0"))
    except Error:  # it is on its way elsewhere
        return True


def test_every_vector_is_read() -> None:
    unread = [markup for (_, markup), body in zip(ALL, BODIES, strict=True) if body is NOTHING]
    assert [markup.partition(">")[0] for markup in unread] == ["<plaintext"], "which nothing can end"


def test_html_is_harmless_in_chromium(watcher: Watcher) -> None:
    page = watcher.show("\n".join(f"<article>{body}</article>" for body in CLEANED))
    assert page.locator("article").count() == len(ALL)
    judge(watcher, page)


def test_html_is_harmless_as_inner_html(watcher: Watcher) -> None:
    """Some markup is harmless until a browser writes it out and reads it again."""
    page = watcher.show("")
    page.evaluate(
        """bodies => { for (const body of bodies) {
            const [first, second, third] = [0, 0, 0].map(() => document.createElement('article'));
            first.innerHTML = body; second.innerHTML = first.innerHTML; third.innerHTML = second.innerHTML;
            document.body.append(first, third);
        } }""",
        CLEANED,
    )
    judge(watcher, page)


def test_markdown_is_harmless_in_chromium(watcher: Watcher) -> None:
    """Rendered with HTML let through, which is the most that a reader of Markdown may do."""
    render = MarkdownIt("commonmark", {"html": True}).enable("table").render
    rendered = [render(body.markdown) for body in BODIES]
    judge(watcher, watcher.show("\n".join(f"<article>{body}</article>" for body in rendered)))


@pytest.mark.parametrize("number", range(len(ALL)))
def test_html_has_no_script(number: int) -> None:
    body = CLEANED[number]
    assert read_body(body, BASE).html == body
    tags = re.findall(r"<[a-z][^>]*>", body)
    assert not any(
        re.search(r"\s(?:on\w+|style|srcdoc|background|srcset)=", re.sub(r'"[^"]*"', "", tag)) for tag in tags
    )
    for address in re.findall(r'(?:href|src)="([^"]*)"', "".join(tags)):
        assert f"{urlsplit(address).scheme}:" in SAFE_SCHEMES
    assert PWN not in re.sub(r'"[^"]*"', "", "".join(tags))
