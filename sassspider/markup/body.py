"""An article's body: the CDATA's HTML as clean HTML, plain text and Markdown, and what it links to.

The order of work: libxml2 reads the HTML, this module gives it one canonical form, and nh3 has the last
word, so that nothing here can make the result unsafe. Text, images and files are read from that result:
they can't disagree with it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import nh3
from html_to_markdown import ConversionError, convert
from lxml import etree

from sassspider.documents import file_name, is_document, may_name_document
from sassspider.items import Attachment, Image
from sassspider.markup.bounds import refuse_nesting, refuse_reopening
from sassspider.markup.nodes import inner_text, parse_html
from sassspider.markup.tags import ALLOWED_TAGS
from sassspider.markup.tidy import tidy
from sassspider.page import DamagedPageError
from sassspider.printable import shorten
from sassspider.processors import clean_alt, collapse, unusual

_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED_TAGS),
    attributes={
        "*": set(),  # the library's own default would keep lang and title on every element
        "a": {"href", "title"},
        "img": {"src", "alt"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        "ol": {"start"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
# A block in a paragraph or heading, which no parser leaves there when it is read again.
_MISNESTED = re.compile(
    r"<(?:p|h[1-6])>(?:[^<]++|<(?!/?(?:p|h[1-6]|div|ul|ol|li|dl|dt|dd|table|blockquote|pre|hr|figure)\b))*+<(?!/)"
)
_STARTS_TAG = re.compile(r"</?[a-zA-Z]")
# A comment, with or without its end; and where what looks like the start of one is none.
_MARKUP = re.compile(
    r"<!--(?:-?>|.*?--!?>|(?P<open>.*))|<(script|style|textarea|title)\b.*?(?:</\2|\Z)"
    r"""|</?[a-z][^<>"']*+(?:(?:"[^"]*+"|'[^']*+')[^<>"']*+)*+>""",
    re.DOTALL | re.IGNORECASE,
)
_DOCUMENT_END = re.compile(r"</(?:html|body)[^>]*>?", re.IGNORECASE)
_MOST_ROUNDS = 8  # a real body is done after one or two
# What CommonMark would read as markup inside a sentence. The library's own switch for this escapes every
# hyphen and full stop as well; what is special only at a line's start, the library escapes unasked.
# It starts with all characters that matter, in a set: the engine looks for those before it tries anything.
_MARKDOWN_SPECIAL = re.compile(
    r"[<\\`*\[_~&](?:"
    r"(?<=<)(?:(?P<code>pre|code)\b.*?</(?P=code)>|[^>]*>)"
    r"|(?<=[\\`*\[])|(?<=_)(?:(?!\w)|(?<!\w_))|(?<=~)(?=~)|(?<=&)(?:lt;|amp;(?=#?\w+;)))",
    re.DOTALL,
)
_SPECIAL = "\\`*[_~"
_REFERENCE = re.compile(r"&(?:lt;|amp;#?\w+;)")
# Stands for a backslash while the library works, which would escape a real one. No text uses it: it is private.
_BACKSLASH = "\U0010fffd"

_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|hr|ul|ol|li|dl|dt|dd|blockquote|pre|figure|figcaption|table|caption|thead|tbody|tfoot|tr)"
    r"(?:\s[^>]*)?>\n?"
)
_CELL = re.compile(r"<t[dh](?:\s[^>]*)?>(.*?)</t[dh]>", re.DOTALL)
_LINE_BREAKS = re.compile(r"<br>(?:\s*<br>)+")
_ANY_TAG = re.compile(r"<[^>]*>")  # nh3 escapes ">" in attributes
_IMAGE = re.compile(r"<img [^>]*>")
_LINK = re.compile(r"<a .*?</a>", re.DOTALL)
_PARAGRAPH_BREAK = "\x1e"


def refuse_cut(markup: str) -> None:
    """Raise DamagedPageError for a body that ends inside a tag or a comment: what came after is lost."""
    start = markup.rfind("<")
    if start > markup.rfind(">") and _STARTS_TAG.match(markup, start):
        raise DamagedPageError("its body ends in the middle of a tag")
    if markup.rfind("<!--") > markup.rfind("-->") and any(one["open"] for one in _MARKUP.finditer(markup)):
        raise DamagedPageError("its body ends in a comment")


def clean_html(markup: str, base_url: str) -> str:
    """Return the body's HTML in canonical form, safe to put into a page.

    ``markup`` is the CDATA as served, ``base_url`` the article's URL, against which links are made absolute.
    Raises DamagedPageError when it can't be read whole, or would grow without measure.
    """
    cleaned = markup
    for _ in range(_MOST_ROUNDS):
        tidied = _tidy_markup(cleaned, base_url)
        before, cleaned = cleaned, _CLEANER.clean(tidied)
        if cleaned == before or (cleaned == tidied and not _MISNESTED.search(cleaned)):
            break  # else there is something new to tidy: nh3 nests elements as HTML 5 does, libxml2 does not
    return cleaned.replace("&nbsp;", " ").strip()


def _tidy_markup(markup: str, base_url: str) -> str:
    # An element that is unwrapped later: without one, libxml2 puts bare text into a paragraph of its own. And without
    # an end of the document, after which libxml2 reads no further.
    root = parse_html(_DOCUMENT_END.sub("", markup), before=b"<section>")
    tidy(root, base_url)
    tidied = _inner_html(root)
    refuse_reopening(root, tidied)
    return tidied


def _inner_html(root: etree._Element) -> str:
    outer = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    return outer[outer.index(">") + 1 : outer.rindex("<")] if len(root) else html.escape(root.text or "", quote=False)


def html_to_text(body_html: str) -> str:
    """Return the text of a clean body: paragraphs parted by one blank line, white space collapsed inside each.

    A block element is a paragraph and so is a row of a table, whatever its cells hold; two line breaks in a row
    part paragraphs, a single one is a space.
    """
    marked = _CELL.sub(_flatten_cell, body_html) if "<t" in body_html else body_html
    if "<br>" in marked:
        marked = _LINE_BREAKS.sub(_PARAGRAPH_BREAK, marked)
    marked = _BLOCK_TAG.sub(_PARAGRAPH_BREAK, marked).replace("<br>", " ")
    bare = html.unescape(_ANY_TAG.sub("", marked))
    # To look once for what is rare is quicker than to collapse each paragraph. No space but the plain one is printable.
    is_plain = "  " not in bare and unusual(bare).replace(_PARAGRAPH_BREAK, "").isprintable()
    squeeze = str.strip if is_plain else collapse
    paragraphs = map(squeeze, bare.split(_PARAGRAPH_BREAK))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _flatten_cell(cell: re.Match[str]) -> str:
    return f" {_BLOCK_TAG.sub(' ', cell[1]).replace('<br>', ' ')} "


def html_to_markdown(body_html: str) -> str:
    """Return a clean body as CommonMark (tables as GitHub's extension writes them).

    Raises DamagedPageError for one that the library gives up on, or that would grow without measure.
    """
    refuse_nesting(body_html)
    marked = body_html.replace(_BACKSLASH, "")
    if any(map(marked.__contains__, _SPECIAL)) or _REFERENCE.search(marked):  # few bodies have any
        marked = _MARKDOWN_SPECIAL.sub(_mark, marked)
    # No options: what a head would add to the text a body has not, and options are costly to hand over.
    try:
        written = convert(marked).content or ""
    except ConversionError as error:
        cause = shorten(str(error).splitlines()[0])
        raise DamagedPageError(f"its body can't be written as Markdown: {cause}") from error
    return written.replace(_BACKSLASH, "\\").strip()


def _mark(match: re.Match[str]) -> str:
    special = match[0]
    if special.startswith("<"):
        return special
    return _BACKSLASH + (_BACKSLASH if special == "\\" else special)


def find_images(body_html: str) -> list[Image]:
    """The pictures of a clean body, in order."""
    images = _elements(_IMAGE.findall(body_html), "img")
    return [{"url": img.get("src", ""), "alt": clean_alt(img.get("alt", ""))} for img in images]


def find_documents(body_html: str) -> list[Attachment]:
    """The files that a clean body links to, in order; named by the link's text, else by the file."""
    links = _LINK.findall(body_html)
    return [
        {"url": url, "name": collapse(inner_text(a)) or collapse(file_name(url))}
        for a in (_elements(links, "a") if any(map(may_name_document, links)) else ())
        if is_document(url := a.get("href", ""))
    ]


def _elements(found: list[str], tag: str) -> Iterator[etree._Element]:
    if found:
        yield from parse_html("".join(found)).iter(tag)
