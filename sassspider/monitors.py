"""Health checks of a finished crawl, as a monitor of Spidermon, and its action that sends alarms.

``docs/operate.md`` explains each check. Spidermon's own monitors for items and field coverage are not used: they name
no article, and judge a run of three articles like one of three thousand.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar

from scrapy.settings import BaseSettings
from spidermon import Monitor, MonitorSuite, monitors
from spidermon.core.actions import Action

from sassspider.clock import today
from sassspider.layout import EXPECTED_PATHS, KNOWN_PATHS
from sassspider.printable import list_first

logger = logging.getLogger(__name__)

_SHOWN = 10  # unknown paths in a message
_MIN_TOTAL = 10  # fewer pages, articles or requests are too few to judge a share by
_MAX_ODD_SHARE = 0.2  # of the pages that have an unknown element; fewer are a warning
_SHOWN_IDS = 5  # ids or invalid items in a message


@monitors.name("health")
class HealthMonitor(Monitor):
    """One method a check; ``fail`` raises an alarm, ``warn`` notes what is only worth a look.

    ``data`` has the extensions ``health`` (counts of pages) and ``archive``, the run's ``counts`` by name
    (``outcome.count_work``), its ``finish_reason``, the ``spider``, the ``settings`` and the list of ``warnings``.
    """

    def warn(self, message: str) -> None:
        """Add a line to the run's warnings."""
        self.data.warnings.append(f"{self.method_name}: {message}")

    def is_over(self, count: int, total: int, share: float) -> bool:
        """Return whether ``count`` of ``total`` exceeds a share; one page is never too many, nor any of a few."""
        return total >= _MIN_TOTAL and count > 1 and count > share * total

    @property
    def is_finished(self) -> bool:
        """Whether the crawl ended by itself: one that was given up or interrupted has its own reason."""
        return bool(self.data.finish_reason == "finished")

    @monitors.name("completeness")
    def test_missing_articles(self) -> None:
        """Fail if articles that pages name are not archived; judged when the whole section was asked for."""
        archive = self.data.archive
        if not (self.is_finished and archive.arguments.is_whole):
            return
        if archive.summary is None:
            self.fail("the archive can't be read")
        elif missing := archive.summary.missing_ids:
            named = list_first(sorted(missing), _SHOWN_IDS)
            self.fail(f"articles that pages name, and that are not archived: {len(missing)} ({named})")

    @monitors.name("field coverage")
    def test_share_of_each_field(self) -> None:
        """Fail if fewer of the fetched articles have a field than ``HEALTH_COVERAGE`` demands."""
        filled, total = self.data.health.filled, self.data.health.article_count
        thin = [
            f"{name} in {filled.get(name, 0)} of {total} articles (at least {float(share):.0%} expected)"
            for name, share in self.data.settings.getdict("HEALTH_COVERAGE").items()
            if self.is_over(total - filled.get(name, 0), total, 1 - float(share))
        ]
        if thin:
            self.fail("; ".join(thin))

    @monitors.name("items valid")
    def test_items_fit_schema(self) -> None:
        """Fail if an article that reached the feeds violates ``article.schema.json``."""
        if invalid := self.data.health.invalid:
            self.fail(f"articles that violate article.schema.json: {len(invalid)} ({list_first(invalid, _SHOWN_IDS)})")

    @monitors.name("error ratio")
    def test_failed_requests(self) -> None:
        """Fail if too many requests failed, retried with success or not; 404 is no failure."""
        counts, share = self.data.counts, self.data.settings.getfloat("HEALTH_MAX_ERROR_RATIO")
        failed, total = counts["retries"] + counts["failed"], counts["requests"]
        if self.is_finished and self.is_over(failed, total, share):
            self.fail(f"{failed} of {total} requests failed ({failed / total:.0%}, at most {share:.0%} expected)")

    @monitors.name("zero articles")
    def test_section_has_articles(self) -> None:
        """Fail if the site shows no article of a section that had some."""
        state, summary = self.data.archive.state, self.data.archive.summary
        before = len(state.archived_ids - state.removed_ids)
        if not (self.is_finished and before and summary):
            return
        sound = sum(self.data.counts[name] for name in ("new", "changed", "unchanged", "returned"))
        if not self.data.spider.frontier.listed_ids and not sound:
            self.fail(f"the site shows no article of a section of which {before} are archived")
        if not summary.present:
            self.fail(f"all {before} articles of the section count as removed now")

    @monitors.name("newest article")
    def test_age_of_newest(self) -> None:
        """Warn if the newest article is old; not judged with ``until``."""
        archive, max_age = self.data.archive, self.data.settings.getfloat("HEALTH_MAX_AGE_DAYS")
        newest = archive.summary.newest if archive.summary else None
        if not (max_age and newest) or archive.arguments.until:
            return
        if (age := (today() - date.fromisoformat(newest)).days) > max_age:
            self.warn(f"published on {newest}, {age} days ago: more than HEALTH_MAX_AGE_DAYS ({max_age:g})")

    @monitors.name("layout changes")
    def test_element_paths(self) -> None:
        """Fail if many pages have an unknown element, or none has an expected one; warn if few do, or few came."""
        paths, total = self.data.health.paths, self.data.health.page_count
        failures = []
        unknown = sorted(((-count, path) for path, count in paths.items() if path not in KNOWN_PATHS))
        for count, path in unknown[:_SHOWN]:
            message = f"unknown element {path} on {-count} of {total} pages"
            failures.append(message) if self.is_over(-count, total, _MAX_ODD_SHARE) else self.warn(message)
        if len(unknown) > _SHOWN:
            self.warn(f"{len(unknown) - _SHOWN} more unknown elements")
        for path in sorted(EXPECTED_PATHS - paths.keys()) if total else ():
            message = f"{path} on none of {total} pages"
            failures.append(message) if self.is_over(total, total, _MAX_ODD_SHARE) else self.warn(message)
        if failures:
            self.fail("; ".join(failures))


class SendAlarm(Action):
    """Send the failed checks to each Apprise URL in ``HEALTH_ALERTS``; log an error for each that fails."""

    def run_action(self) -> None:
        title = f"sassspider: {self.data.spider.name} on {self.data.spider.arguments.site} is not healthy"
        body = "\n".join(f"- {line}" for line in list_failures(self.result))
        for problem in find_alert_problems(self.data.settings, title, body):
            logger.error("%s", problem)


def find_alert_problems(settings: BaseSettings, title: str = "", body: str = "") -> Iterator[str]:
    """Check each Apprise URL in ``HEALTH_ALERTS``, and send it the message if there is one; yield what fails.

    Of a URL only the scheme is named: any other part may be a secret.
    """
    for url in str(settings["HEALTH_ALERTS"] or "").split():
        try:
            from apprise import Apprise  # takes 0.1 s, and most runs send none
        except ImportError:
            yield "HEALTH_ALERTS: Apprise is not installed: pip install apprise"
            return
        for name in ("apprise", "urllib3"):  # they log URLs
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        target, scheme = Apprise(), url.partition("://")[0] if "://" in url else "?"
        if not target.add(url):
            yield f"HEALTH_ALERTS: {scheme}://… is no Apprise URL: see https://appriseit.com/services/"
        elif body and not target.notify(title=title, body=body):
            yield f"HEALTH_ALERTS: no alarm was sent to {scheme}://…: for the reason, run: apprise -v -b test URL"


def list_failures(result: Any) -> list[str]:
    """Return a line for each failed check; of one that broke, the last line of its traceback."""
    return [
        f"{one.monitor.name.removeprefix('health/')}: "
        f"{one.reason or f'could not be judged: {one.error.strip().splitlines()[-1]}'}"
        for one in result.monitors_failed_results
    ]


class HealthSuite(MonitorSuite):
    """All checks; each runs whatever the others found."""

    monitors: ClassVar[list[type]] = [HealthMonitor]
    monitors_failed_actions: ClassVar[list[type]] = [SendAlarm]
