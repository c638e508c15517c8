"""Which places a page of the site has, and which of them the loader knows: to see when the site is rebuilt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

# The paths of a page's elements, and of the attributes that feed a field.
KNOWN = frozenset(
    [
        "html",
        "html/@class",
        "html/head",
        "html/head/title",
        "html/head/meta",
        "html/head/meta/@id",
        "html/body",
        "html/body/span",
        "html/body/span/a",
        "html/body/div",
        *(
            f"html/body/div/{name}"
            for name in ("h1", "h2", "h3", "h4", "h5", "a", "a/@href", "p", "b", "dd", "ul", "ul/li")
        ),
        *(f"html/body/a[{name}]{end}" for name in ("perv", "next") for end in ("", "/@href")),
        *(f"html/body/ul[{name}]{end}" for name in ("new", "hot") for end in ("", "/li", "/li/a")),
    ]
)
# Either may be missing from every page of a run without a change of layout: a run may fetch a single article.
_OPTIONAL = ("html/body/a[perv]", "html/body/a[next]", "html/body/ul[new]/li", "html/body/ul[hot]/li")
# Read with whatever stands in them.
_FREE = ("html/body/div/ul/li",)
# Where several elements of one name stand side by side, their id tells them apart.
_NAMED_BY_ID = ("html/body/a", "html/body/ul")
_MOST_PLACES = 100  # of one page; after so many it is known to be another page
_LONGEST = 200  # characters of a place that is unknown


class Drift(NamedTuple):
    """Where pages differ from the known layout: each unknown place, and on how many pages; each known one on none."""

    unknown: Mapping[str, int]
    missing: tuple[str, ...]


EXPECTED = frozenset(place for place in KNOWN if not place.startswith(_OPTIONAL))


def find_places(root: etree._Element) -> frozenset[str]:
    """Every place of the page: the paths of its elements, and of those attributes that the loader reads.

    Of a page with far more places than the site's have, only some.
    """
    places: set[str] = set()
    _walk(root, root.tag if isinstance(root.tag, str) else "", places)
    return frozenset(places)


def find_drift(places: Mapping[str, int]) -> Drift:
    """Compare the places of some pages, with the number of pages that have each, with the known layout."""
    unknown = {place: places[place] for place in sorted(places) if place not in KNOWN}
    return Drift(unknown, tuple(sorted(EXPECTED - places.keys())) if places else ())


def _walk(element: etree._Element, path: str, places: set[str]) -> None:
    places.add(path if len(path) <= _LONGEST else f"{path[:_LONGEST]}…")
    for name in element.keys():  # noqa: SIM118 - an element's iterator gives its children
        if (place := f"{path}/@{name!s}") in KNOWN:
            places.add(place)
    if path in _FREE or path not in KNOWN:  # what stands in an unknown element is as unknown: its name says enough
        return
    for child in element.iterchildren(tag=etree.Element):
        if len(places) > _MOST_PLACES:
            return
        below = f"{path}/{child.tag!s}"
        own = child.get("id") if below in _NAMED_BY_ID else None
        _walk(child, f"{below}[{own!s}]" if own else below, places)
