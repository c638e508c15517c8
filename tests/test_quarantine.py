"""Where refused pages are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sassspider import quarantine
from sassspider.quarantine import Quarantine

from .samples import FETCHED_AT, URL, make_page

BODY = b"<html>\x01\xff half a page"


def test_keep_writes_bytes_and_reason(tmp_path: Path) -> None:
    path = Quarantine(tmp_path / "a" / "b").keep(make_page(BODY), "标题 is missing")
    assert path is not None
    note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert path.parent == tmp_path / "a" / "b"
    assert path.name.startswith("103002-41-")
    assert path.read_bytes() == BODY
    assert note == {"url": URL, "reason": "标题 is missing", "fetched_at": FETCHED_AT, "bytes": len(BODY)}


def test_same_bytes_are_kept_once(tmp_path: Path) -> None:
    quarantine = Quarantine(tmp_path)
    first, again = (quarantine.keep(make_page(BODY), reason) for reason in ("first", "again"))
    other = quarantine.keep(make_page(BODY + b"."), "other")
    assert first == again != other
    assert len(list(tmp_path.glob("*.xml"))) == len(list(tmp_path.glob("*.json"))) == 2


@pytest.mark.parametrize(
    "url", ["http://en.sass.cn/../../x", "http://en.sass.cn/", "", "http://en.sass.cn/103002/a.aspx"]
)
def test_no_url_leads_out_of_folder(tmp_path: Path, url: str) -> None:
    path = Quarantine(tmp_path).keep(make_page(BODY, url), "x")
    assert path is not None
    assert path.parent == tmp_path
    assert path.name.startswith("page-")


@pytest.mark.parametrize(("limit", "value"), [("MAX_PAGES", 2), ("MAX_BYTES", 2 * len(BODY) + 1)])
def test_full_folder_keeps_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(quarantine, limit, value)
    folder = Quarantine(tmp_path)
    kept = [folder.keep(make_page(BODY[1:] + bytes([number])), "x") for number in range(4)]
    assert [one is not None for one in kept] == [True, True, False, False]
    assert folder.keep(make_page(BODY[1:] + bytes([0])), "again") == kept[0]
