"""Settings of the browser: whether there is one, how it is started, and what its pages may reach."""

from __future__ import annotations

import base64
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest, NotConfigured

from sassspider.arguments import ArgumentError
from sassspider.sites import is_same_site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Request as PageRequest
    from scrapy import Request
    from scrapy.settings import BaseSettings

# Keys of Request.meta, and of the response to PASS
PASS = "browser_pass"  # noqa: S105  open the page and wait until its challenge is passed
COOKIES = "browser_cookies"  # value of the Cookie header that a passed challenge leaves
FETCH = "browser_fetch"  # fetch the page with Chromium

_NO_PROXY = "http://127.0.0.1:9"  # nothing listens there
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_DOWNLOADS = {"darwin": "~/Library/Caches", "win32": "~/AppData/Local"}  # of Playwright; elsewhere ~/.cache
_BINARIES = ("chrome-*/chrome", "chrome-*/chrome.exe", "chrome-*/*.app/Contents/MacOS/*")


class ChallengeError(IgnoreRequest):
    """A challenge that was not passed, or a Chromium that did not start; the message says what to do."""


class BrowserSettingError(ArgumentError, NotConfigured):
    """A wrong setting; ``scrapy crawl`` exits with 2, for other commands Scrapy leaves the component out."""


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """Checked settings; ``missing`` says why there is no browser and what to do, "" if there is one."""

    mode: str
    executable: str
    missing: str
    timeout: float  # seconds
    max_challenges: float

    @classmethod
    def read(cls, settings: BaseSettings) -> Self:
        """Read and check the settings; raise BrowserSettingError."""
        mode = str(settings.get("BROWSER", "auto")).strip().lower()
        if mode not in ("auto", "always", "never"):
            raise BrowserSettingError(f"BROWSER={settings['BROWSER']!r} is wrong: write auto, always or never")
        executable = "" if mode == "never" else find_chromium(settings)
        missing = _find_missing(mode, executable)
        if missing and mode == "always":
            raise BrowserSettingError(f"BROWSER=always can't work: {missing}")
        launch_options(settings, executable)
        numbers = (_read_number(settings, "BROWSER_TIMEOUT", 30), _read_number(settings, "BROWSER_MAX_CHALLENGES", 20))
        return cls(mode, executable, missing, *numbers)


def find_chromium(settings: BaseSettings) -> str:
    """Return BROWSER_EXECUTABLE, the system's Chromium or Chrome, Playwright's newest, or "" if there is none."""
    if given := str(settings.get("BROWSER_EXECUTABLE") or ""):
        if not shutil.which(given):
            raise BrowserSettingError(f"BROWSER_EXECUTABLE={given} is no program: name Chromium's, or leave it out")
        return given
    if found := next(filter(None, map(shutil.which, _NAMES)), None):
        return found
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or f"{_DOWNLOADS.get(sys.platform, '~/.cache')}/ms-playwright"
    downloaded = [path for name in _BINARIES for path in Path(folder).expanduser().glob(f"chromium-*/{name}")]
    return str(max(downloaded, key=lambda path: path.stat().st_mtime, default=""))


def launch_options(settings: BaseSettings, executable: str) -> dict[str, Any]:
    """Return options of Playwright's ``launch``; those of PLAYWRIGHT_LAUNCH_OPTIONS win."""
    try:
        given = settings.getdict("PLAYWRIGHT_LAUNCH_OPTIONS")
    except (TypeError, ValueError):
        wrong = f"PLAYWRIGHT_LAUNCH_OPTIONS={settings['PLAYWRIGHT_LAUNCH_OPTIONS']!r} is wrong"
        raise BrowserSettingError(f"{wrong}: write options of Playwright's launch as JSON") from None
    own = {
        "executable_path": executable,
        "chromium_sandbox": not (hasattr(os, "geteuid") and os.geteuid() == 0),  # Chromium refuses it to root
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


def _find_missing(mode: str, executable: str) -> str:
    if mode == "never":
        return "BROWSER is never; set it to auto"
    if not executable:
        return "there is no Chromium here; install it (apt install chromium), or name one in BROWSER_EXECUTABLE"
    return ""


def _read_number(settings: BaseSettings, name: str, default: float) -> float:
    try:
        number = float(settings.get(name, default))
    except (TypeError, ValueError):
        number = 0
    if not 1 <= number < 100_000:
        raise BrowserSettingError(f"{name}={settings[name]!r} is wrong: write a number, 1 or more")
    return number
