"""A server whose certificate nobody vouches for gets no request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from .. import in_process
from ..crawling import crawl
from ..tls import secure_server
from ..watch import make_watch, read_events


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    with secure_server(build_site(articles=2), tmp_path) as server:
        yield server


def test_crawl_sends_no_request(site: Server, tmp_path: Path) -> None:
    run = in_process.crawl(tmp_path, site.url, settings={"RETRY_ENABLED": "0"})
    assert run.code == 1
    assert "certificate verify failed" in run.stderr
    assert site.requests == []


def test_loose_settings_are_noticed(site: Server, tmp_path: Path) -> None:
    """So that this test, and the one of ports that nobody listens on, can fail."""
    hook = make_watch(tmp_path)
    loose = {"DOWNLOAD_VERIFY_CERTIFICATES": "0", "TELNETCONSOLE_ENABLED": "1", "RETRY_ENABLED": "0"}
    run = crawl(tmp_path, site.url, "-O", "ftp://me:canary@127.0.0.1:1/x.csv", settings=loose, hook=hook)
    assert run.code == 1
    assert "ftp://me:…@127.0.0.1:1/x.csv" in run.stderr  # the feed could not be stored
    assert "canary" not in run.stderr
    assert not any("canary" in path.read_text(encoding="utf-8") for path in (tmp_path / "data/runs").iterdir())
    assert "/103002/default.aspx" in site.take_paths()
    assert "127.0.0.1" in str(read_events(hook, "bind"))


def test_doctor_sends_no_request(site: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapy.cmdline.AsyncCrawlerProcess", in_process.Process)
    run = in_process.command(tmp_path, "doctor", "--site", site.url, "-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
    assert run.code == 1
    assert "fail  site" in run.stdout
    assert "certificate" in run.stdout
    assert site.requests == []
