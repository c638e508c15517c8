"""Where refused pages are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sassspider.quarantine import Quarantine

from .samples import FETCHED_AT, URL, make_page

BODY = b"<html>\x01\xff half a page"


def test_the_bytes_are_kept_as_served_and_the_reason_beside_them(tmp_path: Path) -> None:
    path = Quarantine(tmp_path / "a" / "b").keep(make_page(BODY), "标题 is missing")
    note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert path.parent == tmp_path / "a" / "b"
    assert path.name.startswith("103002-41-")
    assert path.read_bytes() == BODY
    assert note == {"url": URL, "reason": "标题 is missing", "fetched_at": FETCHED_AT, "bytes": len(BODY)}


def test_the_same_bytes_are_kept_once_and_other_bytes_beside_them(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    first, again = (quarantine.keep(make_page(BODY), reason) for reason in ("first", "again"))
    other = quarantine.keep(make_page(BODY + b"."), "other")
    assert first == again != other
    assert len(list(tmp_path.glob("*.xml"))) == len(list(tmp_path.glob("*.json"))) == 2


@pytest.mark.parametrize(
    "url", ["http://en.sass.cn/../../x", "http://en.sass.cn/", "", "http://en.sass.cn/103002/a.aspx"]
)
def test_no_url_leads_out_of_the_folder(tmp_path: Path, url: str) -> None:
    path = Quarantine(tmp_path).keep(make_page(BODY, url), "x")
    assert path.parent == tmp_path
    assert path.name.startswith("page-")
