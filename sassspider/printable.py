"""Escape control characters, and hide passwords in URLs, before text is logged or printed."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence, Sized

# A regular expression's set of characters that no text needs: controls; soft hyphens and other marks of no width;
# marks that turn the direction of what follows, so that a reader sees another text than is there (Unicode TR 36,
# section 2.5); halves of surrogate pairs and codes that are no characters. The joiners U+200C and U+200D are not in it.
INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)
_ESCAPED = re.compile(rf"[{INVISIBLE}\t\r\v\f\u2028\u2029]")
_PASSWORD = re.compile(
    r"""(?<=://)([^\s/@:'"]*:)[^\s/@'"]+(?=@)"""  # in a URL before the host
    r"""|((?:[?&][a-z_]*|\b[A-Z_]*)(?i:password|secret|token)[A-Za-z_]*(?:=|': '))[^\s&'"]+"""  # query, setting
)
_MAX_LENGTH = 300  # characters
_FORMATTER = logging.Formatter()


def escape_control_characters(text: str, keep_lines: bool = False) -> str:
    r"""Return the text with control and invisible characters written as Python escapes them (``\x1b``).

    Line feeds stay if ``keep_lines`` is true.
    """
    if not text.isprintable():
        text = _ESCAPED.sub(_escape, text)
    return text if keep_lines else text.replace("\n", "\\n")


def truncate(text: str) -> str:
    """Return the text, cut to 300 characters and an ellipsis if it is longer."""
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}…"


def count_rest(items: Sized, limit: int) -> list[str]:
    """Return how many items are beyond the limit, in words: one text, or none if there is no such item."""
    return [f"… and {len(items) - limit:,} more"] if len(items) > limit else []


def list_first(items: Sequence[object], limit: int) -> str:
    """Return the first items, separated by commas, and how many more there are."""
    return ", ".join([*map(str, items[:limit]), *count_rest(items, limit)])


def hide_passwords(text: str) -> str:
    """Return the text with an ellipsis in place of each password in a URL or a setting in it."""
    return _PASSWORD.sub(r"\1\2…", text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", errors="surrogatepass").decode("ascii")


class PrintableFilter(logging.Filter):
    """A logging filter that escapes control characters, but for line feeds of ours, and hides passwords in URLs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Escape the record's message and traceback; return True, so that every record is logged."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # logging itself reports arguments that do not fit the message
            return True
        keep_lines = "\n" in str(record.msg)
        record.msg, record.args = hide_passwords(escape_control_characters(message, keep_lines)), None
        if record.exc_info and not record.exc_text:
            trace = escape_control_characters(_FORMATTER.formatException(record.exc_info), keep_lines=True)
            record.exc_text = hide_passwords(trace)
        return True
