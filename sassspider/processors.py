"""Pure functions that turn a field as printed into its value."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from sassspider.items import Attachment

ZERO_WIDTH = "\u200b\u2060\ufeff"
_INVISIBLE = re.compile(f"[{ZERO_WIDTH}]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# In UTF-8 every Han character starts with one of the other bytes, and most texts have none of those.
_BEFORE_HAN = bytes(range(0xE3))
_AUTHOR_BREAK = re.compile(
    r"[,;，、；]|(?:^|(?<=[\s,;，、；]))(?:and|&)(?=[\s,;，、；]|$)",  # noqa: RUF001
    re.IGNORECASE,
)
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_IMAGE_FILE = re.compile(r"[^\n]*\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?|heic|emf|wmf)", re.IGNORECASE)
_PATH = re.compile(r"(?:[a-z]:[\\/]|\\\\|\.{0,2}/|https?://|file:)\S*", re.IGNORECASE)


def collapse(text: str) -> str:
    """White space of any kind (nbsp and ideographic too) as single spaces, none at the ends."""
    return " ".join((text if text.isascii() else _INVISIBLE.sub("", text)).split())


def strip(text: str) -> str:
    """The text as printed, without the white space around it."""
    return text.strip()


def parse_count(text: str) -> int | None:
    """A number of things, thousands separators allowed; None when it is not one."""
    digits = text.strip().replace(",", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def parse_date(text: str) -> str | None:
    """The date that a site's time stamp begins with, as ``YYYY-MM-DD``; None when there is no such day.

    The time of day is left alone: the site prints a 12-hour clock without AM or PM.
    """
    match = _DATE.match(text.strip())
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None


def split_byline(byline: str) -> list[str]:
    """Names of a byline, in order and as spelled: split at commas, semicolons (ASCII and Chinese), "and" and "&"."""
    names = (collapse(name) for name in _AUTHOR_BREAK.split(byline))
    return [name for name in names if name]


def clean_alt(alt: str) -> str | None:
    """Alternative text of an image, or None when it only names a file or a path."""
    text = collapse(alt)
    return None if not text or _IMAGE_FILE.fullmatch(text) or _PATH.fullmatch(text) else text


def count_words(text: str) -> int:
    """Words of a text: each Han character is one, and each run between white space that has a letter or digit."""
    rest, han = _HAN.subn(" ", text) if _may_have_han(text) else (text, 0)
    runs = rest.split()
    return han + len(runs) - sum(1 for run in runs if not run[0].isalnum() and not any(map(str.isalnum, run)))


def detect_language(text: str) -> str:
    """BCP 47 code: ``zh`` when most letters are Han characters, else ``en``."""
    han = len(_HAN.findall(text)) if _may_have_han(text) else 0
    return "zh" if han and han * 2 > sum(map(str.isalpha, text)) else "en"


def _may_have_han(text: str) -> bool:
    return not text.isascii() and bool(text.encode(errors="surrogatepass").translate(None, _BEFORE_HAN))


def hash_content(title: str, body_text: str) -> str:
    """Fingerprint of what a reader reads: equal for re-posts, whatever their markup, views or date."""
    digest = hashlib.sha256(f"{title}\x1f{body_text}".encode())
    return f"sha256:{digest.hexdigest()}"


def unique_by_url(links: list[Attachment]) -> list[Attachment]:
    """The links in order, the first of each URL."""
    first: dict[str, Attachment] = {}
    for link in links:
        first.setdefault(link["url"], link)
    return list(first.values())
