from collections.abc import Callable

import pytest
from lxml import etree

from tests.mocksite import Response, Site
from tests.mocksite.options import CONTENT_FAULTS
from tests.mocksite_tests.reading import MakeSite, article, printed

Serve = Callable[[str], tuple[Response, Site]]

DAMAGE = {
    "control-character": "PCDATA invalid Char|Char 0x|CData section not finished",
    "truncated": "CData section not finished|Premature end|EndTag",
    "bare-ampersand": "EntityRef|xmlParseEntityRef",
    "undefined-entity": "Entity 'nbsp' not defined",
}


@pytest.fixture
def served(make_site: MakeSite) -> Serve:
    """Return what a site answers for its fourth article under a fault, and the site."""

    def serve(fault: str) -> tuple[Response, Site]:
        site = make_site()
        article_id = site.ids()[3]
        site = make_site(faults={article_id: fault})
        return article(site, article_id), site

    return serve


@pytest.mark.parametrize(("fault", "message"), DAMAGE.items())
def test_damaged_pages_are_no_xml(served: Serve, fault: str, message: str) -> None:
    response, _ = served(fault)
    assert response.status == 200
    with pytest.raises(etree.XMLSyntaxError, match=message):
        etree.fromstring(response.body)


@pytest.mark.parametrize(("fault", "path"), [("no-title", "h1"), ("no-date", "h4")])
def test_missing_fields(served: Serve, fault: str, path: str) -> None:
    assert printed(etree.fromstring(served(fault)[0].body), path) == ""


def test_no_body_has_markup_only(served: Serve) -> None:
    assert etree.fromstring(served("no-body")[0].body).findtext("body/div/p") == (
        "<form><p><span>&nbsp;</span></p></form>"
    )


def test_doctype_is_declared(served: Serve) -> None:
    root = etree.fromstring(served("doctype")[0].body)
    assert root.getroottree().docinfo.doctype == "<!DOCTYPE html>"


def test_wrong_id_is_that_of_another_article(served: Serve) -> None:
    response, site = served("wrong-id")
    assert etree.fromstring(response.body).xpath("string(head/meta/@id)") == str(site.ids()[4])


def test_wrong_section_is_another_one(served: Serve) -> None:
    assert etree.fromstring(served("wrong-section")[0].body).get("class") == "101000"


@pytest.mark.parametrize(("fault", "status"), [("not-found", 404), ("gone", 410), ("server-error", 500)])
def test_error_answers(served: Serve, fault: str, status: int) -> None:
    assert served(fault)[0].status == status


def test_html_error_page_is_a_success_by_its_status(served: Serve) -> None:
    response, _ = served("html-error-page")
    assert response.status == 200
    assert b"Server Error in '/' Application" in response.body
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(response.body)


def test_empty_answer(served: Serve) -> None:
    response, _ = served("empty")
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("fault", CONTENT_FAULTS)
def test_other_articles_are_left_alone(served: Serve, site: Site, fault: str) -> None:
    _, faulty = served(fault)
    for article_id in (faulty.ids()[2], faulty.ids()[4]):
        assert article(faulty, article_id) == article(site, article_id)


def test_truth_leaves_faulty_articles_out(served: Serve) -> None:
    _, site = served("truncated")
    assert [truth["id"] for truth in site.expected_articles()] == [one for one in site.ids() if one != site.ids()[3]]
