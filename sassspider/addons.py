"""Settings that are made from other settings."""

from __future__ import annotations

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
