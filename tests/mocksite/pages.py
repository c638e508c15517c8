"""An article page in the site's style, byte for byte: XML indented by tabs, the body in one CDATA section."""

from __future__ import annotations

from collections.abc import Iterable

from tests.mocksite.articles import NamedArticles
from tests.mocksite.content import Attachment, attribute, escape
from tests.mocksite.corpus import SECTIONS, Content, Record, Section, section_url

SITE_NAME = "Sass English Web"
PROLOG = """<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type='text/xsl' href='/ui/templates/normal/{template}.xsl'?>
"""
UNTIDY_TITLES = 13  # one title in this many holds tabs, line breaks and double spaces
FOREIGN_SITES = 9  # one page in this many names another section in html/@site
LEAST_ITEMS = 3  # the attachment list always has three items, empty or not
INDENT = "\t\t\t"  # of the article's elements


def render(content: Content, body: str, named: NamedArticles) -> str:
    """Return the page of an article whose served body is `body`."""
    record = content.record
    section = SECTIONS[record.section_id]
    site = section.path[0] if record.id % FOREIGN_SITES == 0 else section.id
    meta = f'\t\t<meta id="{record.id}" name="description" content="{attribute(record.title)} " />\n'
    parts = (
        breadcrumb(section)
        + _article(content, body)
        + "".join([f"\t\t{article_link(r, i)}\n" for i, r in (("perv", named.previous), ("next", named.next)) if r])
        + items("new", [article_link(one) for one in named.newest])
        + items("hot", [article_link(one, one.views) for one in named.hottest])
    )
    return document(section, f"{head(section, record.title, meta)}\t<body>\n{parts}\t</body>\n", site=site)


def link(href: str, text: str, element_id: object = "") -> str:
    """Return a link, with an id if one is given."""
    start = f'<a id="{element_id}"' if element_id != "" else "<a"
    return f'{start} href="{attribute(href)}">{escape(text)}</a>' if text else f'{start} href="{attribute(href)}" />'


def article_link(record: Record, element_id: object = "") -> str:
    """Return a link to an article."""
    return link(f"../{record.section_id}/{record.id}.aspx", record.title, element_id)


def section_link(section_id: str) -> str:
    """Return a link to the page of a section."""
    return link(f"..{section_url(section_id)}", SECTIONS[section_id].name)


def head(section: Section, title: str, meta: str = "") -> str:
    """Return the head element of a page; the breadcrumb in its title is root first."""
    trail = "-".join(SECTIONS[part].name for part in section.path)
    return f"\t<head>\n\t\t<title>{escape(f'{title} _{SITE_NAME}-{trail}')}</title>\n{meta}\t</head>\n"


def breadcrumb(section: Section) -> str:
    """Return the span of links to a section and its ancestors, leaf first."""
    return "\t\t<span>\n" + "".join([f"\t\t\t{section_link(part)}\n" for part in section.path[::-1]]) + "\t\t</span>\n"


def items(tag_id: str, links: Iterable[str]) -> str:
    """Return a list of links as the site indents it."""
    lines = "".join([f"\t\t\t<li>\n\t\t\t\t{one}\n\t\t\t</li>\n" for one in links])
    return f'\t\t<ul id="{tag_id}">\n{lines}\t\t</ul>\n'


def document(section: Section, content: str, *, site: str = "", template: str = "view") -> str:
    """Return a whole document of the site around a head and a body."""
    root = f'<html RelativePath="/" class="{section.id}" site="{site or section.id}">\n'
    return f"{PROLOG.format(template=template)}{root}{content}</html>"


def _article(content: Content, body: str) -> str:
    """Return the div that holds the article."""
    record, header = content.record, content.header
    title = record.title
    if record.id % UNTIDY_TITLES == 0:
        title = "\n\t\t\t\t" + title.replace(" ", "  ", 1).replace(" of ", "\tof\n") + " "
    lines = (
        _text_element("h1", title),
        _text_element("h2", header.subtitle),
        _text_element("h3", record.editor),
        _text_element("h4", record.published),
        _text_element("h5", header.byline),
        link(header.source_href, header.source_name),
        f"<p><![CDATA[{body}]]></p>",
        _text_element("b", record.modified),
        _text_element("dd", str(record.views)),
    )
    text = "".join([f"{INDENT}{line}\n" for line in lines])
    return f"\t\t<div>\n{text}{_files(header.attachments)}\t\t</div>\n"


def _text_element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name} />"


def _files(attachments: tuple[Attachment, ...]) -> str:
    filled = [f"<li>{link(file.href, file.printed)}</li>" for file in attachments]
    lines = filled + ["<li />"] * (LEAST_ITEMS - len(filled))
    return f"{INDENT}<ul>\n" + "".join([f"{INDENT}\t{line}\n" for line in lines]) + f"{INDENT}</ul>\n"
