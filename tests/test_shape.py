"""The shape of each field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sassspider.items import ARTICLE_FIELDS
from sassspider.loaders import read_article
from sassspider.page import Page
from sassspider.shape import SHAPES, find_misfits
from tests.mocksite import Request, build_site

SITE = build_site(seed=1, articles=60)


def load(article_id: int) -> Any:
    url = f"http://en.sass.cn/103002/{article_id}.aspx"
    body = SITE.respond(Request("GET", f"/103002/{article_id}.aspx")).body
    return read_article(Page(url, body, "2026-03-04T06:00:00Z"))


def test_every_field_has_a_shape() -> None:
    assert tuple(SHAPES) == ARTICLE_FIELDS


def test_every_article_of_the_embedded_site_fits() -> None:
    assert [(one, wrong) for one in SITE.ids() if (wrong := list(find_misfits(load(one))))] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "5601"), ("id", 0), ("id", True), ("url", "/103002/1.aspx"), ("section_id", "x"), ("title", " "),
        ("subtitle", ""), ("authors", "Tang Shuyi"), ("authors", [None]), ("authors", None), ("source_url", "a.html"),
        ("date_published", "2026-3-2"), ("date_modified", "yesterday"), ("body_text", None), ("word_count", 1.5),
        ("images", [{"url": "http://x/a.jpg"}]), ("images", [{"url": "a.jpg", "alt": None}]), ("language", "fr"),
        ("views", -1), ("views", "57"), ("content_hash", "md5:0"), ("fetched_at", "2026-03-04"), ("breadcrumbs", [()]),
    ],
)  # fmt: skip
def test_a_value_of_another_shape_is_found(field: str, value: Any) -> None:
    assert list(find_misfits(replace(load(SITE.ids()[0]), **{field: value}))) == [field]
