"""Asking a Scrapyd: where, as whom, and what is taken for an answer."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest

from sassspider.scrapyd.client import Scrapyd, ScrapydError

ANSWERS = {
    "/ok.json": '{"status": "ok", "x": 1}',
    "/no.json": '{"status": "error", "message": "project \'x\' not found"}',
    "/trace.json": '{"status": "error", "message": "E: Traceback (most recent call last):\\n  f\\nKeyError: 1\\n"}',
    "/bare.json": '{"status": "error"}',
    "/list.json": "[]",
    "/page.json": "<html>",
}


class Answering(http.server.BaseHTTPRequestHandler):
    """Gives what is in ANSWERS."""

    def do_GET(self) -> None:
        body = ANSWERS[self.path].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    """Of a server that answers as Scrapyd does, and otherwise."""
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no", "says: project 'x' not found"),
        ("trace", "says: KeyError: 1"),
        ("bare", "says: error"),
        ("list", "does not answer as Scrapyd does"),
        ("page", "does not answer as Scrapyd does"),
    ],
)
def test_nothing_but_ok_is_a_yes(url: str, name: str, says: str) -> None:
    assert Scrapyd(f"{url}/").get("ok")["x"] == 1
    with pytest.raises(ScrapydError, match=says):
        Scrapyd(url).get(name)


def test_user_and_password_come_from_the_url_the_caller_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRAPYD_USERNAME", raising=False)
    monkeypatch.delenv("SCRAPYD_PASSWORD", raising=False)
    assert Scrapyd().auth is None
    monkeypatch.setenv("SCRAPYD_USERNAME", "env")
    monkeypatch.setenv("SCRAPYD_PASSWORD", "word")
    assert Scrapyd().auth == ("env", "word")
    assert Scrapyd("http://h:1", "given", "w").auth == ("given", "w")
    scrapyd = Scrapyd("http://in:p%40ss@h:1/x/", "given", "w")
    assert scrapyd.auth == ("in", "p@ss")
    assert scrapyd.url == "http://h:1/x"
    assert Scrapyd("http://[::1]:6800").url == "http://[::1]:6800"


@pytest.mark.parametrize("url", ["", "127.0.0.1:6800", "ftp://h", "http://", "http://h:port", "http://u:secret@:x"])
def test_what_is_no_address_is_refused_without_telling_a_password(url: str) -> None:
    with pytest.raises(ScrapydError, match="is no address of a Scrapyd") as caught:
        Scrapyd(url)
    assert "secret" not in str(caught.value)


def test_a_proxy_is_not_asked_for_this_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert Scrapyd(url).get("ok")["x"] == 1
