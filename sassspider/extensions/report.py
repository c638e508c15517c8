"""Report a run when it has ended: in the log, as a JSON file in ``RUNS_DIR``, and in the archive."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from sassspider.clock import now
from sassspider.extensions.archive import ArchiveExtension
from sassspider.extensions.health import HealthExtension
from sassspider.files import atomic_write
from sassspider.items import ARTICLE_FIELDS
from sassspider.middlewares.damaged_page import DamagedPageMiddleware
from sassspider.outcome import count_work, exit_status
from sassspider.pipelines.export import find_export_path
from sassspider.printable import escape_control_characters, hide_passwords
from sassspider.report import FailedPage, RunReport, render

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class ReportExtension:
    """Collect what only signals tell, and write the report when everything else has ended."""

    def __init__(self, crawler: Crawler, folder: Path | None):
        self.crawler = crawler
        self.folder = folder
        self.started_at = now()
        self.started = time.monotonic()
        self.is_written = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if getattr(crawler.spider, "arguments", None) is None:
            raise NotConfigured
        folder = crawler.settings["RUNS_DIR"]
        report = cls(crawler, Path(folder) if folder else None)
        crawler.signals.connect(report.engine_stopped, signals.engine_stopped)
        return report

    @property
    def archive(self) -> ArchiveExtension:
        """The open archive."""
        archive = self.crawler.get_extension(ArchiveExtension)
        assert archive is not None
        return archive

    def engine_stopped(self) -> None:
        """Log the report, write it to ``RUNS_DIR`` and record it in the archive; feeds have been stored by now."""
        if self.is_written:
            return
        self.is_written = True
        report = self._make_report()
        for line in render(report).splitlines():
            logger.info("%s", line)
        self.archive.end_run(report)
        if self.folder is not None:
            self._write(report, self.folder)

    def _make_report(self) -> RunReport:
        assert self.crawler.stats is not None
        stats, archive, spider = self.crawler.stats.get_stats(), self.archive, self.crawler.spider
        middleware = self.crawler.get_spider_middleware(DamagedPageMiddleware)
        damaged = middleware.damaged_pages if middleware else {}
        return RunReport(
            run_id=archive.run_id,
            site=archive.site,
            section_id=archive.arguments.section,
            spider=getattr(spider, "name", ""),
            mode=archive.arguments.mode,
            started_at=self.started_at,
            ended_at=now(),
            seconds=round(time.monotonic() - self.started, 3),
            outcome=exit_status(stats),
            counts=count_work(stats),
            changed_ids=sorted(archive.changed_ids),
            removed_ids=sorted(archive.removed_ids),
            missing_ids=sorted(archive.missing_ids),
            damaged=[FailedPage(url, escape_control_characters(reason)) for url, reason in damaged.items()],
            failed=[FailedPage(url, reason) for url, reason in getattr(spider, "failed_pages", {}).items()],
            coverage=self._find_coverage(),
            outputs=self._find_outputs(),
            warnings=stats.get("health/warnings", ()),
        )

    def _find_coverage(self) -> dict[str, float]:
        """Return the share of the fetched articles that have a field, for each field of the page that some lack."""
        health = self.crawler.get_extension(HealthExtension)
        assert health is not None
        names = (name for name in ARTICLE_FIELDS if name not in ("duplicate_of", "date_removed"))
        shares = {name: health.filled[name] / health.article_count for name in names if health.article_count}
        return {name: round(share, 4) for name, share in shares.items() if share < 1}

    def _find_outputs(self) -> list[str]:
        settings = self.crawler.settings
        export = find_export_path(self.crawler)
        outputs = (str(self.archive.archive), str(export or ""), *map(str, settings.getdict("FEEDS")))
        return [hide_passwords(one) for one in outputs if one]

    def _write(self, report: RunReport, folder: Path) -> None:
        path = folder / f"{report.started_at.replace(':', '')}-{report.spider}-{report.run_id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with atomic_write(path) as file:
                file.write(json.dumps(asdict(report), ensure_ascii=False, indent=2).encode() + b"\n")
        except OSError as error:
            logger.error("The report could not be written to %s: %s", path, error)
