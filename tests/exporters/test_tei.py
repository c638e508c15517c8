"""TEI: the structure that ``tei_all`` asks for."""

from __future__ import annotations

from typing import Any

from lxml import etree

from sassspider.exporters.tei import TeiExporter, make_body

from .hostile import ARTICLES, REMOVED, one_line, write_file

NAMESPACES = {"t": "http://www.tei-c.org/ns/1.0"}
ID = "{http://www.w3.org/XML/1998/namespace}id"
BODY = (
    "<p>Before <strong>bold <em>both</em></strong><br>and <a href='http://a/b c'>there</a>.</p>\n<h2>A head</h2>\n"
    "<ol start='3'><li>three<ul><li>inner</li></ul></li></ol>\n"
    "<table><caption>C</caption><tbody><tr><th colspan='2'>H</th></tr><tr><td>1</td><td><h3>2</h3></td></tr></tbody>"
    "</table>\n<blockquote><p>Quoted</p></blockquote>\n<hr>\n<h3>Last</h3>\n"
    "<p><img src='http://a/1.png' alt='A pier'>H<sub>2</sub>O</p>"
)
# What may stand in each element, by the TEI Guidelines; a name that is not here may hold text and phrases only.
BLOCKS = {"p", "list", "table", "quote", "milestone", "figure", "lb"}
PHRASES = {"hi", "ref", "lb", "figure", "milestone"}
CONTENT = {
    "body": {"div"}, "back": {"div"}, "div": {"head", *BLOCKS}, "list": {"item"}, "table": {"head", "row"},
    "row": {"cell"}, "figure": {"graphic", "figDesc"}, "graphic": set(), "milestone": set(), "lb": set(),
    **{name: {"label", *BLOCKS, *PHRASES} for name in ("item", "cell", "quote")},
}  # fmt: skip


def read(*articles: Any) -> list[etree._Element]:
    root = etree.fromstring(write_file(TeiExporter, *articles))
    assert root.tag.endswith("teiCorpus")
    assert [etree.QName(one).localname for one in root] == ["teiHeader", *["TEI"] * len(articles)]
    return list(root[1:])


def check_content(element: etree._Element) -> None:
    name = etree.QName(element).localname
    children = [etree.QName(child).localname for child in element]
    assert set(children) <= CONTENT.get(name, PHRASES), (name, children)
    assert "head" not in children[1:]
    for child in element:
        check_content(child)


def test_every_article_is_read_back() -> None:
    for found, article in zip(read(*ARTICLES), ARTICLES, strict=True):
        (header,) = found.iterfind("t:teiHeader", NAMESPACES)
        assert one_line(header.findtext(".//t:title[@type='main']", "", NAMESPACES)) == one_line(article.title)
        names = [one_line(one.text) for one in header.iterfind(".//t:author", NAMESPACES)]
        assert names == [one_line(name) for name in article.authors]
        assert header.find(".//t:publicationStmt/t:date", NAMESPACES).get("when") == article.date_published
        assert header.findtext(".//t:idno[@type='URL']", "", NAMESPACES) == article.url
        assert header.find(".//t:language", NAMESPACES).get("ident") == article.language
        assert [one_line(one.text) for one in found.iterfind(".//t:back//t:ref", NAMESPACES)] == [
            one_line(one["name"]) for one in article.attachments
        ]


def test_ids_are_unique() -> None:
    first, second = read(REMOVED, REMOVED)
    assert (first.get(ID), second.get(ID)) == ("article-43", "article-43-2")
    assert first.find(".//t:revisionDesc/t:change", NAMESPACES).get("when") == "2026-02-01"


def test_body_is_in_elements_of_tei() -> None:
    body = make_body(BODY)
    check_content(body)
    assert [(one.get("n"), one.findtext("t:head", None, NAMESPACES)) for one in body] == [
        (None, None), ("2", "A head"), ("3", "Last"),
    ]  # fmt: skip
    assert [one.get("rend") for one in body.iterfind(".//t:hi", NAMESPACES)] == ["bold", "italic", "subscript"]
    assert body.find(".//t:ref", NAMESPACES).get("target") == "http://a/b%20c"
    assert body.findtext(".//t:figDesc", None, NAMESPACES) == "A pier"
    assert body.find(".//t:cell", NAMESPACES).attrib == {"role": "label", "cols": "2"}
    assert "Before bold bothand there." in "".join(body.itertext())
