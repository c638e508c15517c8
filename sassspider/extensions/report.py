"""Report a run when it has ended: in the log, as a JSON file in ``RUNS_DIR``, and in the archive."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from sassspider.clock import now
from sassspider.errors import Kind
from sassspider.exporters.feeds import FeedExporter
from sassspider.extensions.archive import ArchiveExtension
from sassspider.extensions.health import HealthExtension
from sassspider.files import atomic_write, make_folder
from sassspider.middlewares.damaged_page import DamagedPageMiddleware
from sassspider.outcome import FAILED, INTERRUPTED, OK, ExitStatus, count_work, exit_status
from sassspider.pipelines.export import ExportPipeline, find_export_path
from sassspider.printable import count_rest, escape_control_characters, hide_passwords, list_first
from sassspider.running import is_crawl, stats_of

logger = logging.getLogger(__name__)

_SHOWN = 10  # entries of a list in the text; the JSON has all
_PAGES = ("damaged", "failed", "forbidden")  # pages without an article
_FILES = ("found", "kept_before", "kept", "failed", "left", "forbidden", "final")  # stats media/… of the media spider


class ReportExtension:
    """Write the report of a spider that crawls articles, or of the media spider, when everything else has ended."""

    def __init__(self, crawler: Crawler):
        self.crawler = crawler
        self.started_at = now()
        self.started = time.monotonic()
        self.is_written = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not is_crawl(crawler) and not hasattr(crawler.spider, "end_run"):
            raise NotConfigured
        report = cls(crawler)
        crawler.signals.connect(report.engine_stopped, signals.engine_stopped)
        return report

    def engine_stopped(self) -> None:
        """Log the report, write it to ``RUNS_DIR`` and record it in the archive, once; feeds have been stored by now.

        ``scrapy crawl`` calls this too: a second Ctrl-C ends the crawl without any signal of Scrapy's.
        """
        if self.is_written:
            return
        self.is_written = True
        stats = stats_of(self.crawler).get_stats()
        stats.setdefault("finish_reason", "shutdown")
        archive, spider = self.crawler.get_extension(ArchiveExtension), self.crawler.spider
        status = exit_status(stats)
        report = {
            "spider": getattr(spider, "name", ""),
            "started_at": self.started_at,
            "ended_at": now(),
            "seconds": round(time.monotonic() - self.started, 3),
            "outcome": {"code": status.code, "reasons": status.reasons},
            **(self._describe_articles(archive, stats) if archive else _describe_files(spider, stats)),
        }
        self._publish(report, status)
        (archive or spider).end_run(status.record, report)  # type: ignore[union-attr]

    def _describe_articles(self, archive: ArchiveExtension, stats: Mapping[str, Any]) -> dict[str, Any]:
        spider: Any = self.crawler.spider
        health = self.crawler.get_extension(HealthExtension)
        to_fetch = spider.frontier.planned_ids - spider.fetched_ids
        damaged_page = self.crawler.get_spider_middleware(DamagedPageMiddleware)
        export = self.crawler.get_item_pipeline(ExportPipeline)
        feeds = self.crawler.get_extension(FeedExporter)
        written = (uri for uri in self.crawler.settings.getdict("FEEDS") if feeds and str(uri) in feeds.written)
        outputs = (archive.archive, find_export_path(self.crawler), *written)
        return {
            "run_id": archive.writer.run_id,
            "site": archive.site,
            "section_id": archive.arguments.section,
            "mode": archive.arguments.mode,
            "counts": count_work(stats),
            "changed_ids": sorted(archive.changed_ids),
            "removed_ids": sorted(archive.removed_ids),
            "missing_ids": sorted(archive.missing_ids),
            "to_fetch": len(to_fetch) if archive.arguments.is_whole else 0,
            "damaged": _list_pages(damaged_page.damaged_pages if damaged_page else {}),
            "failed": _list_failures(spider, "failed", "missing", "list"),
            "forbidden": _list_failures(spider, "forbidden"),
            "coverage": health.coverage if health else {},
            "export": export.state if export else None,
            "outputs": [hide_passwords(str(one)) for one in outputs if one],
            "warnings": stats.get("health/warnings", []),
        }

    def _publish(self, report: Mapping[str, Any], status: ExitStatus) -> None:
        """Log the report, and write it as JSON to RUNS_DIR, if that is set."""
        for line in render(report, status):
            logger.info("%s", line)
        if not (folder := self.crawler.settings["RUNS_DIR"]):
            return
        path = Path(folder) / f"{report['started_at'].replace(':', '')}-{report['spider']}-{report['run_id']}.json"
        try:
            make_folder(path.parent)
            with atomic_write(path) as file:
                file.write(json.dumps(report, ensure_ascii=False, indent=2).encode() + b"\n")
        except OSError as error:
            logger.error("The report could not be written to %s: %s", path, error)


def _describe_files(spider: Any, stats: Mapping[str, Any]) -> dict[str, Any]:
    work = count_work(stats)
    return {
        "run_id": spider.writer.run_id,
        "site": spider.site_key,
        "counts": {
            **{name: stats.get(f"media/{name}", 0) for name in _FILES},
            **{name: work[name] for name in ("requests", "bytes")},
        },
        "other_hosts": dict(spider.other_hosts.most_common()),
    }


def _list_failures(spider: Any, *kinds: Kind) -> list[dict[str, str]]:
    return _list_pages({one.target.url: one.reason for one in spider.failed_pages if one.kind in kinds})


def _list_pages(reasons: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"url": url, "reason": escape_control_characters(reason)} for url, reason in reasons.items()]


def render(report: Mapping[str, Any], status: ExitStatus) -> Iterator[str]:
    """Yield the report as lines of text."""
    counts = report["counts"]
    sections: dict[str, list[str]] = {
        **(_list_files(report) if "other_hosts" in report else _list_articles(report, status)),
        "site": [f"{counts['requests']} requests, {counts['bytes']} bytes, {report['seconds']:.1f} s"],
        "reasons": list(status.reasons),
        "do next": list(_advise(report, status)),
    }
    yield f"Run {report['run_id']}: {report['spider']} on {report['site']}, {status.label} (exit code {status.code})"
    for label, entries in sections.items():
        for number, entry in enumerate([*entries[:_SHOWN], *count_rest(entries, _SHOWN)]):
            yield f"  {'' if number else label:10} {entry}"


def _list_articles(report: Mapping[str, Any], status: ExitStatus) -> dict[str, list[str]]:
    words = ("new", "changed", "unchanged", "returned", "removed", "duplicates")
    coverage = sorted(report["coverage"].items(), key=lambda item: item[1])
    shares = ", ".join(f"{name} {share:.0%}" for name, share in coverage)
    missing, waiting = _list_ids(report["missing_ids"]), report["to_fetch"]
    to_fetch = [f"{waiting} articles"] if waiting else []
    return {
        "articles": [", ".join(f"{report['counts'][word]} {word}" for word in words)],
        "fields": [f"{shares}; all others in every article"] if shares else [],
        "changed": _list_ids(report["changed_ids"]),
        "removed": _list_ids(report["removed_ids"]),
        **({"to fetch": to_fetch} if status.code == INTERRUPTED else {"missing": missing}),
        **{name: [f"{one['url']}: {one['reason']}" for one in report[name]] for name in _PAGES},
        "outputs": report["outputs"],
        "warnings": report["warnings"],
    }


def _list_files(report: Mapping[str, Any]) -> dict[str, list[str]]:
    counts, hosts = report["counts"], report["other_hosts"].items()
    failed = counts["failed"] + counts["left"]
    return {
        "files": [f"{counts['found']} found, {counts['kept_before']} kept before, {counts['kept']} fetched now"],
        "missing": [f"{failed} failed, {counts['forbidden']} forbidden, {counts['final']} final"],
        "skipped": [f"{host}: {count} files; add the host to MEDIA_HOSTS" for host, count in hosts],
    }


def _list_ids(ids: Sequence[int]) -> list[str]:
    """Return a line with the first ids, none without ids."""
    return [list_first(ids, _SHOWN)] if ids else []


def _advise(report: Mapping[str, Any], status: ExitStatus) -> Iterator[str]:
    if report.get("damaged"):
        yield "look at the pages in QUARANTINE_DIR; run again: damaged pages are requested after what is new"
    if status.code not in (OK, INTERRUPTED) and (report.get("failed") or report.get("missing_ids")):
        yield "run again: missing articles are requested after what is new, and given up when missing twice"
    if status.code == FAILED:
        yield "read the errors above; scrapy doctor says what is wrong with this machine or the site"
