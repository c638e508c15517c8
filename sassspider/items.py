"""The article: the one item that the project is about. ``docs/article.md`` has the rule of each field."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files
from typing import Any, TypedDict

import jsonschema_rs
from lxml import etree

from sassspider.page import Page


class Breadcrumb(TypedDict):
    """One step of the way from the site's root to the article's section."""

    name: str
    url: str


class Image(TypedDict):
    """A picture in the body; ``alt`` is None when it only names a file."""

    url: str
    alt: str | None


class Attachment(TypedDict):
    """A file that the article offers."""

    url: str
    name: str


class _Scraped:
    """Data of an article beside its fields, for the pipelines; never exported."""

    page: Page | None = None  # that it was read from in this run; None for an article from the archive
    tree: etree._Element | None = None  # the page as XML

    def __repr__(self) -> str:  # an article's text stays out of logs
        return f"<{type(self).__name__} {getattr(self, 'url', '')}>"


@dataclass(kw_only=True, repr=False)
class Article(_Scraped):
    """An article of the site. Names follow schema.org/NewsArticle; every field is always present.

    The defaults are for the loader, which fills an empty item: it refuses one that lacks a required field.
    """

    id: int = 0  # article id, > 0; unique within the site
    url: str = ""  # canonical URL: no query, no fragment
    section_id: str = ""  # section id, digits
    section: str | None = None  # name of the section
    breadcrumbs: list[Breadcrumb] = field(default_factory=list)  # path to the section, root first
    title: str = ""  # title, white space normalized
    subtitle: str | None = None  # short title
    editor: str | None = None  # the site's editor who posted it; not the author
    byline: str | None = None  # authors as printed
    authors: list[str] = field(default_factory=list)  # authors, one by one
    source_name: str | None = None  # name of the original source, as printed
    source_url: str | None = None  # absolute http(s) URL of the original
    date_published: str = ""  # ``YYYY-MM-DD``
    date_published_raw: str = ""  # publication as printed: a 12-hour clock without AM/PM
    date_modified: str | None = None  # ``YYYY-MM-DD``
    date_modified_raw: str | None = None  # second time stamp as printed
    body_html: str = ""  # clean HTML, safe to put into a page
    body_text: str = ""  # plain text, paragraphs separated by one blank line
    body_markdown: str = ""  # CommonMark of body_html
    images: list[Image] = field(default_factory=list)  # pictures of the body, in order
    attachments: list[Attachment] = field(default_factory=list)  # files offered beside or in the body
    word_count: int = 0  # words of body_text; a Han character counts as one
    language: str = ""  # BCP 47: ``zh`` or ``en``
    views: int | None = None  # times read, by the site's own count
    previous_id: int | None = None  # the section's article with the next smaller id
    next_id: int | None = None  # the section's article with the next larger id
    content_hash: str = ""  # ``sha256:`` and 64 hex digits over title and text; equal for re-posts
    duplicate_of: int | None = None  # id of the article that this one repeats
    date_removed: str | None = None  # day on which the site was first seen to have dropped it, ``YYYY-MM-DD``
    fetched_at: str = ""  # when the page was fetched, ISO 8601 UTC


ARTICLE_FIELDS: tuple[str, ...] = tuple(f.name for f in fields(Article))

# A change of one of these is a new revision. Views, neighbours, date_modified, markup and white space change all the
# time without an editor.
EDITORIAL_FIELDS = (
    *("title", "subtitle", "editor", "byline", "source_name", "source_url", "date_published_raw", "body_text"),
    *("images", "attachments"),
)


def editorial_hash(article: Article) -> str:
    """Return the hex SHA-256 of an article's editorial fields."""
    state = [getattr(article, name) for name in EDITORIAL_FIELDS]
    return hashlib.sha256(json.dumps(state, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def as_record(article: Article) -> dict[str, Any]:
    """The fields of an article, in order; lists are its own, where dataclasses.asdict would copy each anew."""
    return {name: getattr(article, name) for name in ARTICLE_FIELDS}


def load_schema() -> dict[str, Any]:
    """Return the JSON Schema of an article."""
    text = files("sassspider").joinpath("article.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def find_invalid_fields(article: Article) -> list[str]:
    """Return the names of the fields whose value violates the schema, in the schema's order."""
    errors = _validator().iter_errors(as_record(article))
    return list(dict.fromkeys(str(error.instance_path[0]) for error in errors if error.instance_path))


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(load_schema())
