"""Text of strangers on its way to a log or a terminal, where control characters are commands."""

from __future__ import annotations

import logging
import re

from sassspider.processors import MISLEADING

_COMMAND = re.compile(rf"[{MISLEADING}\t\r\v\f\x85\u2028\u2029]")
_FORMATTER = logging.Formatter()


def printable(text: str, keep_lines: bool = False) -> str:
    r"""The text with whatever a terminal would obey, or a reader not see, written as Python escapes it (``\x1b``)."""
    if not text.isprintable():
        text = _COMMAND.sub(_escape, text)
    return text if keep_lines else text.replace("\n", "\\n")


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
