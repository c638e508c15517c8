"""TEI P5: a ``teiCorpus`` with one ``TEI`` an article, valid against ``tei_all``, for digital editions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO

from lxml import etree
from scrapy.exporters import BaseItemExporter

from sassspider import __version__
from sassspider.exporters.bibliography import UniqueNames, find_publisher, find_website, make_note
from sassspider.exporters.tei_body import NAMESPACE, make_body, make_element, make_pointer
from sassspider.items import Article

_XML = "{http://www.w3.org/XML/1998/namespace}"
_LANGUAGES = {"en": "English", "zh": "Chinese"}


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
        self.open.enter_context(self.xml.element(f"{{{NAMESPACE}}}teiCorpus", nsmap={None: NAMESPACE}))
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
    text = make_element("text")
    text.set(f"{_XML}lang", article.language)
    text.append(make_body(article.body_html))
    if article.attachments:
        items = (_nest("item", _make_reference(one["name"], one["url"])) for one in article.attachments)
        text.append(_nest("back", _nest("div", _nest("list", *items), type="attachments")))
    return _nest("TEI", _make_header(article), text)


def _make_header(article: Article) -> etree._Element:
    names = (make_element("author", name) for name in article.authors)
    titles = [make_element("title", article.title, type="main")]
    if article.subtitle:
        titles.append(make_element("title", article.subtitle, type="short"))
    description = _nest(
        "fileDesc",
        _nest("titleStmt", *titles, *names),
        _nest("publicationStmt", *_make_publication(article)),
        _nest("sourceDesc", _make_source(article)),
    )
    language = make_element("language", _LANGUAGES.get(article.language, article.language), ident=article.language)
    header = _nest("teiHeader", description, _nest("profileDesc", _nest("langUsage", language)))
    if changes := list(_make_changes(article)):
        header.append(_nest("revisionDesc", *changes))
    return header


def _make_publication(article: Article) -> Iterator[etree._Element]:
    yield make_element("publisher", find_publisher(find_website(article)))
    yield make_element("date", article.date_published_raw, when=article.date_published)
    yield make_element("idno", article.url, type="URL")
    yield make_element("idno", str(article.id), type="article")
    if note := make_note(article):
        yield _nest("availability", make_element("p", note))


def _make_source(article: Article) -> etree._Element:
    """Return what the text was read from, and where it appeared first."""
    source = _nest("bibl", _make_reference(article.url, article.url))
    source.append(make_element("date", article.fetched_at, when=article.fetched_at, type="access"))
    if article.source_name:
        source.append(make_element("title", article.source_name, level="j"))
    if article.source_url:
        source.append(_make_reference(article.source_url, article.source_url))
    return source


def _make_changes(article: Article) -> Iterator[etree._Element]:
    """Yield what happened on the site, the latest first."""
    if article.date_removed:
        yield make_element("change", "No longer on the site.", when=article.date_removed)
    if article.date_modified:
        yield make_element("change", article.date_modified_raw, when=article.date_modified)


def _make_reference(text: str, url: str) -> etree._Element:
    return make_element("ref", text, target=make_pointer(url))


def _make_corpus_header() -> etree._Element:
    statement = make_element("p", "A projection of an archive of web pages; each article names its own publisher.")
    program = _nest("application", make_element("label", "sassspider"), ident="sassspider", version=__version__)
    return _nest(
        "teiHeader",
        _nest(
            "fileDesc",
            _nest("titleStmt", make_element("title", "Articles")),
            _nest("publicationStmt", statement),
            _nest("sourceDesc", make_element("p", "Born digital.")),
        ),
        _nest("encodingDesc", _nest("appInfo", program)),
    )


def _nest(tag: str, *children: etree._Element, **attributes: str) -> etree._Element:
    element = make_element(tag, **attributes)
    element.extend(children)
    return element
