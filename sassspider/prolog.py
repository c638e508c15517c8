"""What a page's bytes tell before they are parsed: how they are encoded, and what no page of the site declares."""

from __future__ import annotations

import re

DOCTYPE = "it declares a document type (DOCTYPE)"
MAX_NAMESPACE = 300  # characters; real ones have some dozens

# How a page begins whose characters take two or four bytes each (XML 1.0, appendix F); the longer marks first.
_WIDE = re.compile(
    rb"(?P<utf_32_le>\xff\xfe\0\0|<\0\0\0)|(?P<utf_32_be>\0\0\xfe\xff|\0\0\0<)|"
    rb"(?P<utf_16_le>\xff\xfe|<\0)|(?P<utf_16_be>\xfe\xff|\0<)"
)
# What may stand before the root element. Atomic and possessive: no input makes this go back.
_PROLOG_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_DECLARED = re.compile(rb"""[^<]{0,4}<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]*)""")
# libxml2 reads whatever iconv does, and in some of that (UTF-7, EBCDIC, JAVA) "<" need not be written as "<".
_ENCODING = re.compile(
    rb"(?P<utf_16>utf-?16(?:le|be)?|ucs-?2)|(?P<utf_32>utf-?32(?:le|be)?|ucs-?4)|"
    rb"utf-?8|(?:us-)?ascii|iso[-_]8859[-_]\d{1,2}|latin-?\d|windows-125\d|cp125\d|"
    rb"gb_?2312(?:-80)?|gbk|cp936|gb18030|euc-(?:cn|jp|kr|tw)|big5(?:-hkscs)?|shift[-_]jis|koi8-[ru]",
    re.IGNORECASE,
)
# lxml repeats a namespace's name in the name of each of its elements.
_LONG_NAMESPACE = re.compile(rb"""xmlns[^\s"'<>=]*+\s*+=\s*+(?:"[^"<]{%d}|'[^'<]{%d})""" % ((MAX_NAMESPACE + 1,) * 2))


def find_fault(body: bytes) -> str | None:
    """Say why a page is refused without parsing it; None for one that a parser may see. Takes linear time."""
    mark = _WIDE.match(body)
    wide = mark and mark.lastgroup
    # Decoded as the parser does it. To leave out the zeros is not enough: half a character may look like "-" or ">".
    narrow = body.decode(wide, errors="replace").lstrip("\ufeff").encode() if wide else body
    declared = _DECLARED.match(narrow)
    if declared and (fault := _find_wrong_encoding(declared[1], wide)):
        return f"not well-formed XML: {fault}"
    if _PROLOG_DOCTYPE.match(narrow):
        return DOCTYPE
    if b"xmlns" in narrow and _LONG_NAMESPACE.search(narrow):
        return f"it has a namespace with a name of more than {MAX_NAMESPACE} characters"
    return None


def _find_wrong_encoding(declared: bytes, wide: str | None) -> str | None:
    known = _ENCODING.fullmatch(declared)
    if known is None:
        return f"Unsupported encoding: {declared[:40].decode('ascii', errors='backslashreplace')!r}"
    # Else libxml2 may change to the declared one in the middle, and what follows is not what was looked at here.
    if known.lastgroup != (wide and wide[:6]):
        return f"it is not encoded in {declared.decode('ascii')}, as it declares"
    return None
