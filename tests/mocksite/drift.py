"""A site that was rebuilt: elements of its article pages left empty, left out, or added."""

from __future__ import annotations

import re

from tests.mocksite.options import SiteOptions

START, END = "\t\t<div>\n", "\t\t</div>\n"  # of an article
INDENT = "\t\t\t"  # of its elements


def rebuild(page: str, options: SiteOptions) -> str:
    """Return the text of an article page as a site of these options prints it."""
    head, start, article = page.partition(START)
    for name in options.blank:
        article = _element(name).sub(f"{INDENT}<{name} />\n", article, count=1)
    for name in options.lacking:
        article = _element(name).sub("", article, count=1)
    added = "".join([f"{INDENT}<{name}>{name}</{name}>\n" for name in options.extra])
    return head + start + article.replace(END, added + END, 1)


def _element(name: str) -> re.Pattern[str]:
    """Match an element of the article, empty or not, with its line."""
    return re.compile(rf"^{INDENT}<{name}(?: [^>]*?)?(?:/>|>.*?</{name}>)\n", re.MULTILINE | re.DOTALL)
