"""Detect challenges; find the Chromium that passes them, its launch options, and the hosts that it may reach.

A challenge is a page that a firewall serves in place of the site's own until a browser has set a cookie: short HTML
with a script and without links, as no page of the site is. A CAPTCHA and a login form need a person: they are not
challenges.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured
from selectolax.lexbor import LexborHTMLParser

from sassspider.arguments import ArgumentError
from sassspider.page import is_xml
from sassspider.urls import is_same_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Request as PageRequest
    from scrapy import Request
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

# Keys of Request.meta
PASS = "browser_pass"  # noqa: S105  open the page and wait until its challenge is passed
COOKIES = "browser_cookies"  # value of the Cookie header that a passed challenge leaves
FETCH = "browser_fetch"  # fetch the page with Chromium

NO_CHROMIUM = "there is no Chromium here; install it (apt install chromium), or name one in BROWSER_EXECUTABLE"
_NO_PROXY = "http://127.0.0.1:9"  # nothing listens there
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

MAX_SIZE = 256 * 1024  # bytes; a challenge has a few kB
_MAX_TEXT = 1500  # visible characters; a challenge says "one moment" and no more
_STATUSES = frozenset({200, 202, 203, 401, 403, 405, 412, 429, 503, 521})
_CHALLENGE_STATUSES = frozenset({412, 521})  # hardly used for anything else
_HEADERS = ("Content-Type", "Location")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NEEDS_PERSON = re.compile(r"g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/|geetest|验证码|滑块", re.IGNORECASE)
_FOR_PERSON = 'input[type="password" i], input[name*="captcha" i], input[id*="captcha" i]'
_REFRESH = 'meta[http-equiv="refresh" i]'
_INVISIBLE = ["script", "style", "noscript", "title", "template"]
_ARTICLE_URL = re.compile(r"/[0-9]{1,18}/[0-9]{1,18}\.aspx")


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
            raise BrowserSettingError(f"BROWSER_EXECUTABLE={given} is not a program: name Chromium's, or leave it out")
        return given
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launch_options(settings: BaseSettings) -> dict[str, Any]:
    """Return options of Playwright's ``launch``; those of PLAYWRIGHT_LAUNCH_OPTIONS win. Raises BrowserSettingError."""
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


def describe_challenge(request: Request, response: Response, sets_cookie: bool) -> str:
    """Return which kind of challenge a response is, with its status; "" for any other response."""
    content_type, location = ((response.headers.get(name) or b"").decode("latin-1") for name in _HEADERS)
    if sets_cookie and is_redirect_to_itself(response.status, request.url, location):
        return f"a cookie challenge (HTTP status {response.status})"
    if is_challenge(response.status, content_type, response.body, sets_cookie):
        return f"a JavaScript challenge (HTTP status {response.status})"
    return ""


def is_redirect_to_itself(status: int, url: str, location: str) -> bool:
    """Return whether a response redirects to the requested URL itself."""
    try:
        return status in _REDIRECTS and urljoin(url, location).partition("#")[0] == url
    except ValueError:  # the target is not a URL
        return False


def is_challenge(status: int, content_type: str, body: bytes, sets_cookie: bool = False) -> bool:
    """Return whether a page is short HTML whose script, or whose refresh with a cookie, leads on to the page itself."""
    is_text = content_type.lower().startswith("text/") or not content_type  # a file may have a script
    if status not in _STATUSES or not is_text or len(body) > MAX_SIZE or is_xml(body):
        return False
    html = _decode(body)
    page = LexborHTMLParser(html)
    leads_on = page.css_first("script") or (sets_cookie and page.css_first(_REFRESH))
    if not leads_on or page.css_first(_FOR_PERSON) or _NEEDS_PERSON.search(html):
        return False
    page.strip_tags(_INVISIBLE)
    if len(" ".join(page.text(separator=" ").split())) > _MAX_TEXT or len(set(_ARTICLE_URL.findall(html))) > 1:
        return False
    return status in _CHALLENGE_STATUSES or not page.css_first("a, area, frame, iframe, object")


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
