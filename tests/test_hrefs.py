"""Addresses made absolute, and the files that they name; ``cases/addresses.toml`` has more."""

from __future__ import annotations

import tracemalloc

import pytest

from sassspider.hrefs import absolute, absolute_as_printed, absolute_from_root, file_name, is_document

SITE = "http://en.sass.cn"
ARTICLE = f"{SITE}/103002/41.aspx"


# fmt: off
@pytest.mark.parametrize(("href", "url"), [
    ("/a\tb", f"{SITE}/ab"),
    ("../105/a b.pdf", f"{SITE}/105/a%20b.pdf"),
    ("?page=2", f"{ARTICLE}?page=2"),
    (r"..\upload\1.jpg", f"{SITE}/upload/1.jpg"),
    (r"HTTPS:\\example.org\a", "https://example.org/a"),
    (r"\\example.org\a", "http://example.org/a"),
    (r"www.example.org\a", "http://www.example.org/a"),
    (r"\a?b=\c", f"{SITE}/a?b=%5Cc"),
    (r"\a#\b", f"{SITE}/a#%5Cb"),
    (" WWW.example.org", "http://www.example.org"),
    ("wwwx.aspx", f"{SITE}/103002/wwwx.aspx"),
    ("/www.example.org", f"{SITE}/www.example.org"),
    *((f"http://{host}/x", f"http://{host}/x") for host in ("127.0.0.1:8000", "[::1]", "a-b_c.cn", "a.cn.")),
    ("http://渡口.cn/x", "http://xn--6orp42d.cn/x"),
    (f"/{'a' * 8_000}", f"{SITE}/{'a' * 8_000}"),
    (f"/{'渡' * 1_000}", None),  # percent-encoded it has nine times as many characters
    *((href, None) for href in (
        "java\nscript:alert(1)", "data:text/html,x", "http://[broken", "", "http://h:99999/a", "mailto:desk@en.sass.cn",
        r"C:\pictures\1.jpg", "javascript:'\\'", "http://.1/x", "http://2/x", "http://a^b.cn/x", "http://<>/x",
        "http://1.2.3/x", "http://256.1.1.1/x", "http://a..b/x", "http://a b.cn/x", "http://%00.cn/x",
    )),
])
def test_absolute_takes_web_addresses(href: str, url: str | None) -> None:
    assert absolute(href, ARTICLE) == url
# fmt: on


def test_embedded_pictures_stay_out_of_cache() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            assert absolute(f"data:image/png;base64,{number}{'A' * 200_000}", ARTICLE) is None
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_000_000  # bytes


def test_printed_address_must_be_absolute() -> None:
    assert absolute_as_printed(" HTTP:\\\\example.org\\a\n") == "http://example.org/a"
    for href in ("/a", "www.example.org", "//example.org", "ftp://example.org/a", "http://", ""):
        assert absolute_as_printed(href) is None


@pytest.mark.parametrize(
    ("path", "url"),
    [
        (" upload/1 2.pdf\n", f"{SITE}/upload/1%202.pdf"),
        (r"Upload\1.pdf", f"{SITE}/Upload/1.pdf"),
        ("../upload/1.pdf", f"{SITE}/upload/1.pdf"),
        ("../1.pdf", f"{SITE}/1.pdf"),
        ("1.pdf", f"{SITE}/103002/1.pdf"),
        ("uploads/1.pdf", f"{SITE}/103002/uploads/1.pdf"),
        ("javascript:upload/", None),
    ],
)
def test_uploads_resolve_against_the_root(path: str, url: str | None) -> None:
    assert absolute_from_root(path, ARTICLE) == url


@pytest.mark.parametrize("suffix", ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "rar", "PDF"])
def test_documents_are_told_by_suffix(suffix: str) -> None:
    for url in (f"{SITE}/upload/Toll%20book.{suffix}?v=2", f"https://example.org/a.{suffix}#page=2"):
        assert is_document(url)
    for path in (f"upload/{suffix}", f"upload.{suffix}/a", f"view.aspx?file=a.{suffix}"):
        assert not is_document(f"{SITE}/{path}")
    assert not is_document(f"mailto:press@en.sass.cn/a.{suffix}")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/upload/Toll%20book.PDF?v=2", "Toll book.PDF"),
        ("/upload/..%2f..%2fetc%2fpasswd", "passwd"),
        ("/upload/%2e%2e%5c%2e%2e%5cboot.ini", "boot.ini"),
        ("/upload/..", ""),
        ("/upload/%2e%2e", ""),
        ("/%2f", ""),
    ],
)
def test_file_name_has_no_folder(path: str, name: str) -> None:
    assert file_name(f"{SITE}{path}") == name
