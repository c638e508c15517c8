"""The order in which articles are asked for where no list names them."""

from __future__ import annotations

from sassspider.arguments import Arguments
from sassspider.walking.frontier import WIDE, Frontier
from sassspider.walking.walk import Step, Walk

SITE = "http://en.sass.cn"
LIST = f"{SITE}/103002/default.aspx"
NEAR = WIDE - 1


def order(frontier: Frontier) -> list[int]:
    return sorted(frontier.ids, key=lambda one: -frontier.find_priority(one))


def page(*hrefs: object) -> bytes:
    links = [f"/103002/{href}.aspx" if isinstance(href, int) else str(href) for href in hrefs]
    return "".join(f'<a href="{link}"/>' for link in links).encode()


def walk_order(abreast: bool, *hrefs: object) -> list[int]:
    """Ids of articles in the order in which they are asked for."""
    walk = Walk(Arguments(SITE, "103002"), abreast=abreast)
    list(walk.first_steps())
    steps: list[Step] = walk.read_list_page(LIST, page(*hrefs))
    return [one.link.id for one in sorted(steps, key=lambda one: -one.priority) if one.link.kind == "article"]


def test_both_ends_of_the_widest_stretch_come_first() -> None:
    assert order(Frontier([10, 20, 120, 420, 430])) == [120, 420, 20, 10, 430]


def test_what_lies_below_the_oldest_counts_and_what_lies_above_the_newest_does_not() -> None:
    assert order(Frontier([WIDE, WIDE + NEAR, 9 * WIDE])) == [WIDE + NEAR, 9 * WIDE, WIDE]


def test_between_narrow_stretches_the_oldest_comes_first() -> None:
    frontier = Frontier([30])
    for article_id in (31, 30 + NEAR, 2):
        frontier.add(article_id)
    assert order(frontier) == [2, 30, 31, 30 + NEAR]


def test_a_walk_heeds_it_where_several_pages_are_asked_for_at_a_time() -> None:
    assert walk_order(True, 10, 300, 11) == [11, 300, 10]
    assert walk_order(False, 10, 300, 11) == [10, 11, 300]


def test_a_list_that_has_pages_names_everything_itself() -> None:
    assert walk_order(True, 10, 300, 11, "default_2.aspx") == [10, 11, 300]


def test_a_list_comes_before_the_widest_stretch() -> None:
    walk = Walk(Arguments(SITE, "103002", start=f"{SITE}/103002/41.aspx"), abreast=True)
    first, _ = walk.first_steps()
    _, found = walk.read_article_page(f"{SITE}/103002/41.aspx", page(10**17))
    assert first.priority > found[0].priority
