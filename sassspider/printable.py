"""Text of strangers on its way to a log or a terminal, where control characters are commands."""

from __future__ import annotations

import logging
import re

# Of no width; of no meaning in text (controls, half surrogate pairs, codes that are no characters); or turning the
# direction of what follows, so that a reader sees another text than is there (Unicode TR 36, section 2.5). The joiners
# U+200C and U+200D stay: words of some scripts need them.
MISLEADING = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)
_COMMAND = re.compile(rf"[{MISLEADING}\t\r\v\f\x85\u2028\u2029]")
_LONGEST = 300  # characters
_FORMATTER = logging.Formatter()


def printable(text: str, keep_lines: bool = False) -> str:
    r"""The text with whatever a terminal would obey, or a reader not see, written as Python escapes it (``\x1b``)."""
    if not text.isprintable():
        text = _COMMAND.sub(_escape, text)
    return text if keep_lines else text.replace("\n", "\\n")


def shorten(text: str) -> str:
    """What a site said, cut to a few hundred characters if it has more: it must not fill a log or a report."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", errors="surrogatepass").decode("ascii")


class PrintableFilter(logging.Filter):
    """Makes each record printable. Only line ends that the program itself wrote, in a message or a traceback, stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; let every one through."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # logging tells of a call that is wrong in its own way
            return True
        record.msg, record.args = printable(message, keep_lines="\n" in str(record.msg)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = printable(_FORMATTER.formatException(record.exc_info), keep_lines=True)
        return True
