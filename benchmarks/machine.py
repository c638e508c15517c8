"""What was measured on: without it, no figure says anything."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sassspider import __version__

PACKAGES = ("scrapy", "lxml", "nh3", "selectolax", "sqlalchemy", "pyarrow", "trafilatura", "newspaper4k")


def describe() -> list[str]:
    """Lines of the machine, the versions and the date."""
    found = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return [
        f"- {datetime.now(UTC):%Y-%m-%d}, sassspider {__version__}",
        f"- {_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, {platform.platform()}",
        f"- {platform.python_implementation()} {platform.python_version()}; {found}",
    ]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
