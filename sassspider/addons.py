"""Settings that are made from other settings."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sassspider import __version__
from sassspider.browser import launch_options

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_NO_CONTACT = "operator has left no address"
_PLAYWRIGHT = {
    "PLAYWRIGHT_BROWSER_PROVIDER": "sassspider.chromium.LazyBrowserProvider",
    "PLAYWRIGHT_ABORT_REQUEST": "sassspider.browser.abort_request",
    "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,  # Chromium's own, as it is to look like a browser
}


class SettingsAddon:
    """Set ``USER_AGENT`` from ``CONTACT``, an address or a web page; have a browser at hand, unless BROWSER=never."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT, the download handlers and scrapy-playwright's settings, unless the operator set others."""
        contact = " ".join((settings.get("CONTACT") or _NO_CONTACT).split())
        settings.set("USER_AGENT", f"sassspider/{__version__} (+{contact})", "addon")
        if not (options := launch_options(settings)):
            return
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in ("http", "https"):
            if handlers.get(scheme) is None:
                handlers[scheme] = "sassspider.chromium.BrowserDownloadHandler"
        settings.update(_PLAYWRIGHT, "addon")
        settings.set("PLAYWRIGHT_LAUNCH_OPTIONS", options, "cmdline")
        logging.getLogger("scrapy-playwright").setLevel(logging.WARNING)  # tells of its start in every crawl
