"""What databases are picky about: NUL, half surrogate pairs, validators with control characters."""

from __future__ import annotations

from scrapy.http import Response

from sassspider.archive.archive import Archive
from sassspider.loaders import read_article
from sassspider.spiders.answers import read_page

from ..samples import URL, make_page_xml
from .seen import make_writer

SITE = "http://en.sass.cn"
BODY = b"<p>a&#0;b&#x0;c&#xD800;d&#xFFFF;e&#1;f</p><img src='/%00.png' alt='&#0;g'><a href='/%00.pdf'>&#0;h</a>"


def test_strange_text_is_archived_and_read_back(archive_url: str) -> None:
    body = make_page_xml(parts="<h2>\U0001f600\u2028\x7f</h2>").replace(b"<p>The ferry runs again.</p>", BODY)
    headers = {"ETag": b'"\x00\xd8\x00"', "Last-Modified": b"\x1b[2J\x00"}
    page = read_page(Response(URL, body=body, headers=headers), SITE)
    assert (page.etag, page.last_modified) == (None, None)
    article = read_article(page)
    with Archive.open(archive_url) as archive:
        make_writer(archive, "a.test", "103002").save(article, page, frozenset())
        stored = archive.read.article("a.test", article.id)
    assert stored == article
    assert "\x00" not in repr(article)


def test_an_ordinary_validator_is_kept() -> None:
    page = read_page(
        Response(URL, headers={"ETag": b'W/"a-1"', "Last-Modified": b"Sun, 25 Jan 2026 04:00:00 GMT"}), SITE
    )
    assert (page.etag, page.last_modified) == ('W/"a-1"', "Sun, 25 Jan 2026 04:00:00 GMT")
