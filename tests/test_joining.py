"""Addresses joined without taking them apart are what the standard library makes of them."""

from __future__ import annotations

from urllib.parse import urljoin

from hypothesis import given
from hypothesis import strategies as st

from sassspider.joining import join

SITES = st.sampled_from(["http://en.sass.cn", "http://127.0.0.1:40333", "https://h:80", "http://h:99999", "//h", ""])
PARTS = ["103002", "1.aspx", "a_b-c~", "..", ".", "", "x y", "a?b=1", "a#c", "%20", "..a", "é"]
PATHS = st.lists(st.sampled_from(PARTS), max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts))
STARTS = st.sampled_from(["", "..", "../..", ".", "1.aspx"])


@given(SITES, PATHS, STARTS, PATHS)
def test_joined_as_the_standard_library_does(site: str, path: str, start: str, rest: str) -> None:
    assert join(site + path, start + rest) == urljoin(site + path, start + rest)
