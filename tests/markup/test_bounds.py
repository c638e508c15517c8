"""Bodies that are refused for their measure."""

from __future__ import annotations

import pytest

from sassspider.markup.bounds import MAX_REFERENCES, MAX_TAG_ATTRIBUTES, refuse_oversized
from sassspider.page import MAX_TAGS, DamagedPageError

FILLING = "x" * 70_000  # what is short is harmless


@pytest.mark.parametrize("attribute", [" a", " a=b", ' a="> <p "', " a=' > '", "/a", "\na = b"])
def test_a_tag_may_have_so_many_attributes_and_no_more(attribute: str) -> None:
    refuse_oversized(f"{FILLING}<p{attribute * MAX_TAG_ATTRIBUTES}>")
    with pytest.raises(DamagedPageError, match="1,000 attributes"):
        refuse_oversized(f"{FILLING}<p{attribute * (MAX_TAG_ATTRIBUTES + 1)}>")


def test_tags_and_references_are_counted() -> None:
    refuse_oversized("<" * MAX_TAGS + "&" * MAX_REFERENCES)
    for markup in ("<" * (MAX_TAGS + 1), "&" * (MAX_REFERENCES + 1)):
        with pytest.raises(DamagedPageError, match="more than"):
            refuse_oversized(markup)


def test_words_are_no_attributes_and_pictures_may_stand_in_the_body() -> None:
    refuse_oversized("<p>" + "a word, " * 20_000 + "</p>" * 100)
    refuse_oversized(f"<img src='data:image/png;base64,{'A/+=' * 200_000}'>")
