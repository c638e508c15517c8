"""Who is told of an alarm."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy.settings import Settings
from spidermon import MonitorSuite
from spidermon.runners import MonitorRunner

from sassspider import alerting
from sassspider.addons import AlertsAddon
from sassspider.monitors.alerts import make_alerts
from sassspider.monitors.base import HealthMonitor
from sassspider.monitors.record import RecordHealth, last_line
from sassspider.replica import Server, SiteOptions, build_site

from ..crawling import crawl

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


class Breaking(HealthMonitor):
    __test__ = False

    def find_fault(self) -> str | None:
        raise KeyError("limits")


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


def test_slack_is_sent_the_alarms(crawler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from slack_sdk import WebClient

    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(WebClient, "users_list", lambda self: {"members": []})
    monkeypatch.setattr(WebClient, "chat_postMessage", lambda self, **given: sent.append(given))
    run(crawler, make(crawler, "slack"))
    assert [(one["channel"], one["username"], one["attachments"]) for one in sent] == [("#crawls", "sassspider", None)]
    assert sent[0]["text"].strip() == TEXT.strip()


def test_telegram_is_sent_the_alarms_whole(crawler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answer = SimpleNamespace(json=lambda: {"ok": True})
    monkeypatch.setattr("requests.get", lambda url, timeout: asked.append(url) or answer)
    run(crawler, make(crawler, "telegram"))
    query = parse_qs(urlsplit(asked[0]).query)
    assert query["chat_id"] == ["-1001"]
    assert query["text"][0].strip() == f"```\n{TEXT}```"


def test_discord_is_sent_the_alarms(crawler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Any] = []
    answer = SimpleNamespace(raise_for_status=lambda: None, ok=True)
    monkeypatch.setattr("requests.post", lambda url, json, timeout: posted.append((url, json)) or answer)
    run(crawler, make(crawler, "discord"))
    assert [url for url, _ in posted] == [GIVEN["discord"]["SPIDERMON_DISCORD_WEBHOOK_URL"]]
    assert posted[0][1]["content"].strip() == f"```\n{TEXT}```"


class Mailbox:
    """Stands for a mail server, and notes what it is told."""

    def __init__(self) -> None:
        self.said: list[Any] = []

    def __call__(self, host: str, port: int, timeout: float) -> Mailbox:
        self.said.append((host, port))
        return self

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.said.append("bye")

    def starttls(self) -> None:
        self.said.append("tls")

    def login(self, user: str, password: str) -> None:
        self.said.append((user, password))

    def send_message(self, message: Message) -> None:
        self.message = message


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    box = Mailbox()
    monkeypatch.setattr(smtplib, "SMTP", box)
    yield box


def test_mail_is_readable_and_goes_to_everybody(crawler: Any, mailbox: Mailbox) -> None:
    run(crawler, make(crawler, "email"))
    message = mailbox.message
    assert message["Subject"] == "sassspider: commentary is not healthy"
    assert (message["From"], message["To"]) == ("crawler@example.org", "a@example.org, b@example.org")
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    assert [part.get_payload(decode=True).decode().strip() for part in parts] == [TEXT.strip()]  # type: ignore[union-attr]
    assert mailbox.said == [("mail.example.org", 25), "bye"]


def test_mail_can_be_sent_with_a_password_and_encrypted(crawler: Any, mailbox: Mailbox) -> None:
    for name, value in (("USER", "me"), ("PASSWORD", "pw"), ("PORT", "587"), ("ENFORCE_TLS", "1")):
        crawler.settings.set(f"SPIDERMON_SMTP_{name}", value)
    run(crawler, make(crawler, "email"))
    assert mailbox.said == [("mail.example.org", 587), "tls", ("me", "pw"), "bye"]


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
