"""What a log must not tell."""

from __future__ import annotations

import logging

import pytest
from scrapy.settings import Settings

from sassspider.discretion import DiscreetFilter, find_secrets, hide


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("postgresql+psycopg://me:word@host/db", "postgresql+psycopg://me:…@host/db"),
        ("in: ftp://me:p%40ss@h:21/x.csv and s3://b/k", "in: ftp://me:…@h:21/x.csv and s3://b/k"),
        ("{'http://:word@h': 1}", "{'http://:…@h': 1}"),
        ("http://host:80/a@b", "http://host:80/a@b"),
        ("12:30 you@example.org http://h/", "12:30 you@example.org http://h/"),
    ],
)
def test_an_address_loses_its_password(text: str, hidden: str) -> None:
    assert hide(text) == hidden


def test_secrets_are_told_by_the_names_of_what_the_operator_set() -> None:
    given = {"FTP_PASSWORD": "guest-2", "AWS_SECRET_ACCESS_KEY": "abcd", "SPIDERMON_SLACK_SENDER_TOKEN": "xoxb-1"}
    settings = Settings(
        {**given, "SPIDERMON_DISCORD_WEBHOOK_URL": "https://d.test/x", "MY_TOKEN": "abc", "CONTACT": "me"}
    )
    assert find_secrets(settings) == ["https://d.test/x", "guest-2", "xoxb-1", "abcd"]
    assert find_secrets(Settings()) == []  # Scrapy's own default for FTP is no secret


def test_a_record_tells_none() -> None:
    record = logging.LogRecord("any", logging.INFO, "", 0, "Sent with xoxb-1", (), None)
    record.exc_text = "Error: xoxb-1"
    assert DiscreetFilter(["xoxb-1"]).filter(record)
    assert (record.msg, record.exc_text) == ("Sent with …", "Error: …")
