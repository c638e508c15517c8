"""What is wrong with an answer."""

from __future__ import annotations

from sassspider.page import Page
from sassspider.spiders.answers import find_list_damage
from sassspider.urls import Link
from sassspider.walking.links import find_section_links
from tests.mocksite import COMMENTARY, Request, build_site

SITE = "http://en.sass.cn"
URL = f"{SITE}/{COMMENTARY}/default.aspx"
ARTICLES = 20_000


def test_a_list_of_a_whole_section_on_one_page_is_sound() -> None:
    body = build_site(articles=ARTICLES).respond(Request("GET", f"/{COMMENTARY}/default.aspx")).body
    assert find_list_damage(Page(URL, body, "2026-01-01T00:00:00Z"), Link("list", URL)) is None
    assert len(find_section_links(body, URL, SITE, COMMENTARY)) > ARTICLES


def test_a_list_without_end_is_damaged() -> None:
    body = b"<?xml version='1.0'?><html>" + b"<a/>" * 300_000 + b"</html>"
    assert find_list_damage(Page(URL, body, ""), Link("list", URL)) == "it has more than 300,000 tags"
