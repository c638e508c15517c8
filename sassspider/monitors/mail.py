"""Alarms by mail."""

from __future__ import annotations

import smtplib
from email.message import Message
from typing import Any

from scrapy.settings import BaseSettings
from spidermon.contrib.actions.email import SendEmail

TIMEOUT = 60  # seconds


class SendMail(SendEmail):
    """Spidermon's mail as plain text, over the standard library.

    Its own ``SendSmtpEmail`` goes through ``scrapy.mail``, which is deprecated and makes one plain text of the whole
    message, headers and encoding included; and it insists on a password.
    """

    body_html_template = None
    settings: BaseSettings

    @classmethod
    def from_crawler(cls, crawler: Any) -> SendMail:
        action: SendMail = super().from_crawler(crawler)
        action.settings = crawler.settings
        return action

    def send_message(self, message: Message, **_options: Any) -> None:
        """Called by Spidermon with the finished message."""
        settings = self.settings
        connect = smtplib.SMTP_SSL if settings.getbool("SPIDERMON_SMTP_ENFORCE_SSL") else smtplib.SMTP
        host, port = settings["SPIDERMON_SMTP_HOST"], settings.getint("SPIDERMON_SMTP_PORT")
        with connect(host, port, timeout=TIMEOUT) as server:
            if settings.getbool("SPIDERMON_SMTP_ENFORCE_TLS"):
                server.starttls()
            if user := settings["SPIDERMON_SMTP_USER"]:
                server.login(user, settings["SPIDERMON_SMTP_PASSWORD"])
            server.send_message(message)
