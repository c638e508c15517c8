"""Settings of the browser: how Chromium is found and started, and what its pages may reach."""

from __future__ import annotations

import base64
import os
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured

from sassspider.arguments import ArgumentError
from sassspider.urls import is_same_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Request as PageRequest
    from scrapy import Request
    from scrapy.settings import BaseSettings

# Keys of Request.meta
PASS = "browser_pass"  # noqa: S105  open the page and wait until its challenge is passed
COOKIES = "browser_cookies"  # value of the Cookie header that a passed challenge leaves
FETCH = "browser_fetch"  # fetch the page with Chromium

NO_CHROMIUM = "there is no Chromium here; install it (apt install chromium), or name one in BROWSER_EXECUTABLE"
_NO_PROXY = "http://127.0.0.1:9"  # nothing listens there
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class ChallengeError(IgnoreRequest):
    """A challenge that was not passed, or a Chromium that did not start; the message says what to do."""


class BrowserSettingError(ArgumentError, NotConfigured):
    """A wrong setting; ``scrapy crawl`` exits with 2, for other commands Scrapy leaves the component out."""


def read_mode(settings: BaseSettings) -> str:
    """Return the value of BROWSER; raise BrowserSettingError for an unknown one."""
    mode = str(settings.get("BROWSER", "auto")).strip().lower()
    if mode not in ("auto", "always", "never"):
        raise BrowserSettingError(f"BROWSER={settings['BROWSER']!r} is wrong: write auto, always or never")
    return mode


def find_chromium(settings: BaseSettings) -> str | None:
    """Return BROWSER_EXECUTABLE or the system's Chromium or Chrome; None for Playwright's own."""
    if given := str(settings.get("BROWSER_EXECUTABLE") or ""):
        if not shutil.which(given):
            raise BrowserSettingError(f"BROWSER_EXECUTABLE={given} is no program: name Chromium's, or leave it out")
        return given
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch_options(settings: BaseSettings) -> dict[str, Any]:
    """Return options of Playwright's ``launch``, if BROWSER allows one; those of PLAYWRIGHT_LAUNCH_OPTIONS win.

    Raises BrowserSettingError.
    """
    if read_mode(settings) == "never":
        return {}
    try:
        given = settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")
    except (TypeError, ValueError):
        wrong = f"PLAYWRIGHT_LAUNCH_OPTIONS={settings['PLAYWRIGHT_LAUNCH_OPTIONS']!r} is wrong"
        raise BrowserSettingError(f"{wrong}: write options of Playwright's launch as JSON") from None
    own = {
        "executable_path": find_chromium(settings),
        "chromium_sandbox": os.geteuid() != 0,  # Chromium refuses it to root
        # Scrapy decides what Ctrl-C means; Chromium ends with the crawl.
        **dict.fromkeys(("handle_sigint", "handle_sigterm", "handle_sighup"), False),
    }
    no_udp = "--webrtc-ip-handling-policy=disable_non_proxied_udp"  # which passes by a proxy
    return {**own, **given, "args": [no_udp, *given.get("args", ())]}


def choose_proxy(request: Request, mirrors: Mapping[str, str]) -> dict[str, str]:
    """Return Playwright's ``proxy``: the operator's, or one that does not exist, which only the site bypasses."""
    if proxy := request.meta.get("proxy"):
        credentials = (request.headers.get("Proxy-Authorization") or b"").rpartition(b" ")[2]
        username, _, password = base64.b64decode(credentials).decode().partition(":")
        return {"server": proxy, "username": username, "password": password}
    urls = {request.url, *(f"http://{host}/" for host in (*mirrors, *mirrors.values()))}
    hosts = {urlsplit(url).netloc for url in urls if is_same_site(url, request.url, mirrors)}
    return {"server": _NO_PROXY, "bypass": ",".join(["<-loopback>", *sorted(hosts)])}


def abort_request(request: PageRequest) -> bool:
    """Return whether to block a page's request, as no challenge needs it: images, fonts, styles, web sockets."""
    return request.resource_type not in ("document", "script", "xhr", "fetch")
