"""Settings that follow from BROWSER."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sassspider.browser.choice import configure_browser

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_PLAIN = "sassspider.network.handler.DownloadHandler"
_HANDLER = "sassspider.browser.handler.BrowserDownloadHandler"


class BrowserAddon:
    """Has requests downloaded by a handler that knows a browser, where there is one."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set the handlers, unless the operator set others; raises NotConfigured on wrong settings."""
        choice = configure_browser(settings)
        if choice.executable is not None:
            chosen = settings.getdict("DOWNLOAD_HANDLERS")
            handlers = {scheme: _HANDLER if name == _PLAIN else name for scheme, name in chosen.items()}
            settings.set("DOWNLOAD_HANDLERS", handlers, settings.getpriority("DOWNLOAD_HANDLERS") or "addon")
            settings.set("PLAYWRIGHT_BROWSER_TYPE", "chromium", "addon")
