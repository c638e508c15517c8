"""A page read as XML, strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.page import DamagedPageError, parse_xml

MARKUP = '<html class="103002"><!-- c --><?p i?><h1>Fähre 渡口</h1></html>'
PIECES = [
    b"<",
    b">",
    b"/",
    b"a",
    b"&",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE",
    b"\0",
    b"\x01",
    b"\xff\xfe",
    b"<?xml ",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030", "iso-8859-1"])
def test_the_pages_own_declaration_decides_its_encoding(encoding: str) -> None:
    text = MARKUP if encoding != "iso-8859-1" else MARKUP.replace(" 渡口", "")
    root = parse_xml(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding))
    assert root.findtext("h1") == ("Fähre" if encoding == "iso-8859-1" else "Fähre 渡口")


def test_a_byte_order_mark_is_no_text() -> None:
    assert parse_xml(b"\xef\xbb\xbf" + MARKUP.encode()).get("class") == "103002"


def test_comments_and_instructions_are_no_content() -> None:
    assert [child.tag for child in parse_xml(MARKUP.encode())] == ["h1"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "body is empty"),
        (b" \r\n\t", "body is empty"),
        (b"Service unavailable", "Start tag expected"),
        (b"<html><h1>Ferries</h1>", "line 1, column 2"),
        (b"<html>a & b</html>", "not well-formed XML"),
        (b"<html>&nbsp;</html>", "not well-formed XML.*nbsp"),
        (b"<html>\x01</html>", "not well-formed XML"),
        (b"<html>\xff</html>", "not well-formed XML"),
        (b"<html/>\n<html/>", "line 2, column 1"),
        (b'<?xml version="1.0" encoding="nope"?><html/>', "Unsupported encoding"),
        (b"<b>" * 300 + b"</b>" * 300, "depth"),
    ],
)
def test_a_damaged_page_is_refused_and_the_first_fault_named(body: bytes, message: str) -> None:
    with pytest.raises(DamagedPageError, match=message):
        parse_xml(body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><html/>",
        '<!DOCTYPE html SYSTEM "file:///etc/hostname"><html/>',
        '<!DOCTYPE html [<!ENTITY e SYSTEM "file:///etc/hostname">]><html>&e;</html>',
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html>&b;</html>',
        "<!DOCTYPE html><html><br></html>",
    ],
)
def test_a_document_type_is_refused_whatever_it_declares(text: str, encoding: str) -> None:
    with pytest.raises(DamagedPageError, match="DOCTYPE"):
        parse_xml(text.encode(encoding))


@given(st.binary() | st.lists(st.sampled_from(PIECES)).map(b"".join))
def test_any_bytes_are_a_page_or_damaged(body: bytes) -> None:
    try:
        root = parse_xml(body)
    except DamagedPageError as error:
        assert "\n" not in str(error)
    else:
        assert root.tag


@pytest.mark.parametrize(
    "body",
    [
        f"<{'a' * 40_000}></b>",
        f"<a><b{'c' * 40_000}></a>",
        f"<a>&{'c' * 40_000};</a>",
        f"<a {'c' * 40_000}='' {'c' * 40_000}=''/>",
        f"<?xml version='1.0' encoding='{'u' * 40_000}'?><a/>",
    ],
)
def test_what_is_wrong_is_told_in_a_few_hundred_characters(body: str) -> None:
    with pytest.raises(DamagedPageError) as refused:
        parse_xml(body.encode())
    assert 30 < len(str(refused.value)) < 500
