"""Who is told of an alarm."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings
from spidermon import MonitorSuite
from spidermon.runners import MonitorRunner

from sassspider import alerting
from sassspider.monitors.alerts import make_alerts
from sassspider.monitors.base import HealthMonitor
from sassspider.monitors.record import RecordHealth, last_line
from tests.mocksite import Server, SiteOptions, build_site

from ..crawling import crawl
from .conftest import ALARM, GIVEN, Failing, make


class Breaking(HealthMonitor):
    __test__ = False

    def find_fault(self) -> str | None:
        raise KeyError("limits")


def test_every_channel_is_told_of_alarms_and_the_file_is_written_always(crawler: Any) -> None:
    alerts = make_alerts(crawler)
    assert [one.name for one in alerts.on_failure] == [
        "SendSlackMessage", "SendTelegramMessage", "SendDiscordMessage", "SendMail",
    ]  # fmt: skip
    assert [one.name for one in alerts.always] == ["CreateFileReport"]


def test_nothing_is_configured_by_default() -> None:
    alerts = make_alerts(SimpleNamespace(settings=Settings({"HEALTH_ALERTS": ""})))  # type: ignore[arg-type]
    assert (alerts.always, alerts.on_failure) == ([], [])


@pytest.mark.parametrize("name", [name for values in GIVEN.values() for name in values])
def test_a_missing_setting_is_one_line(
    crawler: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    channel = next(one for one, values in GIVEN.items() if name in values)
    crawler.settings.set(name, "")
    assert make(crawler, channel) == []
    assert caplog.messages == [f"No alarm by {channel}: {name} must be set"]


def test_an_unknown_channel_is_one_line(crawler: Any, caplog: pytest.LogCaptureFixture) -> None:
    assert make(crawler, "pigeon") == []
    assert caplog.messages == ["No alarm by pigeon: there is no such way; write slack, telegram, discord, email, file"]


def test_a_missing_package_is_one_line(crawler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "find_spec", lambda name: None)
    assert alerting.find_missing("slack", crawler.settings) == "packages are missing: pip install jinja2 slack_sdk"


def test_a_monitor_that_breaks_does_not_pass_for_healthy(crawler: Any) -> None:
    suite = MonitorSuite(monitors=[("coverage", Breaking), ("age", Failing)], monitors_finished_actions=[RecordHealth])
    MonitorRunner().run(suite, stats={}, crawler=crawler, spider=None)
    assert crawler.values["health/failed"] == [f"age: {ALARM}", "coverage: could not be judged: KeyError: 'limits'"]


def test_an_error_is_its_last_line_without_secrets(crawler: Any) -> None:
    assert last_line("Traceback\n  File\nE: 404 for https://x/1:secret/y\n") == "E: 404 for https://x/1:secret/y"
    assert last_line("") == ""
    hidden = alerting.hide_secrets("404 for https://x/bot1:secret/y, xoxb-1", crawler.settings)
    assert hidden == "404 for https://x/bot…/y, …"


def test_a_crawl_writes_the_file_and_tells_of_what_can_not_be_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SASSSPIDER_ALERTS", "file,slack,discord")
    monkeypatch.setenv("SPIDERMON_REPORT_FILENAME", "health.html")
    monkeypatch.setenv("SPIDERMON_DISCORD_WEBHOOK_URL", "http://127.0.0.1:1/secret")
    with Server(build_site(seed=3, articles=12, options=SiteOptions(extra=("h6",)))) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 3
    assert "layout drift" in (tmp_path / "health.html").read_text(encoding="utf-8")
    unsent = [line for line in run.stderr.splitlines() if "No alarm by" in line or "could not do its work" in line]
    assert [line.partition("ERROR: ")[2].partition(":")[0] for line in unsent] == [
        "No alarm by slack",
        "SendDiscordMessage could not do its work",
    ]
    assert "Traceback" not in run.stderr
    assert "/secret" not in run.stderr


def test_an_alarm_that_can_not_be_sent_never_fails_a_healthy_crawl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SASSSPIDER_ALERTS", "file,telegram,pigeon")
    monkeypatch.setenv("SPIDERMON_REPORT_FILENAME", "no/such/folder/health.html")
    with Server(build_site(seed=3, articles=12)) as server:
        run = crawl(tmp_path, server.url)
    assert run.code == 0
    assert "Traceback" not in run.stderr
    assert "CreateFileReport could not do its work: FileNotFoundError" in run.stderr
