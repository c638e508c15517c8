"""The walk of a section, without any I/O."""

from __future__ import annotations

from datetime import date

import pytest

from sassspider.arguments import Arguments
from sassspider.urls import Link
from sassspider.walking.known import OLDER_IN_A_ROW, Known
from sassspider.walking.walk import BARREN_PAGES, PROBES, Step, Walk

SITE = "http://en.sass.cn"
SECTION = "103002"
LIST = f"{SITE}/103002/default.aspx"


def make_walk(known: Known | None = None, **given: object) -> Walk:
    return Walk(Arguments(SITE, SECTION, **given), known or Known())  # type: ignore[arg-type]


def page(*hrefs: object) -> bytes:
    """A page that links to these, numbers being articles."""
    links = [f"/103002/{href}.aspx" if isinstance(href, int) else str(href) for href in hrefs]
    return "".join(f'<a href="{link}"/>' for link in links).encode()


def read_list(walk: Walk, *hrefs: object, url: str = LIST) -> list[Step]:
    return list(walk.read_list_page(url, page(*hrefs)))


def ids(steps: list[Step]) -> list[int]:
    """Ids in the order in which they are asked for; 0 stands for a page of the list."""
    return [step.link.id for step in sorted(steps, key=lambda step: -step.priority)]


def test_the_walk_begins_with_the_list_and_the_article_that_was_named() -> None:
    steps = list(make_walk(start=f"{SITE}/103002/41.aspx").first_steps())
    assert [step.link for step in steps] == [Link("list", LIST), Link("article", f"{SITE}/103002/41.aspx", 41)]


def test_other_ways_in_go_up_to_the_home_page() -> None:
    walk = Walk(Arguments(SITE, "105001002"))
    assert walk.ways_in() == [f"{SITE}/105001/default.aspx", f"{SITE}/105/default.aspx", f"{SITE}/"]


def test_an_articles_page_names_neighbours_and_each_is_asked_for_once() -> None:
    walk = make_walk()
    body = page(40, 42, 42, "/103002/default_2.aspx", "/103001/7.aspx", "http://example.org/103002/9.aspx")
    named, steps = walk.read_article_page(f"{SITE}/103002/41.aspx", body)
    assert named == {40, 42}
    assert ids(steps) == [40, 42]
    assert walk.read_article_page(f"{SITE}/103002/43.aspx", body) == (named, [])


def test_a_site_that_leads_on_without_end_fills_the_walk_and_no_more() -> None:
    walk = Walk(Arguments(SITE, SECTION), Known(archived=frozenset({7})), most=5)
    assert len(list(walk.first_steps())) == 1
    assert ids(read_list(walk, 40, 41, "default_2.aspx")) == [0, 40, 41]
    assert not walk.is_full
    named, steps = walk.read_article_page(f"{SITE}/103002/41.aspx", page(7, 40, 42, 43, 44))
    assert (named, ids(steps)) == ({7, 40, 42}, [42])
    assert walk.is_full
    assert read_list(walk, 45, "default_3.aspx") == []
    assert walk.listed == {40, 41}


def test_what_has_been_taken_already_fills_no_walk() -> None:
    walk = Walk(Arguments(SITE, SECTION), most=3)
    for _ in range(3):
        read_list(walk, 40, 41, LIST)
    assert not walk.is_full


def test_a_list_page_leads_to_articles_and_to_more_of_the_list() -> None:
    steps = read_list(make_walk(), 40, "default_2.aspx", "?page=3", "/103/default.aspx", 42)
    assert {step.link.url for step in steps} == {
        f"{SITE}/103002/40.aspx",
        f"{SITE}/103002/default_2.aspx",
        f"{LIST}?page=3",
        f"{SITE}/103002/42.aspx",
    }


def test_the_whole_section_is_walked_list_first_and_then_from_the_oldest() -> None:
    assert ids(read_list(make_walk(), 42, 40, "default_2.aspx", 41)) == [0, 40, 41, 42]


@pytest.mark.parametrize("given", [{"since": date(2025, 1, 1)}, {"limit": 3}])
def test_the_newest_are_walked_from_the_newest_and_the_list_below_them(given: dict[str, object]) -> None:
    steps = read_list(make_walk(**given), 52, 51, 50, 7, "default_2.aspx")
    assert ids(steps) == [52, 51, 50, 0, 7]
    assert next(step.top for step in steps if step.link.kind == "list") == 50


def test_a_list_page_without_articles_goes_on_at_once() -> None:
    (step,) = read_list(make_walk(limit=3), "default_2.aspx")
    assert step.top is None


def test_a_pager_in_a_circle_ends_after_a_few_barren_pages() -> None:
    walk = make_walk()
    asked = [len(read_list(walk, 41, f"?page={number}")) for number in range(BARREN_PAGES + 3)]
    assert asked == [2] + [1] * (BARREN_PAGES - 1) + [0] * 3


def test_one_barren_page_between_others_ends_nothing() -> None:
    walk = make_walk()
    for number in range(BARREN_PAGES * 3):
        read_list(walk, number // 2 + 1, f"?page={number}")
    assert ids(read_list(walk, 99, "?page=last")) == [0, 99]


class TestFloor:
    since = date(2025, 1, 1)

    def test_a_run_of_older_articles_ends_the_walk_below_it(self) -> None:
        walk = make_walk(since=self.since)
        steps = {step.link.id: step for step in read_list(walk, *range(1, 60))}
        for article_id in range(50, 50 - OLDER_IN_A_ROW, -1):
            assert walk.wants(steps[1])
            walk.see_date(article_id, "2024-12-31")
        assert [one for one in steps if not walk.wants(steps[one])] == list(range(1, 51 - OLDER_IN_A_ROW))

    def test_a_newer_one_in_between_starts_the_count_anew(self) -> None:
        walk = make_walk(since=self.since)
        for article_id in range(50, 50 - 2 * OLDER_IN_A_ROW, -1):
            walk.see_date(article_id, "2025-01-01" if article_id % 5 == 0 else "2024-12-31")
        assert walk.floor == 0

    def test_list_pages_below_it_are_not_wanted_either(self) -> None:
        walk = make_walk(since=self.since)
        (low,) = (step for step in read_list(walk, 9, 10, 11, "?page=8") if step.link.kind == "list")
        walk.floor = 20
        assert not walk.wants(low)
        assert walk.wants(next(iter(make_walk().first_steps())))

    def test_without_since_no_date_is_too_old(self) -> None:
        walk = make_walk()
        for article_id in range(50, 0, -1):
            walk.see_date(article_id, "1999-01-01")
        assert walk.floor == 0


def test_after_a_stop_nothing_is_wanted() -> None:
    walk = make_walk()
    steps = [*walk.first_steps(), *read_list(walk, 41)]
    assert all(map(walk.wants, steps))
    walk.stop()
    assert not any(map(walk.wants, steps))


class TestKnown:
    days = dict.fromkeys(range(1, 9), "2025-01-01")

    def make(self, **known: object) -> Walk:
        archived = frozenset(self.days)
        return make_walk(Known(archived=archived, dates=self.days, **known))  # type: ignore[arg-type]

    def test_what_is_archived_is_not_asked_for(self) -> None:
        assert ids(read_list(self.make(), *range(1, 11))) == [9, 10]

    def test_gaps_and_suspects_are_asked_for_at_once(self) -> None:
        steps = list(self.make(gaps=frozenset({20}), suspects=frozenset({3})).first_steps())
        asked = {step.link.id: step.known for step in steps if step.link.id and not step.probe}
        assert asked == {3: True, 20: False}

    def test_the_newest_that_is_still_there_is_looked_at_for_its_links(self) -> None:
        walk = self.make(removed=frozenset({8}))
        probes = [step for step in walk.first_steps() if step.probe]
        while more := list(walk.next_probe()):
            probes += more
        assert [step.link.id for step in probes] == [7, 6, 5][:PROBES]
        assert all(step.known for step in probes)

    def test_after_a_whole_walk_the_rest_of_the_list_is_not_read(self) -> None:
        assert ids(read_list(self.make(complete=True), 9, "?page=2")) == [9]
        assert ids(read_list(self.make(complete=False), 9, "?page=2")) == [0, 9]
