"""The ways to send an alarm, and what each needs. Kept apart from Spidermon, so that ``scrapy doctor`` can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote, urlsplit

from scrapy.settings import BaseSettings

_SECRET = re.compile(r"SPIDERMON_\w*(?:TOKEN|WEBHOOK_URL|PASSWORD)")

_MESSAGE = """\
sassspider: {{ data.spider.name }} on {{ data.spider.arguments.site }} is not healthy
{% for one in result.monitors_failed_results %}
- {{ one.monitor.monitor_name }}: {{ one.reason or "could not be judged" }}
{%- endfor %}
"""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to send an alarm: the class of its action, and the settings and packages without which it can't work.

    ``always`` tells that it also runs when nothing is wrong.
    """

    action: str
    settings: tuple[str, ...]
    packages: tuple[str, ...]
    always: bool = False


CHANNELS = {
    "slack": Channel(
        "spidermon.contrib.actions.slack.SendSlackMessage",
        ("SPIDERMON_SLACK_SENDER_TOKEN", "SPIDERMON_SLACK_RECIPIENTS"),
        ("jinja2", "slack_sdk"),
    ),
    "telegram": Channel(
        "spidermon.contrib.actions.telegram.SendTelegramMessage",
        ("SPIDERMON_TELEGRAM_SENDER_TOKEN", "SPIDERMON_TELEGRAM_RECIPIENTS"),
        ("jinja2", "requests"),
    ),
    "discord": Channel(
        "spidermon.contrib.actions.discord.SendDiscordMessage",
        ("SPIDERMON_DISCORD_WEBHOOK_URL",),
        ("jinja2", "requests"),
    ),
    "email": Channel(
        "sassspider.monitors.mail.SendMail",
        ("SPIDERMON_SMTP_HOST", "SPIDERMON_EMAIL_SENDER", "SPIDERMON_EMAIL_TO"),
        ("jinja2", "premailer"),
    ),
    "file": Channel(
        "spidermon.contrib.actions.reports.files.CreateFileReport",
        ("SPIDERMON_REPORT_FILENAME",),
        ("jinja2",),
        always=True,
    ),
}

# Settings of Spidermon's that have one good value here.
DEFAULTS: dict[str, Any] = {
    "SPIDERMON_SLACK_SENDER_NAME": "sassspider",
    "SPIDERMON_SLACK_MESSAGE": _MESSAGE,
    "SPIDERMON_SLACK_INCLUDE_ATTACHMENTS": False,  # its default sends a text for examples
    # Sent as Markdown, where a lone underscore is an error, and in an address, without being encoded.
    "SPIDERMON_TELEGRAM_MESSAGE": f"{{% filter urlencode %}}```\n{_MESSAGE}```{{% endfilter %}}",
    "SPIDERMON_DISCORD_MESSAGE": f"```\n{_MESSAGE}```",
    "SPIDERMON_SMTP_PORT": 25,
    "SPIDERMON_EMAIL_SUBJECT": "sassspider: {{ data.spider.name }} is not healthy",
    "SPIDERMON_BODY_TEXT": _MESSAGE,
    "SPIDERMON_REPORT_TEMPLATE": "reports/email/monitors/result.jinja",
    "SPIDERMON_REPORT_CONTEXT": {"report_title": "sassspider"},
}


def find_missing(name: str, settings: BaseSettings) -> str | None:
    """What a channel lacks, in a line; None when it can be used."""
    if name not in CHANNELS:
        return f"there is no such way; write {', '.join(CHANNELS)}"
    channel = CHANNELS[name]
    if unset := [one for one in channel.settings if not settings.get(one)]:
        return f"{', '.join(unset)} must be set"
    if absent := [one for one in channel.packages if find_spec(one) is None]:
        return f"packages are missing: pip install {' '.join(absent)}"
    return None


def hide_secrets(text: str, settings: BaseSettings) -> str:
    """The text without passwords, tokens and the like: errors of these services print addresses, or their paths."""
    for name in settings:
        if _SECRET.fullmatch(name) and (value := str(settings[name] or "")):
            path = urlsplit(value).path if "://" in value else ""
            for secret in (value, quote(value), path.rstrip("/")):
                text = text.replace(secret, "…") if secret else text
    return text
