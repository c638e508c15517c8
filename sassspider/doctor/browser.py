"""The browser that passes challenges. It is looked for, not started."""

from __future__ import annotations

from scrapy.settings import BaseSettings

from sassspider.arguments import ArgumentError
from sassspider.browser import BrowserSettings
from sassspider.doctor.finding import Finding


def check_browser(settings: BaseSettings) -> Finding:
    """Whether there is the browser that the settings ask for. No crawl needs one unless the site does."""
    try:
        choice = BrowserSettings.read(settings)
    except ArgumentError as error:
        return Finding("fail", "browser", str(error), "correct it: no crawl starts")
    if not choice.missing:
        return Finding("ok", "browser", f"{choice.executable}, BROWSER={choice.mode}")
    if choice.mode == "never":
        return Finding("ok", "browser", "not used: BROWSER=never")
    missing, _, remedy = choice.missing.partition("; ")
    return Finding("warn", "browser", missing, f"{remedy}, should the site ever ask for a browser")
