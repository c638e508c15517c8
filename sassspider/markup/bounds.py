"""What a body may be made of at most: libxml2 and nh3 take time that grows with the square of some counts."""

from __future__ import annotations

import re

from sassspider.page import DamagedPageError, refuse_excess

MAX_REFERENCES = 200_000
MAX_TAG_ATTRIBUTES = 1_000

# A shorter body can't take long, whatever is in it, nor has it room for too much; and nearly every body is shorter.
_HARMLESS = 64 * 1024
# A tag as HTML's tokenizer sees it. Possessive throughout: no input makes this go back.
_VALUE = r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_CROWDED_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:[\s/]*+[^\s/>=][^\s/>=]*+{_VALUE}){{{MAX_TAG_ATTRIBUTES + 1}}}")


def refuse_oversized(markup: str) -> None:
    """Raise DamagedPageError for a body that would take too much memory or time to read."""
    if len(markup) <= _HARMLESS:
        return
    refuse_excess(tags=markup.count("<"))  # also those that the page writes as references
    if markup.count("&") > MAX_REFERENCES:
        raise DamagedPageError(f"its body has more than {MAX_REFERENCES:,} references")
    if _CROWDED_TAG.search(markup):
        raise DamagedPageError(f"a tag in its body has more than {MAX_TAG_ATTRIBUTES:,} attributes")
