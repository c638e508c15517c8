"""A failed check, and a crawl that is configured to tell everybody."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings
from spidermon import MonitorSuite
from spidermon.runners import MonitorRunner

from sassspider.addons import AlertsAddon
from sassspider.monitors.alerts import make_alerts
from sassspider.monitors.base import HealthMonitor

GIVEN = {
    "slack": {"SPIDERMON_SLACK_SENDER_TOKEN": "xoxb-1", "SPIDERMON_SLACK_RECIPIENTS": "#crawls"},
    "telegram": {"SPIDERMON_TELEGRAM_SENDER_TOKEN": "1:secret", "SPIDERMON_TELEGRAM_RECIPIENTS": "-1001"},
    "discord": {"SPIDERMON_DISCORD_WEBHOOK_URL": "https://discord.example/api/webhooks/secret"},
    "email": {
        "SPIDERMON_SMTP_HOST": "mail.example.org",
        "SPIDERMON_EMAIL_SENDER": "crawler@example.org",
        "SPIDERMON_EMAIL_TO": "a@example.org, b@example.org",
    },
    "file": {"SPIDERMON_REPORT_FILENAME": "health.html"},
}
ALARM = "source_url in 0 of 60 articles & more #1 (100%+)"
TEXT = f"sassspider: commentary on http://en.sass.cn is not healthy\n\n- coverage: {ALARM}\n"


class Failing(HealthMonitor):
    __test__ = False  # for Spidermon, not for pytest

    def find_fault(self) -> str | None:
        return ALARM


@pytest.fixture
def crawler(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the actions know of a crawl, configured for every channel by the environment."""
    for values in GIVEN.values():
        for name, value in values.items():
            monkeypatch.setenv(name, value)
    settings = Settings({"HEALTH_ALERTS": ",".join(GIVEN)})
    AlertsAddon().update_settings(settings)
    stats: dict[str, Any] = {}
    return SimpleNamespace(settings=settings, stats=SimpleNamespace(set_value=stats.__setitem__), values=stats)


def run(crawler: Any, actions: list[Any], monitors: tuple[Any, ...] = (("coverage", Failing),)) -> Any:
    suite = MonitorSuite(monitors=monitors, monitors_failed_actions=actions)
    spider = SimpleNamespace(name="commentary", arguments=SimpleNamespace(site="http://en.sass.cn"))
    result = MonitorRunner().run(suite, stats={}, crawler=crawler, spider=spider, job=None)
    errors = [one.error for one in result.monitors_failed_action_results if one.error]
    assert errors == []
    return result


def make(crawler: Any, channel: str) -> Any:
    crawler.settings.set("HEALTH_ALERTS", channel)
    alerts = make_alerts(crawler)
    return [*alerts.always, *alerts.on_failure]
