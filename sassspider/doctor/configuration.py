"""The settings, and the archive that they name. Nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterator

from scrapy.settings import BaseSettings

from sassspider.alerting import CHANNELS, find_missing
from sassspider.archive import ArchiveError
from sassspider.archive.archive import Archive
from sassspider.archive.engine import find_file, open_engine, translate_errors
from sassspider.archive.history import count_articles
from sassspider.archive.migrations import read_version, refuse_newer
from sassspider.archive.reader import Selection
from sassspider.doctor.finding import Finding
from sassspider.doctor.machine import check_folder
from sassspider.monitors.limits import LimitError, Limits


def check_contact(settings: BaseSettings) -> Finding:
    """Whether the site is told whom to ask about the crawl."""
    if settings.get("CONTACT"):
        return Finding("ok", "contact", settings["CONTACT"])
    advice = "set SASSSPIDER_CONTACT to your mail address or web page"
    return Finding("warn", "contact", "the site is not told whom to ask", advice)


def check_health(settings: BaseSettings) -> Iterator[Finding]:
    """Whether crawls are judged, and whether those who should be told of alarms can be."""
    if not settings.getbool("HEALTH_ENABLED"):
        yield Finding("warn", "health", "checks are off", "set HEALTH_ENABLED to True")
        return
    try:
        Limits.from_settings(settings)
    except LimitError as error:
        yield Finding("fail", "health", str(error), "correct it: every crawl would end unhealthy")
    for name in settings.getlist("HEALTH_ALERTS"):
        missing = find_missing(name, settings)
        if missing:
            yield Finding("warn", "alerts", f"{name}: {missing}", "see Health in docs/operate.md")
        else:
            yield Finding("ok", "alerts", f"{name}: {CHANNELS[name].action.rpartition('.')[2]} is configured")


def check_archive(url: str) -> Finding:
    """Whether the archive can be used, or made if there is none yet."""
    try:
        file = find_file(url)
        if file is not None and not file.exists():
            folder = check_folder("archive", file.parent)
            none_yet = Finding("ok", "archive", f"none yet; a crawl makes {file}")
            return none_yet if folder.state == "ok" else folder
        seen = _read_archive(url)
    except ArchiveError as error:
        return Finding(
            "fail", "archive", str(error), "do as it says, or name another archive in SASSSPIDER_ARCHIVE_URL"
        )
    if file is not None and not os.access(file, os.W_OK):
        return Finding("fail", "archive", f"{file} can't be written", "give yourself write permission to it")
    return Finding("ok", "archive", seen)


def _read_archive(url: str) -> str:
    engine = open_engine(url)
    name = engine.url.render_as_string(hide_password=True)
    try:
        with translate_errors(engine), engine.connect() as connection:
            version = read_version(connection)
        if version is None:
            return f"{name} is empty; a crawl makes its tables"
        refuse_newer(engine, version)
        count = count_articles(Archive(engine), Selection(site=None, removed=True, duplicates=True))
    finally:
        engine.dispose()
    return f"{name}, {count:,} articles"
