"""Python, packages, folders and disk of this machine. Nothing is written."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement

from sassspider.doctor.finding import Finding

OLDEST, NEWEST = (3, 11), (3, 13)  # Pythons that the tests run on
# As in pyproject.toml, which is not there where the project is deployed.
REQUIREMENTS = (
    "scrapy>=2.19,<2.20",
    "itemloaders>=1.4,<2",
    "w3lib>=2.4,<3",
    "scrapy-playwright>=0.0.48,<0.1",
    "brotli>=1.2,<2",
    "backports.zstd>=1.3; python_version < '3.14'",
    "lxml>=6.1,<7",
    "parsel>=1.11,<2",
    "nh3>=0.3.8,<0.4",
    "selectolax>=1.0.2,<2",
    "sqlalchemy>=2.1,<3",
    "orjson>=3.11,<4",
    "rich>=14",
    "requests>=2.32",
    "spidermon>=1.27,<1.28",
)
_GB = 10**9
SCARCE, LEAST = _GB, _GB // 10  # bytes; an article takes about 45 kB, in archive and corpus together


def check_python(running: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Whether this Python is one that the project is made for."""
    seen = ".".join(map(str, running))
    if running[:2] < OLDEST:
        return Finding("fail", "Python", seen, "use Python 3.11, 3.12 or 3.13")
    if running[:2] > NEWEST:
        return Finding("warn", "Python", seen, "not tried with this one; 3.11 to 3.13 are")
    return Finding("ok", "Python", seen)


def check_packages(requirements: Sequence[str] = REQUIREMENTS) -> Finding:
    """Whether every package is installed, in a version that fits."""
    wrong = list(_find_wrong_packages(requirements))
    if wrong:
        return Finding("fail", "packages", "; ".join(wrong), "pip install -r requirements.txt")
    return Finding("ok", "packages", f"{len(requirements)} of {len(requirements)}")


def _find_wrong_packages(requirements: Sequence[str]) -> Iterator[str]:
    for requirement in map(Requirement, requirements):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            yield f"{requirement} is missing"
        else:
            if not requirement.specifier.contains(installed, prereleases=True):
                yield f"{requirement.name} is {installed}, not {requirement.specifier}"


def check_folder(what: str, folder: Path) -> Finding:
    """Whether files can be written into a folder that may have to be made first."""
    there = find_existing(folder)
    if not there.is_dir():
        return Finding("fail", what, f"{folder}: {there} is no folder", f"move {there} away, or name another folder")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding("fail", what, f"{folder} can't be written", f"give yourself write permission to {there}")
    return Finding("ok", what, str(folder))


def check_disk(folder: Path, free: int | None = None) -> Finding:
    """Whether there is room where ``folder`` is or will be; ``free`` is in bytes."""
    left = shutil.disk_usage(find_existing(folder)).free if free is None else free
    seen = f"{left / _GB:,.1f} GB free for {folder}"
    if left < LEAST:
        return Finding("fail", "disk", seen, "free some space: a crawl ends when the disk is full")
    return Finding("warn", "disk", seen, "free some space soon") if left < SCARCE else Finding("ok", "disk", seen)


def find_existing(path: Path) -> Path:
    """The nearest of a path and its parents that is there."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
