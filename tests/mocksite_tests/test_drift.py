import pytest
from lxml import etree

from tests.mocksite import Site
from tests.mocksite.cli import parser, site_options
from tests.mocksite.options import ELEMENTS, NEW_ELEMENTS, SiteOptions
from tests.mocksite_tests.reading import MakeSite, page


def names(root: etree._Element) -> list[str]:
    return [str(one.tag) for one in root.iterfind("body/div/*")]


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_is_left_empty_everywhere(site: Site, make_site: MakeSite, name: str) -> None:
    changed = make_site(blank=(name,))
    for article_id in site.ids()[:20]:
        before, after = page(site, article_id), page(changed, article_id)
        assert names(after) == names(before)
        blank = after.find(f"body/div/{name}")
        assert (blank.text, len(blank), dict(blank.attrib)) == (None, 0, {})


@pytest.mark.parametrize("name", ELEMENTS)
def test_an_element_is_left_out_everywhere(site: Site, make_site: MakeSite, name: str) -> None:
    changed = make_site(lacking=(name,))
    for article_id in site.ids()[:20]:
        assert names(page(changed, article_id)) == [one for one in names(page(site, article_id)) if one != name]


@pytest.mark.parametrize("name", NEW_ELEMENTS)
def test_an_element_is_added_everywhere(site: Site, make_site: MakeSite, name: str) -> None:
    changed = make_site(extra=(name,))
    for article_id in site.ids()[:20]:
        assert names(page(changed, article_id)) == [*names(page(site, article_id)), name]


def test_the_rest_of_the_page_stays_as_it_was(site: Site, make_site: MakeSite) -> None:
    article_id = site.ids()[3]
    before, after = page(site, article_id), page(make_site(lacking=("h5",)), article_id)
    before.find("body/div").remove(before.find("body/div/h5"))
    assert "".join(after.itertext()).split() == "".join(before.itertext()).split()


@pytest.mark.parametrize("name", ["blank", "lacking", "extra"])
def test_unknown_elements_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        SiteOptions(**{name: ("marquee",)})  # type: ignore[arg-type]


def test_arguments_become_options() -> None:
    given = parser().parse_args(["--blank", "h5", "--blank", "dd", "--lacking", "b", "--extra", "h6"])
    assert site_options(given) == SiteOptions(blank=("h5", "dd"), lacking=("b",), extra=("h6",), faults={})
