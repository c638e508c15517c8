"""Tells what a run did: at its end on the log, as a JSON file in ``RUNS_DIR``, and in the archive."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.clock import now
from sassspider.discretion import hide
from sassspider.extensions.archive import ArchiveKeeper
from sassspider.extensions.coverage import Coverage
from sassspider.files import atomic_write
from sassspider.items import ARTICLE_FIELDS
from sassspider.outcome import count_work, judge
from sassspider.pipelines.export import find_export_path
from sassspider.pipelines.validate import PageRefused
from sassspider.printable import escape_control_characters
from sassspider.report import Report, Trouble, render

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from sassspider.walking.failures import Failures

logger = logging.getLogger(__name__)


class RunReporter:
    """Gathers what only signals tell, and makes the report when everything else has ended."""

    def __init__(self, crawler: Crawler, folder: Path | None):
        self.crawler = crawler
        self.folder = folder
        self.started_at = now()
        self.damaged: list[Trouble] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        folder = crawler.settings["RUNS_DIR"]
        reporter = cls(crawler, Path(folder) if folder else None)
        crawler.signals.connect(reporter.item_dropped, signals.item_dropped)
        crawler.signals.connect(reporter.engine_stopped, signals.engine_stopped)
        return reporter

    @property
    def keeper(self) -> ArchiveKeeper:
        """The open archive; extensions can't be asked for before all of them are there."""
        keeper = self.crawler.get_extension(ArchiveKeeper)
        assert keeper is not None
        return keeper

    def item_dropped(self, exception: BaseException) -> None:
        """Note a page that was refused."""
        if isinstance(exception, PageRefused):
            self.damaged.append(Trouble(exception.url, escape_control_characters(exception.reason)))

    def engine_stopped(self) -> None:
        """Everything has ended, feeds too: make the report and hand it to all who keep it."""
        report = self._make_report()
        for line in render(report).splitlines():
            logger.info("%s", line)
        self.keeper.end_run(report)
        if self.folder is not None:
            self._write(report, self.folder)

    def _make_report(self) -> Report:
        assert self.crawler.stats is not None
        stats, keeper, spider = self.crawler.stats.get_stats(), self.keeper, self.crawler.spider
        failures: Failures | None = getattr(spider, "failures", None)
        return Report(
            run_id=keeper.run_id,
            site=keeper.site,
            section_id=keeper.arguments.section,
            spider=getattr(spider, "name", ""),
            mode=keeper.arguments.mode,
            started_at=self.started_at,
            ended_at=now(),
            seconds=round(stats.get("elapsed_time_seconds", 0.0), 3),
            outcome=judge(stats),
            counts=count_work(stats),
            damaged=self.damaged,
            failed=[Trouble(url, reason) for url, reason in (failures.lost if failures else {}).items()],
            missing_ids=sorted(keeper.find_gaps()),
            coverage=self._find_coverage(),
            outputs=self._find_outputs(),
            warnings=stats.get("health/warnings", ()),
        )

    def _find_coverage(self) -> dict[str, float]:
        """Shares of the fields that some fetched article lacks, those of the archive's making apart."""
        seen = self.crawler.get_extension(Coverage)
        assert seen is not None
        names = (name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed"))
        shares = {name: seen.filled[name] / seen.articles for name in names if seen.articles}
        return {name: round(share, 4) for name, share in shares.items() if share < 1}

    def _find_outputs(self) -> list[str]:
        settings = self.crawler.settings
        export = find_export_path(self.crawler)
        outputs = (str(self.keeper.archive), str(export or ""), *map(str, settings.getdict("FEEDS")))
        return [hide(one) for one in outputs if one]

    def _write(self, report: Report, folder: Path) -> None:
        path = folder / f"{report.started_at.replace(':', '')}-{report.spider}-{report.run_id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as file:
                file.write(json.dumps(asdict(report), ensure_ascii=False, indent=2).encode() + b"\n")
        except OSError as error:
            logger.error("The report could not be written to %s: %s", path, error)
