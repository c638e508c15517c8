"""Health checks of a finished crawl, as monitors of Spidermon, and its action that sends alarms.

``docs/operate.md`` explains each check. Spidermon's own monitors for items and field coverage are not used: they name
no article, and judge a run of three articles like one of three thousand.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.settings import BaseSettings
from spidermon import Monitor, MonitorSuite, monitors
from spidermon.core.actions import Action

from sassspider.arguments import Arguments
from sassspider.clock import today
from sassspider.layout import find_layout_changes

if TYPE_CHECKING:
    from sassspider.archive.records import SectionSummary

logger = logging.getLogger(__name__)

_SHOWN = 10  # unknown paths in a message
_SHOWN_IDS = 5


@dataclass(frozen=True, slots=True)
class MonitorData:
    """What the monitors judge.

    ``archived_before`` counts the section's articles when the run started; ``summary`` is the section's state now, None
    if the archive can't be read. ``listed`` counts the articles named by list pages, ``counts`` has the run's work by
    name (``outcome.count_work``). Of the pages fetched, ``page_count`` counts those that are XML, ``paths`` those that
    have each element path, ``article_count`` those that became articles, ``filled`` the articles that have each field.
    ``invalid`` names the first of ``invalid_count`` articles that violate the schema.
    """

    arguments: Arguments
    settings: BaseSettings
    finished: bool
    archived_before: int
    summary: SectionSummary | None
    listed: int
    counts: Mapping[str, int]
    page_count: int
    paths: Mapping[str, int]
    article_count: int
    filled: Mapping[str, int]
    invalid_count: int
    invalid: Sequence[str]

    @property
    def sound(self) -> int:
        """The number of articles that the site served whole, or confirmed as unchanged."""
        return sum(self.counts[name] for name in ("new", "changed", "unchanged", "returned"))

    @property
    def min_pages(self) -> int:
        """The number of pages from which on shares are judged."""
        return self.settings.getint("HEALTH_MIN_PAGES")


def is_over(count: int, total: int, share: float, min_total: int) -> bool:
    """Return whether ``count`` of ``total`` exceeds a share; one is never too many, nor any of a small total."""
    return total >= min_total and count > 1 and count > share * total


def list_ids(ids: Collection[int]) -> str:
    """Return the number of ids and the smallest of them, for a message."""
    shown = ", ".join(map(str, sorted(ids)[:_SHOWN_IDS]))
    return f"{len(ids)} ({shown}{', …' if len(ids) > _SHOWN_IDS else ''})"


class CrawlMonitor(Monitor):
    """A check of ``MonitorData``; ``fail`` raises an alarm, ``warn`` notes what is only worth a look."""

    @property
    def crawl(self) -> MonitorData:
        """The data that the health extension hands to Spidermon."""
        data: MonitorData = self.data.crawl
        return data

    def warn(self, message: str) -> None:
        """Add a line to the run's warnings."""
        self.data.warnings.append(f"{self.monitor_name}: {message}")


@monitors.name("completeness")
class CompletenessMonitor(CrawlMonitor):
    """Fail if articles that pages of the section name are not archived; judged when the whole section was asked for."""

    def test_missing_articles(self) -> None:
        crawl = self.crawl
        if not (crawl.finished and crawl.arguments.is_whole):
            return
        if crawl.summary is None:
            self.fail("the archive can't be read")
        elif missing := crawl.summary.missing_ids:
            self.fail(f"articles that pages of the section name, and that are not archived: {list_ids(missing)}")


@monitors.name("field coverage")
class FieldCoverageMonitor(CrawlMonitor):
    """Fail if fewer of the fetched articles have a field than ``HEALTH_COVERAGE`` demands."""

    def test_share_of_each_field(self) -> None:
        crawl, total = self.crawl, self.crawl.article_count
        thin = [
            f"{name} in {crawl.filled.get(name, 0)} of {total} articles (at least {float(share):.0%} expected)"
            for name, share in crawl.settings.getdict("HEALTH_COVERAGE").items()
            if is_over(total - crawl.filled.get(name, 0), total, 1 - float(share), crawl.min_pages)
        ]
        if thin:
            self.fail("; ".join(thin))


@monitors.name("items valid")
class SchemaMonitor(CrawlMonitor):
    """Fail if an article that reached the feeds violates ``article.schema.json``."""

    def test_items_fit_schema(self) -> None:
        if count := self.crawl.invalid_count:
            more = ", …" if count > len(self.crawl.invalid) else ""
            self.fail(f"articles that violate article.schema.json: {count}: {', '.join(self.crawl.invalid)}{more}")


@monitors.name("error ratio")
class ErrorRatioMonitor(CrawlMonitor):
    """Fail if too many requests failed, retried with success or not; 404 is no failure."""

    def test_failed_requests(self) -> None:
        counts, share = self.crawl.counts, self.crawl.settings.getfloat("HEALTH_MAX_ERROR_RATIO")
        failed, total = counts["retries"] + counts["failed"], counts["requests"]
        if is_over(failed, total, share, self.crawl.min_pages):
            self.fail(f"{failed} of {total} requests failed ({failed / total:.0%}, at most {share:.0%} expected)")


@monitors.name("zero articles")
class ZeroArticlesMonitor(CrawlMonitor):
    """Fail if the site shows no article of a section that had some."""

    def test_section_has_articles(self) -> None:
        crawl, before = self.crawl, self.crawl.archived_before
        if not (crawl.finished and before and crawl.summary):
            return
        if not crawl.listed and not crawl.sound:
            self.fail(f"the site shows no article of a section of which {before} are archived")
        if not crawl.summary.present:
            self.fail(f"all {before} articles of the section count as removed now")


@monitors.name("newest article")
class NewestArticleMonitor(CrawlMonitor):
    """Warn if the newest article is old; not judged with ``until``."""

    def test_age_of_newest(self) -> None:
        crawl, max_age = self.crawl, self.crawl.settings.getfloat("HEALTH_MAX_AGE_DAYS")
        if not max_age or crawl.summary is None or crawl.summary.newest is None or crawl.arguments.until:
            return
        newest = crawl.summary.newest
        if (age := (today() - date.fromisoformat(newest)).days) > max_age:
            self.warn(f"published on {newest}, {age} days ago: more than HEALTH_MAX_AGE_DAYS ({max_age:g})")


@monitors.name("layout changes")
class LayoutMonitor(CrawlMonitor):
    """Fail if many pages have an unknown element, or none has an expected one; warn if few do, or few were fetched."""

    def test_element_paths(self) -> None:
        crawl, total = self.crawl, self.crawl.page_count
        changes = find_layout_changes(crawl.paths)
        max_share = crawl.settings.getfloat("HEALTH_MAX_ODD_SHARE")
        failures = []
        unknown = sorted(changes.unknown.items(), key=lambda item: -item[1])
        for path, count in unknown[:_SHOWN]:
            message = f"unknown element {path} on {count} of {total} pages"
            failures.append(message) if is_over(count, total, max_share, crawl.min_pages) else self.warn(message)
        if len(unknown) > _SHOWN:
            self.warn(f"{len(unknown) - _SHOWN} more unknown elements")
        for path in changes.missing:
            message = f"{path} on none of {total} pages"
            failures.append(message) if total >= crawl.min_pages else self.warn(message)
        if failures:
            self.fail("; ".join(failures))


@monitors.name("damaged share")
class DamagedShareMonitor(CrawlMonitor):
    """Fail if a large share of the pages was refused as damaged."""

    def test_damaged_pages(self) -> None:
        crawl, share = self.crawl, self.crawl.settings.getfloat("HEALTH_MAX_DAMAGED_SHARE")
        damaged = crawl.counts["damaged"]
        if is_over(damaged, total := damaged + crawl.sound, share, crawl.min_pages):
            self.fail(f"{damaged} of {total} pages were refused ({damaged / total:.0%}, at most {share:.0%} expected)")


class SendAlarm(Action):
    """Send the failed checks to each Apprise URL in ``HEALTH_ALERTS``; log an error for each that fails."""

    def __init__(self, urls: Sequence[str]):
        super().__init__()
        self.urls = urls

    @classmethod
    def from_crawler_kwargs(cls, crawler: Any) -> dict[str, Any]:
        return {"urls": split_urls(crawler.settings)}

    def run_action(self) -> None:
        title = f"sassspider: {self.data.spider.name} on {self.data.spider.arguments.site} is not healthy"
        body = "\n".join(f"- {line}" for line in list_failures(self.result))
        for url in self.urls:
            if problem := send(url, title, body):
                logger.error("HEALTH_ALERTS: %s", problem)


def split_urls(settings: BaseSettings) -> list[str]:
    """Return the URLs in ``HEALTH_ALERTS``: a list, or a string with white space between URLs."""
    given = settings["HEALTH_ALERTS"] or ""
    return given.split() if isinstance(given, str) else list(given)


def find_alert_problem(url: str) -> str | None:
    """Return why no alarm can be sent to an Apprise URL, naming its scheme only; None if one can."""
    try:
        from apprise import Apprise  # takes 0.1 s, and most runs send none
    except ImportError:
        return "Apprise is not installed: pip install apprise"
    with _quiet_loggers():
        if Apprise.instantiate(url) is None:
            return f"{_scheme(url)}://… is no Apprise URL: see https://appriseit.com/services/"
    return None


def send(url: str, title: str, body: str) -> str | None:
    """Send a message to an Apprise URL; return why it was not sent, without what is secret in the URL, or None."""
    if problem := find_alert_problem(url):
        return problem
    from apprise import Apprise, LogCapture

    target = Apprise()
    capture: Any = LogCapture
    with _quiet_loggers(), capture(level=logging.WARNING, fmt="%(message)s") as log:
        target.add(url)
        if target.notify(title=title, body=body):
            return None
        said = log.getvalue().strip().splitlines()
    reason = said[-1] if said else "no reason given"
    for secret in re.split(r"[/?&=:@,]+", url.partition("://")[2]):
        reason = reason.replace(secret, "…") if len(secret) > 3 else reason
    return f"no alarm was sent to {_scheme(url)}://…: {reason}"


def list_failures(result: Any) -> list[str]:
    """Return a line for each failed monitor; of one that broke, the last line of its traceback."""
    return [
        f"{one.monitor.monitor_name}: {one.reason or f'could not be judged: {one.error.strip().splitlines()[-1]}'}"
        for one in result.monitors_failed_results
    ]


def _scheme(url: str) -> str:
    scheme = url.partition("://")[0]
    return scheme if scheme.isalnum() else "?"


@contextmanager
def _quiet_loggers() -> Iterator[None]:
    """Keep Apprise and urllib3 from logging URLs, which hold passwords and tokens."""
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [(one, one.propagate) for one in loggers]
    for one in loggers:
        one.propagate = False
    try:
        yield
    finally:
        for one, propagate in before:
            one.propagate = propagate


class HealthSuite(MonitorSuite):
    """All checks; each runs whatever the others found."""

    monitors: ClassVar[list[type]] = [
        CompletenessMonitor,
        FieldCoverageMonitor,
        SchemaMonitor,
        ErrorRatioMonitor,
        ZeroArticlesMonitor,
        NewestArticleMonitor,
        LayoutMonitor,
        DamagedShareMonitor,
    ]
    monitors_failed_actions: ClassVar[list[type]] = [SendAlarm]
