"""Processors: pure functions that turn the text of one field, as printed on the page, into its value."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sassspider.items import Attachment
from sassspider.printable import INVISIBLE

_REMOVED = re.compile(f"[{INVISIBLE}\u200c\u200d\v\f\u2028\u2029]")
# Controls of ISO 8859-1 are what Windows-1252 has there; line ends other than CR and LF are a space.
_REPLACEMENTS = {chr(byte): bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x80, 0xA0)}
_REPLACEMENTS |= dict.fromkeys("\v\f\u2028\u2029", " ")
# Scripts from Arabic to Vedic and beyond the first 65,536 characters, and emoji: there the joiners have a meaning.
_JOINABLE = re.compile(
    "[\u0600-\u109f\u1700-\u1cff\u2600-\u27bf\ua800-\ua95f\ua980-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f\U0001f000-\U0001faff]"
)
LINE_BREAK = re.compile("[\r\n\v\f\u2028\u2029]+")

_GAP = r"[\s.,/·年月\u2010-\u2015\u2212-]"
_TIME = r"(?:\d{1,2}:\d{2}(?::\d{2})? (?:[a-z]\S{1,8} )?)?"  # before the year, as programs print it
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = r"(?P<month>[a-z]{3,9})"
_DATES = [
    re.compile(rf"(?:\D*[周期]\d)?\D*?{order}(?!\d)", re.IGNORECASE)  # behind a label, a weekday
    for order in (
        rf"(?P<year>[1-9]\d{{3}}){_GAP}{{1,3}}(?P<month>\d{{1,2}}|[a-z]{{3,9}}){_GAP}{{1,3}}{_DAY}",
        r"(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})(?:\d{4}|\d{6})?",
        rf"{_DAY}(?: of)?{_GAP}{{0,3}}{_MONTH}{_GAP}{{0,3}}(?P<year>[1-9]\d{{3}})",
        rf"{_MONTH}{_GAP}{{0,3}}{_DAY}{_GAP}{{1,3}}{_TIME}(?P<year>[1-9]\d{{3}})",
    )
]
_CHINESE_DIGITS = str.maketrans("〇○零元一二三四五六七八九", "0001123456789")  # noqa: RUF001
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MAX_STAMP = 100  # characters of a time stamp

_IMAGE_FILE = re.compile(r"[^\n]*\.(?:png|jpe?g|gif|bmp|webp|svg|tiff?|heic|emf|wmf)", re.IGNORECASE)
_PATH = re.compile(r"(?:[a-z]:\\|\\\\)[^\n]*|(?:[a-z]:/|\.{0,2}/|https?://|file:)\S*", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PUNCTUATION = re.compile("[\u2010-\u2027\u2030-\u205e]")
_WESTERN = [bytes([byte]).decode("cp1252", errors="ignore") for byte in range(0x100)]
_WESTERN_MARKS = bytes(byte for byte, one in enumerate(_WESTERN) if not (one.isalnum() or one.isspace()))
_LETTERS_AND_SPACES = "".join("x" if one.isalnum() else " " for one in _WESTERN).encode()


def remove_control_characters(text: str) -> str:
    """Return the text without control and invisible characters.

    U+0080 to U+009F become what Windows-1252 has there. Line ends other than CR and LF become a space. The joiners
    U+200C and U+200D stay where they follow a character of a script that uses them, or an emoji.
    """
    if text.isprintable():
        return text
    rest = text
    for space in "\n\r\t\xa0\u3000":  # not printable, but they stay
        rest = rest.replace(space, "")
    return text if rest.isprintable() else _REMOVED.sub(_replace, text)


def _replace(match: re.Match[str]) -> str:
    start = match.start()
    if match[0] in "\u200c\u200d":
        return match[0] if start and _JOINABLE.match(match.string, start - 1) else ""
    return _REPLACEMENTS.get(match[0], "")


def normalize_whitespace(text: str) -> str:
    """Return the visible text with each run of white space as one space, and none at the ends."""
    return " ".join(remove_control_characters(text).split())


def strip_text(text: str) -> str:
    """Return the visible text as printed, in one line, without white space at the ends."""
    return LINE_BREAK.sub(" ", remove_control_characters(text).strip())


def parse_int(text: str) -> int | None:
    """Return the whole number of at most 18 digits that the text is, thousands separators allowed, else None."""
    digits = re.sub(r"(?<=\d)[,， ](?=\d{3}(?!\d))", "", normalize_whitespace(text))  # noqa: RUF001
    return int(digits) if re.fullmatch(r"\d{1,18}", digits) else None


def parse_date(text: str) -> str | None:
    """Return the date in the text, which no other number stands before, as ``YYYY-MM-DD``; None if there is none.

    A date without a month's name is read only if the year comes first. The time of day is left out: the site prints
    a 12-hour clock without AM or PM.
    """
    stamp = unicodedata.normalize("NFKC", normalize_whitespace(text)[:_MAX_STAMP]).translate(_CHINESE_DIGITS)
    stamp = re.sub(r"(?<=[\do])o(?=[\do年])", "0", stamp, flags=re.IGNORECASE)  # 二OO六
    stamp = re.sub(r"(\d?)十(\d?)", lambda ten: f"{ten[1] or 1}{ten[2] or 0}", stamp)
    found = next((match for order in _DATES if (match := order.match(stamp))), None)
    if found is None:
        return None
    try:
        return date(int(found["year"]), _month_number(found["month"]), int(found["day"])).isoformat()
    except ValueError:
        return None


def _month_number(month: str) -> int:
    """Return a month's number from digits, its name or the beginning of it; raise ValueError for other words."""
    return int(month) if month.isdecimal() else [one.startswith(month.lower()) for one in _MONTHS].index(True) + 1


def clean_alt_text(alt: str) -> str | None:
    """Return an image's alternative text in one line; None if it is empty or only names a file or a path."""
    text = normalize_whitespace(alt)
    return None if not text or _IMAGE_FILE.fullmatch(text) or _PATH.fullmatch(text) else text


def count_words(text: str) -> int:
    """Count the words of a text: Han characters, and other runs between white space that have a letter or digit."""
    if (western := _encode_western(text)) is not None:
        return (b" " + western.translate(_LETTERS_AND_SPACES, _WESTERN_MARKS)).count(b" x")
    rest, han = _HAN.subn(" ", _PUNCTUATION.sub("", text))
    return han + sum(1 for run in rest.split() if run[0].isalnum() or any(map(str.isalnum, run)))


def detect_language(text: str) -> str:
    """Return the text's language as a BCP 47 code: ``zh`` if most letters are Han characters, else ``en``."""
    han = 0 if _encode_western(text) is not None else len(_HAN.findall(text))
    return "zh" if han and han * 2 > sum(map(str.isalpha, text)) else "en"


@lru_cache(maxsize=1)  # the words and the language of the same text are asked for
def _encode_western(text: str) -> bytes | None:
    """Return a text without other characters than Windows-1252 has in it, as most are; it is read by bytes, faster."""
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return None


def hash_content(title: str, body_text: str) -> str:
    """Return ``sha256:`` and the hash of title and text, which is the same for an article posted twice."""
    digest = hashlib.sha256(f"{title}\x1f{body_text}".encode())
    return f"sha256:{digest.hexdigest()}"


def unique_by_url(links: Iterable[Attachment]) -> list[Attachment]:
    """Return the links in order, the first of each URL."""
    first: dict[str, Attachment] = {}
    for link in links:
        first.setdefault(link["url"], link)
    return list(first.values())
