from typing import Any

import pytest
from lxml import etree, html

from tests.mocksite import Site, SiteOptions
from tests.mocksite.options import LIST_SHAPES, PAGERS
from tests.mocksite.pager import address, page_number, view
from tests.mocksite_tests.reading import MakeSite, article_ids, get, page_links

ENDLESS = {"endless", "endless-empty"}


def walk(site: Site, limit: int) -> dict[str, list[int]]:
    """Follow every link from list page to list page, at most `limit` pages; return the ids that each names."""
    seen: dict[str, list[int]] = {}
    queue = ["default.aspx"]
    while queue and len(seen) < limit:
        name = queue.pop(0)
        if name not in seen:
            response = get(site, f"/103002/{name}")
            assert response.status == 200, name
            seen[name] = article_ids(response.body.decode())
            queue += page_links(response.body.decode())
    return seen


@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize("shape", LIST_SHAPES)
def test_lists_name_every_article_of_the_section(make_site: MakeSite, shape: str, pager: str) -> None:
    site = make_site(list_shape=shape, pager=pager)
    seen = walk(site, limit=15 if pager in ENDLESS else 100)
    assert {one for ids in seen.values() for one in ids} == set(site.ids())
    first = seen["default.aspx"]
    assert first == site.ids()[::-1][: len(first)]
    assert len(first) == (200 if pager == "none" else 20)


@pytest.mark.parametrize("shape", [shape for shape in LIST_SHAPES if shape != "div"])
def test_list_pages_are_xml(make_site: MakeSite, shape: str) -> None:
    response = get(make_site(list_shape=shape, pager="query"), "/103002/default.aspx?page=2")
    assert etree.fromstring(response.body).get("class") == "103002"
    assert dict(response.headers)["Content-Type"] == "text/xml"


def test_div_list_is_html_only(make_site: MakeSite) -> None:
    response = get(make_site(list_shape="div"), "/103002/default.aspx")
    assert dict(response.headers)["Content-Type"].startswith("text/html")
    assert len(html.fromstring(response.body).xpath("//div/a[contains(@href, '/103002/')]")) == 200
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(response.body)


def test_links_of_script_lists_are_no_links(make_site: MakeSite) -> None:
    root = etree.fromstring(get(make_site(list_shape="script"), "/103002/default.aspx").body)
    assert not root.xpath("//div//a")


def test_loop_leads_back_and_spells_pages_anew(make_site: MakeSite) -> None:
    site = make_site(pager="loop")
    last = page_links(get(site, "/103002/default.aspx?page=10").body.decode())
    assert "default.aspx?page=1&type=0" in last
    assert sum("10" in link for link in last) == 5


def test_endless_pages_go_on(make_site: MakeSite) -> None:
    repeating, empty = make_site(pager="endless"), make_site(pager="endless-empty")
    beyond = "/103002/default.aspx?page=99"
    assert article_ids(get(repeating, beyond).body.decode()) == repeating.ids()[:20][::-1]
    assert article_ids(get(empty, beyond).body.decode()) == []
    for site in (repeating, empty):
        assert "default.aspx?page=100&type=0" in page_links(get(site, beyond).body.decode())


def test_window_links_its_neighbours_first_and_last() -> None:
    page = view("window", 20, 1000, 20)
    assert page is not None
    assert [int(link.label) for link in page.links] == [1, *range(15, 20), *range(21, 26), 50]


@pytest.mark.parametrize("pager", ["underscore", "query", "loop", "window"])
@pytest.mark.parametrize("number", [0, 11])
def test_pages_beyond_either_end_are_not_found(make_site: MakeSite, pager: str, number: int) -> None:
    assert get(make_site(pager=pager), f"/103002/{address(pager, number)}").status == 404


@pytest.mark.parametrize(("name", "query"), [("default_x.aspx", ""), ("index.aspx", ""), ("default.aspx", "page=x")])
def test_other_names_are_no_list_pages(name: str, query: str) -> None:
    assert page_number("query", name, query) is None


@pytest.mark.parametrize("status", [404, 500])
def test_lists_can_be_missing(make_site: MakeSite, status: int) -> None:
    assert get(make_site(list_status=status), "/103002/default.aspx").status == status


def test_lists_can_be_empty(make_site: MakeSite) -> None:
    response = get(make_site(list_empty=True, pager="underscore"), "/103002/default.aspx")
    assert response.status == 200
    assert article_ids(response.body.decode()) == []


@pytest.mark.parametrize(
    ("option", "path"), [("parent", "/103/default.aspx"), ("home", "/"), ("home", "/default.aspx")]
)
def test_pages_above_link_to_sections_and_articles(make_site: MakeSite, option: str, path: str) -> None:
    linking = make_site(**{option: "links"})
    text = get(linking, path).body.decode()
    assert article_ids(text) == linking.ids()[:-11:-1]
    assert "../103002/default.aspx" in text
    bare = get(make_site(**{option: "bare"}), path).body.decode()
    assert article_ids(bare) == []
    assert "../103002/default.aspx" in bare
    assert get(make_site(**{option: "missing"}), path).status == 404


def test_middle_sections_list_those_below(site: Site) -> None:
    assert "../105001002/default.aspx" in get(site, "/105001/default.aspx").body.decode()


@pytest.mark.parametrize(
    "options",
    [
        {"pager": "x"},
        {"list_shape": "x"},
        {"home": "x"},
        {"page_size": 0},
        {"list_status": 999},
        {"latency": -1},
        {"faults": {1: "x"}},
    ],
)
def test_unknown_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        SiteOptions(**options)
