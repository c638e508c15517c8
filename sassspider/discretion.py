"""Passwords and tokens, which have no business in a log or a record."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from scrapy.settings import BaseSettings

_SECRET_NAME = re.compile(r"\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|ACCESS_KEY|API_KEY|WEBHOOK_URL)\w*", re.IGNORECASE)
_USER = re.compile(r"(?<=://)([^\s/@:'\"]*):[^\s/@'\"]+(?=@)")
_SHORTEST = 4  # what is shorter stands in too many words to be left out
HIDDEN = "…"


def find_secrets(settings: BaseSettings) -> list[str]:
    """Values of those settings that the operator set and whose names tell that they are secret, the longest first."""
    names = [one for one in settings if _SECRET_NAME.fullmatch(str(one)) and settings.getpriority(one)]
    values = {settings[name] for name in names}
    return sorted((one for one in values if isinstance(one, str) and len(one) >= _SHORTEST), key=len, reverse=True)


def hide(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets, and without the password of any address in it."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _USER.sub(rf"\1:{HIDDEN}", text) if "://" in text else text


class DiscreetFilter(logging.Filter):
    """Hides secrets in each record; behind a filter that has put message and traceback together."""

    def __init__(self, secrets: Iterable[str]):
        super().__init__()
        self.secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; let every one through."""
        if not record.args:
            record.msg = hide(str(record.msg), self.secrets)
        if record.exc_text:
            record.exc_text = hide(record.exc_text, self.secrets)
        return True
