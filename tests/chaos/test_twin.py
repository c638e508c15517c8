"""A site that redirects every request to its https twin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.results import Row, add_row, compare, visit
from tests.in_process import crawl
from tests.mocksite import Request, Response, Server, build_site
from tests.tls import secure_server


@contextmanager
def twins(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Serve a site over http that redirects to the same over https."""
    site = build_site(seed=3, articles=8)
    with secure_server(site, folder) as twin:

        def redirect(request: Request, _response: Response) -> Response:
            return Response(301, (("Location", twin.url + request.target),), b"")

        with Server(site, deliver=redirect) as server:
            yield server, twin


@pytest.fixture(autouse=True)
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "site.pem"))


def test_declared_twin_is_the_site(tmp_path: Path) -> None:
    with twins(tmp_path) as (server, twin):
        mirrors = {f"127.0.0.1:{twin.port}": f"127.0.0.1:{server.port}"}
        run = visit(tmp_path, server, {"MIRRORS": json.dumps(mirrors)})
        assert run.code == 0, run.stderr[-3000:]
        result = "followed; articles keep the addresses that were asked for"
        add_row(Row("the whole site: redirect to its https twin", result, *compare(run, server)))


def test_undeclared_twin_is_another_site(tmp_path: Path) -> None:
    """On the usual ports, 80 and 443, nobody need declare it."""
    with twins(tmp_path) as (server, twin):
        run = crawl(tmp_path, server.url)
        assert run.code == 1
        assert "which is not on" in run.stderr
        assert twin.requests == []
