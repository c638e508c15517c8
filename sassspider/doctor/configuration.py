"""The settings, and the archive that they name. Nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from scrapy.settings import BaseSettings
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sassspider.alerting import CHANNELS, find_missing
from sassspider.archive.engine import ArchiveError, explaining, open_engine
from sassspider.archive.schema import VERSION, read_version
from sassspider.archive.tables import articles
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
        file = _find_file(url)
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


def _find_file(url: str) -> Path | None:
    """The file of an SQLite database; None for other databases, and for what ``open_engine`` will refuse."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(parsed.database) if is_file and parsed.database and not parsed.database.startswith(":") else None


def _read_archive(url: str) -> str:
    engine = open_engine(url)
    name = engine.url.render_as_string(hide_password=True)
    try:
        with explaining(engine), engine.connect() as connection:
            version = read_version(connection)
            if version is None:
                return f"{name} is empty; a crawl makes its tables"
            if version > VERSION:
                raise ArchiveError(f"{name} was written by a newer sassspider: upgrade this one")
            count = connection.execute(select(func.count()).select_from(articles)).scalar_one()
    finally:
        engine.dispose()
    return f"{name}, {count:,} articles"
