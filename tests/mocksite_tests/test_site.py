from email.utils import format_datetime
from typing import Any

import pytest
from lxml import etree

from tests.mocksite import Corpus, Site
from tests.mocksite.responses import EPOCH
from tests.mocksite_tests.reading import MakeSite, article, article_ids, get, page


def named_by(site: Site, article_id: int) -> set[int]:
    return set(article_ids(article(site, article_id).body.decode()))


@pytest.mark.parametrize(
    "path",
    [
        "/103002/1.aspx",
        "/101000/{id}.aspx",
        "/999/default.aspx",
        "/103002/",
        "/103002/x.html",
        "/favicon.ico",
        "/103/x",
    ],
)
def test_unknown_addresses_are_not_found(site: Site, path: str) -> None:
    assert get(site, path.format(id=site.ids()[0])).status == 404


def test_query_and_case_of_an_address_do_not_matter(site: Site) -> None:
    article_id = site.ids()[0]
    assert get(site, f"/103002/{article_id}.ASPX?from=list") == article(site, article_id)


def test_other_methods_are_refused(site: Site) -> None:
    response = get(site, "/", "POST")
    assert response.status == 405
    assert dict(response.headers)["Allow"] == "GET, HEAD"


def test_robots(make_site: MakeSite) -> None:
    assert get(make_site(), "/robots.txt").body == b"User-agent: *\nDisallow:\n"
    assert get(make_site(robots="User-agent: *\nDisallow: /"), "/robots.txt").body.endswith(b"Disallow: /")
    assert get(make_site(robots=None), "/robots.txt").status == 404


def test_uploads_answer(site: Site) -> None:
    response = get(site, "/upload/images/2026/1/22/x.jpeg")
    assert dict(response.headers) == {"Content-Type": "image/jpeg"}
    assert response.body.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({}, "text/xml"),
        ({"content_type": "application/octet-stream"}, "application/octet-stream"),
        ({"charset": "gb2312"}, "text/xml; charset=gb2312"),
        ({"content_type": None, "charset": "gb2312"}, None),
    ],
)
def test_content_type(make_site: MakeSite, options: dict[str, Any], header: str | None) -> None:
    site = make_site(**options)
    assert dict(article(site, site.ids()[0]).headers).get("Content-Type") == header


def test_byte_order_mark(make_site: MakeSite) -> None:
    site = make_site(bom=True)
    for response in (article(site, site.ids()[0]), get(site, "/103002/default.aspx")):
        assert response.body.startswith(b"\xef\xbb\xbf<?xml")
        assert etree.fromstring(response.body).tag == "html"


def test_unchanged_page_is_not_sent_again(site: Site) -> None:
    article_id = site.ids()[0]
    headers = dict(article(site, article_id).headers)
    for condition in (
        {"if_none_match": headers["ETag"]},
        {"if_none_match": f'"other", W/{headers["ETag"]}'},
        {"if_none_match": "*"},
        {"if_modified_since": headers["Last-Modified"]},
    ):
        response = article(site, article_id, **condition)
        assert (response.status, response.body) == (304, b"")
        assert dict(response.headers)["ETag"] == headers["ETag"]


def test_changed_page_is_sent_again(site: Site) -> None:
    article_id = site.ids()[0]
    headers = dict(article(site, article_id).headers)
    site.edit(article_id, paragraph="More.")
    for condition in (
        {"if_none_match": headers["ETag"]},
        {"if_modified_since": headers["Last-Modified"]},
        {"if_none_match": headers["ETag"], "if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if_modified_since": "no date"},
    ):
        assert article(site, article_id, **condition).status == 200


def test_last_modified_is_an_http_date(site: Site) -> None:
    headers = dict(article(site, site.ids()[0]).headers)
    assert headers["Last-Modified"] == format_datetime(EPOCH, usegmt=True)


def test_validators_can_be_left_out(make_site: MakeSite) -> None:
    site = make_site(validators=False)
    response = article(site, site.ids()[0], if_none_match="*")
    assert response.status == 200
    assert dict(response.headers).keys() == {"Content-Type"}


def test_edit_changes_text_and_title_everywhere(site: Site) -> None:
    article_id, neighbour = site.ids()[-2:]
    before = site.expected(article_id)
    site.edit(article_id, title_suffix=" (corrected)", paragraph="  A last \n word & more. ")
    after = site.expected(article_id)
    assert after["title"] == f"{before['title']} (corrected)"
    assert after["body_text"] == f"{before['body_text']}\n\nA last word & more."
    assert str(after["body_html"]).endswith("\n<p>A last word &amp; more.</p>")
    assert after["content_hash"] != before["content_hash"]
    assert str(after["date_modified"]) > str(before["date_modified"])
    assert "(corrected)" in page(site, article_id).findtext("body/div/h1", "")
    assert "(corrected)" in page(site, neighbour).xpath("string(//a[@id='perv'])")


def test_edited_repost_is_none_any_longer(site: Site) -> None:
    article_id = next(one for one in site.ids() if site.record(one).original_id)
    site.edit(article_id, paragraph="New.")
    assert site.record(article_id).original_id is None


def test_removed_article_is_gone_until_restored(site: Site) -> None:
    before, article_id, after = site.ids()[-3:]
    address = f"/103002/{article_id}.aspx"
    site.remove(article_id)
    assert get(site, address).status == 404
    assert article_id not in site.ids()
    assert article_id not in named_by(site, before) | named_by(site, after)
    assert article_id not in article_ids(get(site, "/103002/default.aspx").body.decode())
    assert site.expected(before)["next_id"] == after
    with pytest.raises(KeyError):
        site.expected(article_id)
    site.restore(article_id)
    assert get(site, address).status == 200
    assert site.expected(before)["next_id"] == article_id
    with pytest.raises(ValueError, match=str(article_id)):
        site.restore(article_id)


def test_published_articles_follow_the_newest(site: Site) -> None:
    last = site.ids()[-1]
    new = site.publish(12)
    assert site.ids()[-13:] == [last, *new]
    assert min(new) > max(one for section in ("101000", "103001", "105001002") for one in site.ids(section))
    assert site.expected(last)["next_id"] == new[0]
    assert site.expected(new[-1])["next_id"] is None
    assert set(new[2:]) <= named_by(site, last)
    assert len({site.expected(one)["content_hash"] for one in new}) == 12
    assert all(page(site, one).xpath("string(head/meta/@id)") == str(one) for one in new)


def test_publishing_is_deterministic(make_site: MakeSite) -> None:
    one, other = make_site(), make_site()
    assert one.publish(3) == other.publish(2) + other.publish(1)
    assert article(one, one.ids()[-1]).body == article(other, other.ids()[-1]).body


def test_repost_repeats_the_text_as_it_is_now(site: Site) -> None:
    article_id = site.ids()[0]
    site.edit(article_id, paragraph="Added.")
    new = site.repost(article_id)
    assert new == site.ids()[-1]
    assert site.record(new).original_id == article_id
    assert site.expected(new)["content_hash"] == site.expected(article_id)["content_hash"]
    assert site.record(site.repost(new)).original_id == article_id


def test_touched_views_reorder_the_most_read(site: Site) -> None:
    article_id = site.ids()[0]
    content_hash = site.expected(article_id)["content_hash"]
    views = site.touch_views(article_id, 100_000)
    assert site.expected(article_id)["views"] == views
    assert site.expected(article_id)["content_hash"] == content_hash
    first = page(site, site.ids()[1]).xpath("//ul[@id='hot']/li[1]/a")[0]
    assert (first.get("id"), first.get("href")) == (str(views), f"../103002/{article_id}.aspx")


def test_changes_leave_the_corpus_alone(corpus: Corpus, site: Site) -> None:
    article_id = site.ids()[0]
    site.edit(article_id, title_suffix="!")
    site.publish()
    assert not corpus.by_id(article_id).title.endswith("!")
    assert len(corpus.of_section()) == 200


def test_record_of_an_unknown_article(site: Site) -> None:
    with pytest.raises(KeyError):
        site.record(1)
