"""Settings that are made from other settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sassspider import __version__

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_NO_CONTACT = "operator has left no address"


class UserAgentAddon:
    """Set ``USER_AGENT`` from ``CONTACT``, an address or a web page, unless the operator set it."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT at an add-on's priority."""
        contact = " ".join((settings.get("CONTACT") or _NO_CONTACT).split())
        settings.set("USER_AGENT", f"sassspider/{__version__} (+{contact})", "addon")


class BrowserAddon:
    """Have a browser at hand, by scrapy-playwright, unless BROWSER=never."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the download handlers, unless the operator set others, and scrapy-playwright's settings."""
        from sassspider.browser import launch_options

        options = launch_options(settings)
        if not options:
            return
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in ("http", "https"):
            if handlers.get(scheme) is None:
                handlers[scheme] = "sassspider.chromium.BrowserDownloadHandler"
        for name, value in {
            "PLAYWRIGHT_BROWSER_PROVIDER": "sassspider.chromium.LazyBrowserProvider",
            "PLAYWRIGHT_ABORT_REQUEST": "sassspider.browser.abort_request",
            "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,  # Chromium's own, as it is to look like a browser
        }.items():
            settings.set(name, value, "addon")
        logging.getLogger("scrapy-playwright").setLevel(logging.WARNING)  # tells of its start in every crawl
        settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", options, "cmdline")
