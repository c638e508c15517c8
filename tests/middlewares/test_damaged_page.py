"""Damaged pages are retried, and kept in quarantine if they stay so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from sassspider.middlewares import damaged_page
from sassspider.middlewares.damaged_page import keep_page
from tests.mocksite import Server, build_site

from ..samples import FETCHED_AT, URL, make_page
from .spider import Cutter, request


def paths_of(ids: Iterable[int]) -> list[str]:
    return [f"/103002/{one}.aspx" for one in ids]


IDS = build_site(5, 3).ids()
PATHS = paths_of(IDS)


def test_same_bytes_twice_go_to_quarantine(tmp_path: Path) -> None:
    with Server(build_site(5, 3, faults={IDS[1]: "truncated"})) as server:
        spider, run = request(tmp_path, server.url, PATHS, RETRY_TIMES="4", QUARANTINE_DIR=str(tmp_path / "q"))
    assert server.take_paths().count(PATHS[1]) == 2
    assert len(spider.sound) == 2
    assert list(spider.failed) == [server.url + PATHS[1]]
    assert run.stats["articles/damaged"] == 1
    assert len(list((tmp_path / "q").glob(f"103002-{IDS[1]}-*.xml"))) == 1


def test_retries_can_be_disabled(tmp_path: Path) -> None:
    with Server(build_site(5, 3, faults={IDS[1]: "truncated", IDS[2]: "server-error"})) as server:
        spider, _ = request(tmp_path, server.url, PATHS, RETRY_ENABLED=False)
        assert len(server.requests) == 4
    assert len(spider.failed) == 2


def test_quarantine_that_fails_stops_nothing(tmp_path: Path) -> None:
    with Server(build_site(5, 3, faults={IDS[1]: "truncated"})) as server:
        spider, run = request(tmp_path, server.url, PATHS, QUARANTINE_DIR="/dev/null/none")
    assert len(spider.sound) == 2
    assert "its bytes could not be kept" in run.stderr


def test_equal_damage_does_not_end_crawl(tmp_path: Path) -> None:
    """Every page is damaged, but in the same way each time."""
    ids = build_site(5, 30).ids()
    with Server(build_site(5, 30, faults=dict.fromkeys(ids, "truncated"))) as server:
        spider, run = request(tmp_path, server.url, paths_of(ids))
    assert run.stats["finish_reason"] == "finished"
    assert len(spider.failed) == 30


def test_whole_page_resets_the_count(tmp_path: Path) -> None:
    ids = build_site(5, 40).ids()
    with Server(build_site(5, 40), deliver=Cutter(ids[:15] + ids[16:31])) as server:
        _, run = request(tmp_path, server.url, paths_of(ids), CONCURRENT_REQUESTS="1")
    assert run.stats["finish_reason"] == "finished"


BODY = b"<html>\x01\xff half a page"


def test_damaged_page_is_kept_with_reason(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    path, again = (keep_page(folder, make_page(BODY), reason) for reason in ["标题 is missing"] * 2)
    note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert note == {"url": URL, "reason": "标题 is missing", "fetched_at": FETCHED_AT, "bytes": len(BODY)}
    assert path.read_bytes() == BODY
    assert path.name.startswith("103002-41-")
    assert again == path != keep_page(folder, make_page(BODY + b"."), "other")
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize(
    "url", ["http://en.sass.cn/../../x", "http://en.sass.cn/", "", "http://en.sass.cn/103002/a.aspx"]
)
def test_no_url_leads_out_of_folder(tmp_path: Path, url: str) -> None:
    path = keep_page(tmp_path, make_page(BODY, url), "x")
    assert path.parent == tmp_path
    assert path.name.startswith("page-")


@pytest.mark.parametrize(("limit", "value"), [("MAX_PAGES", 2), ("MAX_BYTES", 2 * len(BODY) + 1)])
def test_full_folder_keeps_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(damaged_page, limit, value)
    kept = [keep_page(tmp_path, make_page(BODY[1:] + bytes([number])), "x") for number in range(2)]
    with pytest.raises(OSError, match="move them elsewhere"):
        keep_page(tmp_path, make_page(BODY), "x")
    assert keep_page(tmp_path, make_page(BODY[1:] + bytes([0])), "again") == kept[0]
