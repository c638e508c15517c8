"""TEI P5: a ``teiCorpus`` with one ``TEI`` an article, valid against ``tei_all``, for digital editions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO
from urllib.parse import quote

import lxml.html
from lxml import etree
from lxml.builder import ElementMaker  # type: ignore[import-not-found]  # lxml-stubs lacks it
from scrapy.exporters import BaseItemExporter

from sassspider import __version__
from sassspider.exporters.bibliography import UniqueNames, find_publisher, find_website, make_note
from sassspider.items import Article

NAMESPACE = "http://www.tei-c.org/ns/1.0"
_PREFIXES: Any = {None: NAMESPACE}  # lxml's stubs know no namespace without a prefix
_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGES = {"en": "English", "zh": "Chinese"}
_HEADINGS = {f"h{level}": str(level) for level in range(1, 7)}
# Element of HTML: element of TEI, attributes.
_ELEMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "p": ("p", {}),
    "blockquote": ("quote", {}),
    "ul": ("list", {"rend": "bulleted"}),
    "ol": ("list", {"rend": "numbered"}),
    "li": ("item", {}),
    "table": ("table", {}),
    "tr": ("row", {}),
    "th": ("cell", {"role": "label"}),
    "td": ("cell", {"role": "data"}),
    "hr": ("milestone", {"unit": "section", "rend": "rule"}),
    "br": ("lb", {}),
    "a": ("ref", {}),
    "strong": ("hi", {"rend": "bold"}),
    "em": ("hi", {"rend": "italic"}),
    "u": ("hi", {"rend": "underline"}),
    "s": ("hi", {"rend": "strikethrough"}),
    "sup": ("hi", {"rend": "superscript"}),
    "sub": ("hi", {"rend": "subscript"}),
    "code": ("hi", {"rend": "monospace"}),
    **dict.fromkeys(_HEADINGS, ("label", {})),  # of a cell, an item or a quotation
}
_ATTRIBUTES = {"colspan": "cols", "rowspan": "rows", "start": "n"}
E: Callable[..., etree._Element] = ElementMaker(namespace=NAMESPACE, nsmap=_PREFIXES)
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")


def _append_text(element: etree._Element, text: str | None) -> None:
    """Put text behind what the element has already; white space between blocks is left out."""
    if not text or text == "\n":
        return
    if len(element):
        element[-1].tail = f"{element[-1].tail or ''}{text}"
    else:
        element.text = f"{element.text or ''}{text}"


class TeiExporter(BaseItemExporter):
    """Write a corpus, one article in memory at a time."""

    def __init__(self, file: BinaryIO, **options: Any):
        super().__init__(dont_fail=True, **options)
        self.file = file
        self.ids = UniqueNames()
        self.open = ExitStack()

    def start_exporting(self) -> None:
        self.xml = self.open.enter_context(etree.xmlfile(self.file, encoding="utf-8"))
        self.xml.write_declaration()
        self.open.enter_context(self.xml.element(f"{{{NAMESPACE}}}teiCorpus", nsmap=_PREFIXES))
        self.xml.write("\n", _make_corpus_header(), "\n")

    def export_item(self, item: Article) -> None:
        """Write an article."""
        element = make_tei(item)
        element.set(f"{_XML}id", self.ids.choose(f"article-{item.id}"))
        self.xml.write(element, "\n")

    def finish_exporting(self) -> None:
        self.open.close()


def make_tei(article: Article) -> etree._Element:
    """Return an article as a ``TEI`` element."""
    text = E("text", {f"{_XML}lang": article.language}, make_body(article.body_html))
    if article.attachments:
        items = (E("item", _make_reference(one["name"], one["url"])) for one in article.attachments)
        text.append(E("back", E("div", E("list", *items), type="attachments")))
    return E("TEI", _make_header(article), text)


def _make_header(article: Article) -> etree._Element:
    titles = [E("title", article.title, type="main")]
    if article.subtitle:
        titles.append(E("title", article.subtitle, type="short"))
    language = E("language", _LANGUAGES.get(article.language, article.language), ident=article.language)
    header = E(
        "teiHeader",
        E(
            "fileDesc",
            E("titleStmt", *titles, *(E("author", name) for name in article.authors)),
            E("publicationStmt", *_make_publication(article)),
            E("sourceDesc", _make_source(article)),
        ),
        E("profileDesc", E("langUsage", language)),
    )
    if changes := list(_make_changes(article)):
        header.append(E("revisionDesc", *changes))
    return header


def _make_publication(article: Article) -> Iterator[etree._Element]:
    yield E("publisher", find_publisher(find_website(article)))
    yield E("date", article.date_published_raw, when=article.date_published)
    yield E("idno", article.url, type="URL")
    yield E("idno", str(article.id), type="article")
    if note := make_note(article):
        yield E("availability", E("p", note))


def _make_source(article: Article) -> etree._Element:
    """Return what the text was read from, and where it appeared first."""
    source = E("bibl", _make_reference(article.url, article.url))
    source.append(E("date", article.fetched_at, when=article.fetched_at, type="access"))
    if article.source_name:
        source.append(E("title", article.source_name, level="j"))
    if article.source_url:
        source.append(_make_reference(article.source_url, article.source_url))
    return source


def _make_changes(article: Article) -> Iterator[etree._Element]:
    """Yield what happened on the site, the latest first."""
    if article.date_removed:
        yield E("change", "No longer on the site.", when=article.date_removed)
    if article.date_modified:
        yield E("change", article.date_modified_raw or "", when=article.date_modified)


def _make_reference(text: str, url: str) -> etree._Element:
    return E("ref", text, target=make_pointer(url))


def _make_corpus_header() -> etree._Element:
    statement = "A projection of an archive of web pages; each article names its own publisher."
    return E(
        "teiHeader",
        E(
            "fileDesc",
            E("titleStmt", E("title", "Articles")),
            E("publicationStmt", E("p", statement)),
            E("sourceDesc", E("p", "Born digital.")),
        ),
        E(
            "encodingDesc",
            E("appInfo", E("application", E("label", "sassspider"), ident="sassspider", version=__version__)),
        ),
    )


def make_body(html: str) -> etree._Element:
    """Return the ``body`` of an article. A heading begins a ``div``, whose ``n`` is the heading's level."""
    body, part = E("body"), E("div")
    for block in lxml.html.fragment_fromstring(html, create_parent="div"):
        level = _HEADINGS.get(str(block.tag))
        if level is None:
            _append(part, block)
            continue
        if len(part):
            body.append(part)
        head = E("head")
        _fill(head, block)
        part = E("div", head, n=level)
    body.append(part)
    return body


def make_pointer(url: str) -> str:
    """Return a URL as an attribute can hold it: characters that no URI has are percent-encoded."""
    return quote(_LONE_PERCENT.sub("%25", url), safe="%:/?#@!$&'()*+,;=~", errors="replace")


def _append(parent: etree._Element, source: etree._Element) -> None:
    """Append the TEI of an element of HTML to ``parent``, and the text behind it."""
    tag = str(source.tag)
    if tag == "img":
        parent.append(_make_figure(source))
    elif tag == "caption":
        parent.append(E("head", " ".join(str(text) for text in source.itertext())))
    elif tag not in _ELEMENTS:
        _fill(parent, source)
    else:
        name, attributes = _ELEMENTS[tag]
        own = {name: value for given, name in _ATTRIBUTES.items() if (value := source.get(given))}
        element = E(name, {**attributes, **own})
        if href := source.get("href"):
            element.set("target", make_pointer(href))
        _fill(element, source)
        parent.append(element)
    _append_text(parent, source.tail)


def _make_figure(image: etree._Element) -> etree._Element:
    figure = E("figure", E("graphic", url=make_pointer(image.get("src") or "")))
    if alt := image.get("alt"):
        figure.append(E("figDesc", alt))
    return figure


def _fill(element: etree._Element, source: etree._Element) -> None:
    _append_text(element, source.text)
    for child in source:
        _append(element, child)
