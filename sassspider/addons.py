"""Settings that are made from other settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sassspider import __version__

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_NO_CONTACT = "operator has left no address"


class SettingsAddon:
    """Set ``USER_AGENT`` from ``CONTACT``, an address or a web page."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT, unless the operator set another one."""
        contact = " ".join((settings.get("CONTACT") or _NO_CONTACT).split())
        settings.set("USER_AGENT", f"sassspider/{__version__} (+{contact})", "addon")
