"""One line of the doctor's table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was seen, and what to do about it. Only ``fail`` means that a crawl can't run."""

    state: Literal["ok", "warn", "fail"]
    what: str
    seen: str
    advice: str = ""
