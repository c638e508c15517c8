"""A server whose certificate nobody vouches for gets no request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mocksite import Server, build_site

from .. import in_process
from ..tls import secure_server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    with secure_server(build_site(articles=2), tmp_path) as server:
        yield server


def test_crawl_sends_no_request(site: Server, tmp_path: Path) -> None:
    run = in_process.crawl(tmp_path, site.url, settings={"RETRY_ENABLED": "0"})
    assert run.code == 1
    assert "certificate verify failed" in run.stderr
    assert site.requests == []


def test_doctor_sends_no_request(site: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapy.cmdline.AsyncCrawlerProcess", in_process.Process)
    run = in_process.command(tmp_path, "doctor", "--site", site.url, "-sDOWNLOAD_DELAY=0", "-sAUTOTHROTTLE_ENABLED=0")
    assert run.code == 1
    assert "fail  site" in run.stdout
    assert "certificate" in run.stdout
    assert site.requests == []
