"""A redirect to no address is a failed page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mocksite import Connection, Request, Response, Server, build_site

from .spider import request


@pytest.mark.parametrize("location", ["http://[", "http://a:99999999999/", "http://127.0.0.1:x/", "http://\u2100/"])
@pytest.mark.parametrize("more", [(), (("Set-Cookie", "a=b"),)], ids=["plain", "with-a-cookie"])
def test_redirect_to_no_address_fails(tmp_path: Path, location: str, more: tuple[tuple[str, str], ...]) -> None:
    def deliver(connection: Connection, asked: Request, _response: Response) -> bool:
        if asked.target.endswith("/1.aspx"):
            header = location.encode().decode("latin-1")
            connection.send(asked, Response(302, (("Location", header), *more), b""))
        return asked.target.endswith("/1.aspx")

    with Server(build_site(5, 2), deliver=deliver) as server:
        spider, run = request(tmp_path, server.url, ["/103002/1.aspx"])
    assert [reason.partition(":")[0] for reason in spider.failed.values()] == ["IgnoreRequest"]
    assert "Traceback" not in run.stderr
