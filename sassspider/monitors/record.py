"""Writes down what the monitors found, for the exit code and the report."""

from __future__ import annotations

import logging
from typing import Any

from spidermon.core.actions import Action

logger = logging.getLogger(__name__)


class RecordHealth(Action):
    """Put alarms into the stats as ``health/failed`` and warnings as ``health/warnings``, a line each, and log them."""

    def run_action(self) -> None:
        """Called by Spidermon when all monitors have been asked."""
        failed = [f"{one.monitor.monitor_name}: {_explain(one)}" for one in self.result.monitors_failed_results]
        warnings = [
            f"{one.monitor.monitor_name}: {warned}"
            for one in self.result.monitor_results
            if (warned := getattr(one.monitor, "warned", None))
        ]
        stats = self.data.crawler.stats
        stats.set_value("health/failed", failed)
        stats.set_value("health/warnings", warnings)
        for line in failed:
            logger.error("Health check failed: %s", line)
        for line in warnings:
            logger.warning("Health: %s", line)


def _explain(result: Any) -> str:
    """The monitor's own words; of one that broke, which must not pass for healthy, the error's last line."""
    return result.reason or f"could not be judged: {last_line(result.error)}"


def last_line(trace: str) -> str:
    """What a traceback ends with: the error itself."""
    return next(reversed(trace.strip().splitlines()), "")
