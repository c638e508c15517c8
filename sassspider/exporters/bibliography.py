"""What a reference manager needs of an article: shared by BibTeX, RIS, CSL-JSON and TEI."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from sassspider.items import Article

_PUBLISHERS = {"en.sass.cn": "Sichuan Academy of Social Sciences"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class UniqueNames:
    """Names that are given out once: a second ``a`` is ``a-2``."""

    def __init__(self) -> None:
        self.given: Counter[str] = Counter()

    def choose(self, name: str) -> str:
        """Return the name, with a number behind it if it was given out before."""
        self.given[name] += 1
        return name if self.given[name] == 1 else f"{name}-{self.given[name]}"


def make_key(article: Article) -> str:
    """Return a citation key: the site and the article's id, in letters, digits and hyphens."""
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', find_website(article))}-{article.id}"


def clean_line(text: str | None) -> str:
    """Return a text as one line without control characters; of None, the empty text."""
    return " ".join(_CONTROLS.sub(" ", text or "").split())


def find_website(article: Article) -> str:
    """Return the host, which stands for the web site's name."""
    return urlsplit(article.url).netloc


def find_publisher(article: Article) -> str:
    """Return who publishes the site; the host, if that is not known."""
    return name_publisher(find_website(article))


def name_publisher(website: str) -> str:
    """Return who publishes a web site; its host, if that is not known."""
    return _PUBLISHERS.get(website, website)


def make_note(article: Article) -> str:
    """Return what a reader of a reference should know: the first publication, a removal, a repetition."""
    return clean_line(" ".join(_note_sentences(article)))


def _note_sentences(article: Article) -> Iterator[str]:
    if article.source_name:
        yield f"First published in {article.source_name}{f' ({article.source_url})' if article.source_url else ''}."
    if article.date_removed:
        yield f"No longer on the site on {article.date_removed}."
    if article.duplicate_of:
        yield f"Repeats the article {article.duplicate_of}."
