"""Settings that are made from other settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sassspider import __version__
from sassspider.alerting import DEFAULTS

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_NO_CONTACT = "operator has left no address"


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
