"""A page parsed as XML, strictly."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sassspider.page import MAX_BYTES, MAX_NAMESPACE, ROOM_FOR_LISTS, DamagedPageError, parse_xml

MARKUP = '<html class="103002"><!-- c --><?p i?><h1>Fähre 渡口</h1></html>'
PIECES = [
    b"<", b">", b"/", b"a", b"&", b"<![CDATA[", b"]]>", b"<!--", b"<!DOCTYPE", b"\0", b"\x01", b"\xff\xfe", b"<?xml ",
    b' xmlns="',
]  # fmt: skip
TYPED = '<!DOCTYPE h [<!ENTITY e "x">]><h/>'
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
# Of these one byte is zero and the other a sign: a comment that seems not to end, or to end early.
HALVES = "<!-- \u2d2d\u4e3e \u2d00\u2d00\u3e00 \u3c21\u3e3f -->"


def refusal(body: bytes, room: int = 1) -> str:
    with pytest.raises(DamagedPageError) as refused:
        parse_xml(body, room)
    return str(refused.value)


def test_comments_and_instructions_are_dropped() -> None:
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
def test_damaged_page_names_first_error(body: bytes, message: str) -> None:
    with pytest.raises(DamagedPageError, match=message):
        parse_xml(body)


def test_gb2312_is_read_as_browsers_read_it() -> None:
    """Of a premier's name, GB 2312 itself has no character."""
    page = '<?xml version="1.0" encoding="GB2312"?>\n<h1>朱镕基</h1>'
    assert parse_xml(page.encode("gbk")).text == "朱镕基"


def test_threads_get_their_own_errors() -> None:
    def is_right(number: int) -> bool:
        lines = number % 9 + 1
        return f"line {lines + 1}, column 5" in refusal(b"<a>%s</b>" % (b"\n" * lines))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # seconds
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(pool.map(is_right, range(3000)))
    finally:
        sys.setswitchinterval(interval)


@given(st.binary() | st.lists(st.sampled_from(PIECES)).map(b"".join))
def test_any_bytes_parse_or_raise(body: bytes) -> None:
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
def test_error_message_is_short(body: str) -> None:
    assert 30 < len(refusal(body.encode())) < 500


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("start", ["\ufeff", '<?xml version="1.0"?>', '\ufeff<?xml version="1.0"?>'])
def test_doctype_found_in_wide_encodings(start: str, encoding: str) -> None:
    assert parse_xml(f"\ufeff{HALVES}<h/>".encode(encoding)).tag == "h"
    assert "DOCTYPE" in refusal(f"{start}{HALVES}{TYPED}".encode(encoding))
    for name in (encoding.rpartition("-")[0], "ascii"):  # contradicted
        assert refusal(f'<?xml version="1.0" encoding="{name}"'.encode() + f"?>{TYPED}".encode(encoding))
        assert refusal(f'<?xml version="1.0" encoding="{name}"?>{TYPED}'.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-8", *WIDE])
@pytest.mark.parametrize("quote", ["'", '"'])
@pytest.mark.parametrize("name", ["xmlns", "xmlns:q", "\nxmlns:q\t"])
def test_long_namespace_is_refused(name: str, quote: str, encoding: str) -> None:
    page_of = f"\ufeff<h><a {name} = {quote}{{}}{quote}/></h>".format
    parse_xml(page_of("u" * MAX_NAMESPACE).encode(encoding))
    assert "namespace" in refusal(page_of("u" * (MAX_NAMESPACE + 1)).encode(encoding))


def test_too_large_page_is_refused() -> None:
    room = MAX_BYTES - len("<h></h>")
    parse_xml(b"<h>%s</h>" % (b" " * room))
    assert "bytes" in refusal(b"<h>%s</h>" % (b" " * (room + 1)))


@pytest.mark.parametrize("room", [1, ROOM_FOR_LISTS])
def test_too_many_tags_are_refused(room: int) -> None:
    assert "tags" in refusal(b"<h>%s</h>" % (b"<a/>" * (100_000 * room)), room)
    assert "attributes" in refusal(b"<h>%s</h>" % (b"<a a=''/>" * 99_000 + b"=" * 600_001), room)


@pytest.mark.timeout(30)  # seconds; where time is quadratic, it takes minutes to hours
@pytest.mark.parametrize("unit", [b"xmlns", b" xmlns", b":xmlns", b" xmlns  ", b" encoding", b"<?x", b"<!-- -->", b" "])
def test_hostile_page_takes_linear_time(unit: bytes) -> None:
    run = unit * (4_000_000 // len(unit))
    for body in (b"<h>%s</h>" % run, b"<h> xmlns %s</h>" % run, b"<?xml %s?><h/>" % run, run):
        with suppress(DamagedPageError):
            parse_xml(body, ROOM_FOR_LISTS)
