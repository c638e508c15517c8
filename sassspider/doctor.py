"""Checks of this machine and its settings, for ``scrapy doctor``. Nothing is written."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement
from scrapy.settings import BaseSettings

from sassspider.arguments import ArgumentError
from sassspider.browser import BrowserSettings
from sassspider.validation import validate_settings

OLDEST, NEWEST = (3, 11), (3, 13)  # Pythons that the tests run on
_GB = 10**9
SCARCE, LEAST = _GB, _GB // 10  # bytes; an article takes about 45 kB, in archive and corpus together


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check, and what to do about it; only ``fail`` means that a crawl can't run."""

    state: Literal["ok", "warn", "fail"]
    subject: str
    fact: str
    advice: str = ""


def check_machine(settings: BaseSettings) -> Iterator[Finding]:
    """Yield the findings of every check that needs no network."""
    yield check_python()
    yield check_packages(read_requirements())
    yield check_contact(settings)
    yield check_settings(settings)
    yield check_archive(settings["ARCHIVE_URL"])
    data = Path(settings["EXPORT_PATH"] or "data/x").parent
    for subject, folder in (("export", data), ("runs", settings["RUNS_DIR"]), ("pages", settings["QUARANTINE_DIR"])):
        if folder:
            yield check_folder(subject, Path(folder))
    yield check_disk(data)
    yield from check_alerts(settings)
    yield check_browser(settings)


def check_python(running: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Check the version of Python."""
    fact = ".".join(map(str, running))
    if running[:2] < OLDEST:
        return Finding("fail", "Python", fact, "use Python 3.11, 3.12 or 3.13")
    if running[:2] > NEWEST:
        return Finding("warn", "Python", fact, "the tests run on Python 3.11 to 3.13")
    return Finding("ok", "Python", fact)


def read_requirements() -> list[str]:
    """Return the project's requirements, from its checkout or from the package that is installed or deployed."""
    project = Path(__file__).parent.parent / "pyproject.toml"
    if project.is_file():
        return list(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"])
    try:
        return [one for one in requires("sassspider") or () if "extra ==" not in one]
    except PackageNotFoundError:
        return []


def check_packages(requirements: Sequence[str]) -> Finding:
    """Check that every required package is installed, in a version that fits."""
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


def check_contact(settings: BaseSettings) -> Finding:
    """Check that the user agent names a contact."""
    if settings.get("CONTACT"):
        return Finding("ok", "contact", settings["CONTACT"])
    advice = "set SASSSPIDER_CONTACT to your mail address or web page"
    return Finding("warn", "contact", "CONTACT is not set: the user agent names no contact", advice)


def check_settings(settings: BaseSettings) -> Finding:
    """Check the values of all settings, as ``scrapy crawl`` does."""
    try:
        validate_settings(settings)
    except ArgumentError as error:
        return Finding("fail", "settings", str(error), "correct it: no crawl starts")
    if not settings.getbool("HEALTH_ENABLED"):
        return Finding("warn", "settings", "HEALTH_ENABLED is off: no run is judged", "set it to True")
    return Finding("ok", "settings", "all values can be used")


def check_archive(url: str) -> Finding:
    """Check that the archive can be used, or created if there is none."""
    from sassspider.archive import ArchiveError
    from sassspider.archive.engine import find_file, is_writable

    try:
        file = find_file(url)
        if file is not None and not file.exists():
            folder = check_folder("archive", file.parent)
            none_yet = Finding("ok", "archive", f"none yet; a crawl creates {file}")
            return none_yet if folder.state == "ok" else folder
        fact = _read_archive(url)
    except ArchiveError as error:
        return Finding("fail", "archive", str(error), "correct SASSSPIDER_ARCHIVE_URL, or do as the message says")
    if file is not None and not is_writable(file):
        return Finding("fail", "archive", f"{file} can't be written", "give yourself write permission to it")
    return Finding("ok", "archive", fact)


def _read_archive(url: str) -> str:
    """Return what an archive holds; raise ArchiveError if it can't be used."""
    from sassspider.archive.archive import Archive
    from sassspider.archive.engine import open_engine, translate_errors
    from sassspider.archive.history import count_articles
    from sassspider.archive.migrations import read_version, refuse_newer
    from sassspider.archive.reader import Selection

    engine = open_engine(url)
    name = engine.url.render_as_string(hide_password=True)
    try:
        with translate_errors(engine), engine.connect() as connection:
            found = read_version(connection)
        if found is None:
            return f"{name} is empty; a crawl creates its tables"
        refuse_newer(engine, found)
        count = count_articles(Archive(engine), Selection(site=None, removed=True, duplicates=True))
    finally:
        engine.dispose()
    return f"{name}, {count:,} articles"


def check_folder(subject: str, folder: Path) -> Finding:
    """Check that files can be written into a folder, which need not exist yet."""
    existing = _find_existing(folder)
    if not existing.is_dir():
        return Finding("fail", subject, f"{folder}: {existing} is a file", f"move {existing}, or name another folder")
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("fail", subject, f"{folder} can't be written", f"give yourself write permission to {existing}")
    return Finding("ok", subject, str(folder))


def check_disk(folder: Path, free: int | None = None) -> Finding:
    """Check the free space (bytes; measured by default) of the disk that has or will have a folder."""
    left = shutil.disk_usage(_find_existing(folder)).free if free is None else free
    fact = f"{left / _GB:,.1f} GB free for {folder}"
    if left < LEAST:
        return Finding("fail", "disk", fact, "free some space: a crawl ends when the disk is full")
    return Finding("warn", "disk", fact, "free some space soon") if left < SCARCE else Finding("ok", "disk", fact)


def check_alerts(settings: BaseSettings) -> Iterator[Finding]:
    """Yield whether an alarm can be sent to each URL in ``HEALTH_ALERTS``."""
    from sassspider.monitors import find_alert_problem, split_urls

    for url in split_urls(settings):
        if problem := find_alert_problem(url):
            yield Finding("warn", "alerts", problem, "see Health in docs/operate.md")
        else:
            yield Finding("ok", "alerts", f"{url.partition('://')[0]}://…")


def check_browser(settings: BaseSettings) -> Finding:
    """Check for the browser that the settings ask for; no crawl needs one unless the site does."""
    try:
        choice = BrowserSettings.read(settings)
    except ArgumentError as error:
        return Finding("fail", "browser", str(error), "correct it: no crawl starts")
    if not choice.missing:
        return Finding("ok", "browser", f"{choice.executable}, BROWSER={choice.mode}")
    if choice.mode == "never":
        return Finding("ok", "browser", "not used: BROWSER=never")
    missing, _, remedy = choice.missing.partition("; ")
    return Finding("warn", "browser", missing, f"{remedy}, should the site ever require a browser")


def _find_existing(path: Path) -> Path:
    """Return the nearest of a path and its parents that exists."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
