"""No request leaves the site."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mocksite import Server, SiteOptions, build_site

from .spider import request

PAGE = "/103002/{}.aspx"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:{other}/103002/1.aspx",
        "http://127.0.0.1:{other}/103002/1.aspx",
        "http://www.127.0.0.1:{port}/103002/1.aspx",
        "http://user:password@127.0.0.1:{port}/103002/1.aspx",
        "http://127.0.0.1/103002/1.aspx",
        "ftp://127.0.0.1:{port}/103002/1.aspx",
    ],
)
def test_other_hosts_are_refused(tmp_path: Path, url: str) -> None:
    with Server(build_site(5, 2)) as server, Server(build_site(5, 2)) as other:
        url = url.format(port=server.port, other=other.port)
        spider, _ = request(tmp_path, server.url, [url])
        assert other.requests == server.requests == []
    assert list(spider.failed.values()) == [f"IgnoreRequest: it leads to {url}, which is not on {server.url}"]


@pytest.mark.parametrize("fault_times", [0, 1])
def test_redirect_to_other_site_is_refused(tmp_path: Path, fault_times: int) -> None:
    ids = build_site(5, 3).ids()
    with Server(build_site(5, 3)) as other:
        options = SiteOptions(faults={ids[0]: "redirect-away", ids[1]: "server-error"}, elsewhere=other.url)
        with Server(build_site(5, 3, options)) as server:
            spider, _ = request(tmp_path, server.url, map(PAGE.format, ids))
        assert other.requests == []
    assert len(spider.sound) == 1


def test_mirror_is_allowed(tmp_path: Path) -> None:
    page = PAGE.format(build_site(5, 2).ids()[0])
    with Server(build_site(5, 2)) as server, Server(build_site(5, 2)) as mirror:
        mirrors = json.dumps({f"127.0.0.1:{mirror.port}": f"127.0.0.1:{server.port}"})
        spider, _ = request(tmp_path, server.url, [mirror.url + page], MIRRORS=mirrors)
    assert spider.sound == [mirror.url + page]
