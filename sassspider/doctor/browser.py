"""The browser that passes challenges. It is looked for, not started."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from sassspider.arguments import ArgumentError
from sassspider.browser.choice import choose_browser
from sassspider.doctor.finding import Finding


def check_browser(settings: BaseSettings) -> Finding:
    """Whether there is the browser that the settings ask for. No crawl needs one unless the site does."""
    try:
        choice = choose_browser(settings)
    except ArgumentError as error:
        return Finding("fail", "browser", str(error), "correct it: no crawl starts")
    if choice.executable is not None:
        return Finding("ok", "browser", f"{choice.executable}, BROWSER={choice.mode}")
    if choice.mode == "never":
        return Finding("ok", "browser", "not used: BROWSER=never")
    missing, _, remedy = choice.lack.partition("; ")
    return Finding("warn", "browser", missing, f"{remedy}, should the site ever ask for a browser")
