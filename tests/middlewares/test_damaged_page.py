"""Damaged pages are retried, and kept in quarantine if they stay so."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from tests.mocksite import Connection, Request, Response, Server, SiteOptions, build_site

from .spider import request


class Cutter:
    """Cuts these pages off, each time elsewhere."""

    def __init__(self, ids: Iterable[int]):
        self.paths = {f"/103002/{one}.aspx" for one in ids}
        self.times = count(1)

    def __call__(self, connection: Connection, asked: Request, response: Response) -> bool:
        if asked.target not in self.paths:
            return False
        connection.send(asked, response._replace(body=response.body[: -100 - next(self.times)]))
        return True


def paths_of(ids: Iterable[int]) -> list[str]:
    return [f"/103002/{one}.aspx" for one in ids]


def test_same_bytes_twice_go_to_quarantine(tmp_path: Path) -> None:
    ids = build_site(5, 3).ids()
    with Server(build_site(5, 3, SiteOptions(faults={ids[1]: "truncated"}))) as server:
        spider, run = request(tmp_path, server.url, paths_of(ids), RETRY_TIMES="4", QUARANTINE_DIR=str(tmp_path / "q"))
        asked = [one.path for one in server.requests]
    assert asked.count(f"/103002/{ids[1]}.aspx") == 2
    assert len(spider.sound) == 2
    assert list(spider.failed) == [f"{server.url}/103002/{ids[1]}.aspx"]
    assert run.stats["articles/damaged"] == 1
    assert len(list((tmp_path / "q").glob(f"103002-{ids[1]}-*.xml"))) == 1


def test_retries_can_be_disabled(tmp_path: Path) -> None:
    ids = build_site(5, 3).ids()
    with Server(build_site(5, 3, SiteOptions(faults={ids[1]: "truncated", ids[2]: "server-error"}))) as server:
        spider, run = request(tmp_path, server.url, paths_of(ids), RETRY_ENABLED=False)
        assert len(server.requests) == 4
    assert len(spider.failed) == 2
    assert "Traceback" not in run.stderr


def test_quarantine_that_fails_stops_nothing(tmp_path: Path) -> None:
    ids = build_site(5, 3).ids()
    with Server(build_site(5, 3, SiteOptions(faults={ids[1]: "truncated"}))) as server:
        spider, run = request(tmp_path, server.url, paths_of(ids), QUARANTINE_DIR="/dev/null/none")
    assert len(spider.sound) == 2
    assert "its bytes could not be kept" in run.stderr
    assert "Traceback" not in run.stderr


def test_rebuilt_site_is_read_to_its_end(tmp_path: Path) -> None:
    """Every page is damaged, but in the same way each time."""
    ids = build_site(5, 30).ids()
    with Server(build_site(5, 30, SiteOptions(faults=dict.fromkeys(ids, "truncated")))) as server:
        spider, run = request(tmp_path, server.url, paths_of(ids))
    assert run.stats["finish_reason"] == "finished"
    assert len(spider.failed) == 30


def test_whole_page_resets_the_count(tmp_path: Path) -> None:
    ids = build_site(5, 40).ids()
    with Server(build_site(5, 40), deliver=Cutter(ids[:15] + ids[16:31])) as server:
        _, run = request(tmp_path, server.url, paths_of(ids), CONCURRENT_REQUESTS="1")
    assert run.stats["finish_reason"] == "finished"
