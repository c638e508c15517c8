"""The archive's pictures and files: kept, final, to request."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from sassspider.archive.archive import Archive
from sassspider.archive.media import read_addresses, read_kept, read_settled, save_file
from sassspider.archive.section import SectionWriter
from sassspider.media import MediaFile, Status

from .factories import SITE, remove, save

URL = "http://en.sass.cn/upload/a.png"


@pytest.mark.parametrize(
    ("statuses", "settled"),
    [
        (["kept"], True),
        (["failed"] * 5, False),
        (["forbidden"] * 5, False),
        (["not found"], False),
        (["not found", "not found"], True),
        (["not found", "failed", "not found"], False),
        (["refused", "not found"], False),
        (["refused", "refused"], True),
    ],
)
def test_two_equal_refusals_are_final(archive: Archive, statuses: Sequence[Status], settled: bool) -> None:
    results = [save_file(archive, SITE, MediaFile(url=URL, status=one)) for one in statuses]
    assert results[-1] is settled
    assert read_settled(archive, SITE) == ({URL: statuses[-1]} if settled else {})
    assert list(read_kept(archive, SITE, "media")) == ([URL] if statuses == ["kept"] else [])
    assert read_settled(archive, "other.example") == {}
    assert read_kept(archive, SITE, "s3://bucket/media") == {}


def test_addresses_of_removed_articles_are_read(archive: Archive, writer: SectionWriter) -> None:
    save(writer, 7, images=[{"url": URL, "alt": None}], attachments=[{"url": f"{URL}.pdf#page=2", "name": "a"}])
    links = ["/f.mp4#t=9", "/g.MP3?a=1&amp;b=2", "/page.aspx", "/upload/"]
    body = "".join(f'<p><a href="http://en.sass.cn{one}" title="x.mp4">y.mp4</a></p>' for one in links)
    save(writer, 8, images=[{"url": URL, "alt": None}], body_html=f'{body}<a href="mailto:a@b.mp4">x</a>')
    remove(archive, 7)
    films = {"http://en.sass.cn/f.mp4", "http://en.sass.cn/g.MP3?a=1&b=2"}
    assert read_addresses(archive, SITE) == {URL, f"{URL}.pdf", *films}
