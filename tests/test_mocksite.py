"""The mock site: its pages look as the real ones, and its server answers as one on the web. Crawls test the rest."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import urllib.request
from contextlib import closing
from typing import Any

import pytest

from tests.mocksite import (
    Outage,
    Request,
    Response,
    Server,
    Site,
    build_site,
)

from .crawling import PROJECT


def make_site(**options: Any) -> Site:
    return build_site(articles=200, **options)


def get(site: Site, target: str, **headers: str) -> Response:
    return site.respond(Request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()}))


def article(site: Site, article_id: int, **headers: str) -> Response:
    return get(site, f"/{site.record(article_id).section_id}/{article_id}.aspx", **headers)


def test_mock_pages_have_real_features() -> None:
    site = make_site()
    pages = [article(site, one).body.decode() for one in site.ids()]
    for feature in (
        "<form>", "<section>", "&nbsp;</span>", "&#39;宋体&#39;", "font-weight:bold", "font-style:italic", "<table",
        "<td colspan", "<ul", "<ol", "<h2 style", "<blockquote>", "mailto:", "javascript:", "<br /><br />",
        "<!--[if gte", "<o:p>", "&ldquo;", "alt=\"C:\\fakepath", "微信图片", "data:image",
        ".pdf\"", "<script", "<h2 />", "<h3 />", "<h5 />", '<a href="" />', "</h2>\n", ">Annex", 'site="103"',
        "<h1>\n", "<b />", "、",
    ):  # fmt: skip
        assert any(feature in text for text in pages), feature


def test_changed_page_has_other_validators() -> None:
    site = make_site()
    one = site.ids()[0]
    headers = dict(article(site, one).headers)
    conditions = ({"if_none_match": headers["ETag"]}, {"if_modified_since": headers["Last-Modified"]})
    assert [article(site, one, **given).status for given in conditions] == [304, 304]
    site.edit(one, paragraph="More.")
    assert [article(site, one, **given).status for given in conditions] == [200, 200]
    assert dict(article(make_site(validators=False), one).headers).keys() == {"Content-Type"}


@pytest.mark.parametrize("option", ["pager", "list_shape", "home", "list_fault", "faults"])
def test_unknown_word_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match="is 'x'; choose from"):
        make_site(**{option: {1: "x"} if option == "faults" else "x"})


def test_faults_end_after_their_times() -> None:
    site = make_site(fault_times=1, list_fault="empty")
    assert [len(get(site, "/103002/default.aspx").body) > 0 for _ in range(2)] == [False, True]
    site = make_site(outage=Outage("server-error", 1, 2))
    assert [get(site, "/").status for _ in range(4)] == [200, 500, 500, 200]


def test_one_connection_serves_many_requests() -> None:
    with Server(make_site()) as server, closing(http.client.HTTPConnection("127.0.0.1", server.port)) as client:
        path = f"/103002/{server.site.ids()[0]}.aspx"
        for method, target, body in (("POST", "/", b"x" * 100_000), ("GET", path, b"")):
            client.request(method, target, body=body, headers={"User-Agent": "test"})
            sock, answer = client.sock, client.getresponse()
            expected = get(server.site, target)
            assert (answer.status, answer.read()) == (expected.status, expected.body)
            assert client.sock is sock
        found = [(one.method, one.path, one.status, one.headers["user-agent"]) for one in server.requests]
        assert found == [("POST", "/", 200, "test"), ("GET", path, 200, "test")]


def test_command_serves_until_stopped() -> None:
    words = "--port 0 --articles 5 pager=loop page_size=5 bom=true 4003=empty robots=a=b"
    command = [sys.executable, "-W", "error", "-m", "tests.mocksite", *words.split()]
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    url = process.stdout.readline().strip()
    with urllib.request.urlopen(f"{url}/robots.txt", timeout=10) as answer:
        assert answer.read() == b"a=b"
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0
