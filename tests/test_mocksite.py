"""The mock site: its pages look as the real ones, and its command serves it. Crawls test the rest."""

from __future__ import annotations

import signal
import subprocess
import sys
import urllib.request

from tests.mocksite import Request, build_site

from .crawling import PROJECT


def test_mock_pages_have_real_features() -> None:
    site = build_site(articles=200)
    pages = [site.respond(Request("GET", f"/103002/{one}.aspx")).body.decode() for one in site.ids()]
    for feature in (
        "<form>", "<section>", "&nbsp;</span>", "&#39;宋体&#39;", "font-weight:bold", "font-style:italic", "<table",
        "<td colspan", "<ul", "<ol", "<h2 style", "<blockquote>", "mailto:", "javascript:", "<br /><br />",
        "<!--[if gte", "<o:p>", "&ldquo;", "alt=\"C:\\fakepath", "微信图片", "data:image",
        ".pdf\"", "<script", "<h2 />", "<h3 />", "<h5 />", '<a href="" />', "</h2>\n", ">Annex", 'site="103"',
        "<h1>\n", "<b />", "、",
    ):  # fmt: skip
        assert any(feature in text for text in pages), feature


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
