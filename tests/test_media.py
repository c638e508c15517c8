"""The ending of a file's name, told by its bytes."""

from __future__ import annotations

import pytest

from sassspider.media import CONTENT_TYPES, RefusedFileError, find_ending
from tests.mocksite.files import make_file

PNG, ZIP, DOC = (make_file(f"/x.{one}") for one in ("png", "zip", "doc"))
assert PNG and ZIP and DOC


@pytest.mark.parametrize(
    "ending", ["png", "jpeg", "gif", "pdf", "zip", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "rar", "mp4", "mp3"]
)
def test_true_ending_stays(ending: str) -> None:
    file = make_file(f"/upload/x.{ending}")
    assert file is not None
    found = find_ending(file.body, f"http://en.sass.cn/upload/x.{ending.upper()}?a=b.svg")
    assert found == f".{ending}".replace("jpeg", "jpg")
    assert found in CONTENT_TYPES


@pytest.mark.parametrize(
    ("body", "name", "expected"),
    [
        (PNG.body, "a.jpg", ".png"),
        (PNG.body, "a.svg", ".png"),
        (PNG.body, "a.aspx", ".png"),
        (ZIP.body, "a.exe", ".zip"),
        (DOC.body, "a.msi", ".bin"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a.png", ".webp"),
        (b"\0\0\0\x18ftypmp42", "a.mp4", ".mp4"),
        (b"\0\0\0\x18ftypqt  ", "a.mp4", ".mov"),
        (b"\0\0\0\x18ftypM4A ", "a.mp4", ".m4a"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "a.mp3", ".wav"),
        (b"RIFF\x10\0\0\0AVI LIST", "a.avi", ".avi"),
        (b"\x1a\x45\xdf\xa3\x9f", "a.webm", ".webm"),
        (b"OggS\0\2", "a.ogv", ".ogv"),
        (b"FLV\1\5", "a.flv", ".flv"),
        (b"CWS\x0a", "a.swf", ".bin"),
        (b"\0\0\0\x18ftypavif", "a.avif", ".bin"),
        (b"BM\x46\0\0\0\0\0\0\0\x36", "a.bmp", ".bmp"),
        (b"BMW is a company", "a.bmp", ".bin"),
        (b"MZ\x90\0", "a.png", ".bin"),
        (b"words", "a.html", ".bin"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", ".bin"),
        (
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC 'x'>\n<SVG onload='x'/>",
            "a.png",
            ".bin",
        ),
        ("\ufeff<svg/>".encode("utf-16-le"), "a.png", ".bin"),
    ],
)
def test_bytes_decide_ending(body: bytes, name: str, expected: str) -> None:
    assert find_ending(body, f"http://en.sass.cn/upload/{name}") == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "it is empty"),
        (b"\n \0", "it is empty"),
        (b"<!DOCTYPE html><html><svg>", "it is HTML or XML"),
        (b"\r\n<script>alert(1)</script>", "it is HTML or XML"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='a.xslt'?><html>", "it is HTML or XML"),
        ("<html>".encode("utf-16"), "it is HTML or XML"),
        ("<html>".encode("utf-16-be"), "it is HTML or XML"),
    ],
)
def test_page_instead_of_file_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(RefusedFileError, match=reason):
        find_ending(body, "http://en.sass.cn/upload/a.png")
