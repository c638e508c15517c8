"""What is sent, and where to."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import Message
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import GIVEN, TEXT, make, run


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
