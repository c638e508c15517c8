"""Settings that are made from other settings."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from sassspider import __version__
from sassspider.alerting import DEFAULTS

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_NO_CONTACT = "operator has left no address"


# What Scrapy has by default and imports in any case, and the setting that then switches it off.
_SWITCHES = {
    "EXTENSIONS_BASE": {
        "scrapy.extensions.memdebug.MemoryDebugger": "MEMDEBUG_ENABLED",
        "scrapy.extensions.remote_control.RemoteControl": "REMOTE_CONTROL_ENABLED",  # imports aiohttp
        "scrapy.extensions.telnet.TelnetConsole": "TELNETCONSOLE_ENABLED",  # imports Twisted's shell
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": "COOKIES_ENABLED",  # imports tldextract and requests
        "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": "HTTPCACHE_ENABLED",
    },
}


class LeanAddon:
    """Has Scrapy leave out what is switched off, which it would import all the same, for a fifth of a crawl's start.

    A None in EXTENSIONS and the like is no help: what is named there is imported to compare it with the defaults.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Take it out of the defaults."""
        for name, switches in _SWITCHES.items():
            for component, switch in switches.items():
                if not settings.getbool(switch):
                    settings[name].pop(component, None)


class UserAgentAddon:
    """Says who crawls and how to reach them: ``USER_AGENT`` from ``CONTACT``, an address or a web page."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT unless the operator did."""
        contact = " ".join((settings.get("CONTACT") or _NO_CONTACT).split())
        settings.set("USER_AGENT", f"sassspider/{__version__} (+{contact})", "addon")


class AlertsAddon:
    """Settings of Spidermon's, for alarms: good defaults, then the environment under the same names, for secrets."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set what the operator did not."""
        given = {name: value for name, value in os.environ.items() if name.startswith("SPIDERMON_")}
        for name, value in {**DEFAULTS, **given}.items():
            settings.set(name, value, "addon")


class BrowserAddon:
    """Have a browser at hand, by scrapy-playwright, unless BROWSER=never or there is no Chromium."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the download handlers, unless the operator set others, and scrapy-playwright's settings."""
        from sassspider.browser import BrowserSettings, launch_options

        options = BrowserSettings.read(settings)
        if options.missing:
            return
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in ("http", "https"):
            if handlers.get(scheme) in (None, "sassspider.network.handler.DownloadHandler"):
                handlers[scheme] = "sassspider.chromium.BrowserDownloadHandler"
        for name, value in {
            "PLAYWRIGHT_BROWSER_TYPE": "chromium",
            "PLAYWRIGHT_BROWSER_PROVIDER": "sassspider.chromium.LazyBrowserProvider",
            "PLAYWRIGHT_ABORT_REQUEST": "sassspider.browser.abort_request",
            "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,  # Chromium's own, as it is to look like a browser
            "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 8,
        }.items():
            settings.set(name, value, "addon")
        logging.getLogger("scrapy-playwright").setLevel(logging.WARNING)  # tells of its start in every crawl
        settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", launch_options(settings, options.executable), "cmdline")
