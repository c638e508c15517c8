"""Pure functions that turn a field as printed into its value."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from sassspider.items import Attachment
from sassspider.printable import MISLEADING

_INVISIBLE = re.compile(f"[{MISLEADING}]")
_FEED = re.compile(r"[\v\f\x85\u2028\u2029]")
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F))
_USUAL_SPACES = "\n\r\t\xa0\u3000"
_MARKS = bytes(one for one in range(0x100) if not (chr(one).isascii() and chr(one).isalnum()) and one != 0x20)
_ALNUM_AS_A = bytes([*range(0x21), *b"a" * (0x100 - 0x21)])
_FEW = 100  # kinds of characters, each of which is looked for in the whole text
_LINE_BREAK = re.compile(r"[\r\n]+")
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


def unusual(text: str) -> str:
    """A text without its printable ASCII: what is left of a long one is soon looked through."""
    return text.encode(errors="surrogatepass").translate(None, _PRINTABLE_ASCII).decode(errors="surrogatepass")


def is_visible(text: str) -> bool:
    """Whether a text surely has nothing that ``visible`` leaves out: the quickest look at a long one."""
    rare = unusual(text)
    for space in _USUAL_SPACES:
        rare = rare.replace(space, "")
    return rare.isprintable()


def visible(text: str) -> str:
    """The text without what can't be seen and may mislead; line ends other than CR and LF are a space."""
    return text if text.isprintable() else _FEED.sub(" ", _INVISIBLE.sub("", text))


def collapse(text: str) -> str:
    """The visible text with white space of any kind (nbsp and ideographic too) as single spaces, none at the ends."""
    return " ".join(visible(text).split())


def strip(text: str) -> str:
    """The visible text as printed, in one line, without the white space around it."""
    return _LINE_BREAK.sub(" ", visible(text).strip())


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
    rare = set(unusual(rest))
    if len(rare) > _FEW:
        return han + sum(1 for run in rest.split() if any(map(str.isalnum, run)))
    for one in rare:
        if one.isalnum() or one.isspace():
            rest = rest.replace(one, "a" if one.isalnum() else " ")
    # Letters and digits as "a", all space as " ", no more than that: then a word begins wherever " a" stands.
    marked = rest.encode(errors="surrogatepass").translate(_ALNUM_AS_A, _MARKS)
    return han + (b" " + marked).count(b" a")


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
