"""What is told of a page from its bytes alone."""

from __future__ import annotations

import pytest

from sassspider import page
from sassspider.page import DamagedPageError, check_list, parse_xml
from sassspider.prolog import DOCTYPE, MAX_NAMESPACE, find_fault

TYPED = '<!DOCTYPE h [<!ENTITY e "x">]><h/>'
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
# Of these one byte is zero and the other a sign: a comment that seems not to end, or to end early.
HALVES = "<!-- \u2d2d\u4e3e \u2d00\u2d00\u3e00 \u3c21\u3e3f -->"


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("start", ["\ufeff", '<?xml version="1.0"?>', '\ufeff<?xml version="1.0"?>'])
def test_a_type_is_seen_behind_characters_that_look_like_signs(start: str, encoding: str) -> None:
    assert find_fault(f"{start}{HALVES}{TYPED}".encode(encoding)) == DOCTYPE
    assert find_fault(f"{start}{HALVES}<h/>".encode(encoding)) is None


@pytest.mark.parametrize("encoding", WIDE)
def test_an_encoding_that_begins_in_the_middle_is_refused(encoding: str) -> None:
    name = encoding.rpartition("-")[0]
    body = f'<?xml version="1.0" encoding="{name}"'.encode() + f"?>{TYPED}".encode(encoding)
    assert f"not encoded in {name}" in (find_fault(body) or "")
    assert "not encoded in ascii" in (
        find_fault(f'<?xml version="1.0" encoding="ascii"?>{TYPED}'.encode(encoding)) or ""
    )


@pytest.mark.parametrize("encoding", ["utf-8", *WIDE])
def test_a_namespace_may_have_a_name_of_so_many_characters_and_no_more(encoding: str) -> None:
    for quote in "\"'":
        parse_xml(f"\ufeff<h><a xmlns:q = {quote}{'u' * MAX_NAMESPACE}{quote}/></h>".encode(encoding))
        with pytest.raises(DamagedPageError, match="namespace"):
            parse_xml(f"\ufeff<h><a xmlns:q = {quote}{'u' * (MAX_NAMESPACE + 1)}{quote}/></h>".encode(encoding))


def test_a_type_that_only_the_parser_sees_is_refused_on_a_list_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "find_fault", lambda _body: None)
    for read in (parse_xml, check_list):
        with pytest.raises(DamagedPageError, match="DOCTYPE"):
            read(f'<?xml version="1.0"?>{TYPED}'.encode())
