"""An article page, byte for byte in the site's style: XML indented by tabs, the body in one CDATA section."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.mocksite.header import Attachment
from tests.mocksite.records import Content, Record
from tests.mocksite.sections import SECTIONS, Section, section_url

SITE_NAME = "Sass English Web"
PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'
STYLESHEET = "<?xml-stylesheet type='text/xsl' href='/ui/templates/normal/{name}.xsl'?>\n"
UNTIDY_TITLES = 13  # one title in this many holds tabs, line breaks and double spaces
FOREIGN_SITES = 9  # one page in this many names another section in html/@site
LEAST_ITEMS = 3  # the attachment list always has three items, empty or not


@dataclass(frozen=True, slots=True)
class Around:
    """The other articles that a page names."""

    previous: Record | None
    next: Record | None
    newest: tuple[Record, ...]
    hottest: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The printed parts of an article page, unescaped. `doctype` is a line to put before the root element."""

    section: Section
    site: str
    meta_id: int
    title: str
    record: Record
    content: Content
    body: str
    around: Around
    doctype: str = ""


def article_page(content: Content, body: str, around: Around) -> ArticlePage:
    """Return the page of an article, whose body was served as `body`."""
    record = content.record
    section = SECTIONS[record.section_id]
    site = section.path[0] if record.id % FOREIGN_SITES == 0 else section.id
    title = untidy(record.title) if record.id % UNTIDY_TITLES == 0 else record.title
    return ArticlePage(section, site, record.id, title, record, content, body, around)


def untidy(title: str) -> str:
    """Return the title with white space as people paste it."""
    return "\n\t\t\t\t" + title.replace(" ", "  ", 1).replace(" of ", "\tof\n") + " "


def escape(text: str) -> str:
    """Return the text for use in an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return the text for use in an attribute in double quotes."""
    return escape(text).replace('"', "&quot;")


def element(name: str, text: str) -> str:
    """Return an element in the site's way of writing, an empty one as a single tag."""
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name} />"


def link(href: str, text: str, element_id: object = "") -> str:
    """Return a link, with an id if one is given."""
    start = f'<a id="{element_id}"' if element_id != "" else "<a"
    return f'{start} href="{attribute(href)}">{escape(text)}</a>' if text else f'{start} href="{attribute(href)}" />'


def relative(url: str) -> str:
    """Return a root-relative address as the site prints it on a page of a section."""
    return f"..{url}"


def article_link(record: Record, element_id: object = "") -> str:
    """Return a link to an article."""
    return link(f"../{record.section_id}/{record.id}.aspx", record.title, element_id)


def head(section: Section, title: str, meta: str = "") -> str:
    """Return the head element of a page; the breadcrumb in its title stands root first."""
    trail = "-".join(SECTIONS[part].name for part in section.path)
    line = f"{title} _{SITE_NAME}-{trail}"
    return f"\t<head>\n\t\t<title>{escape(line)}</title>\n{meta}\t</head>\n"


def breadcrumb(section: Section) -> str:
    """Return the span of links to a section and its ancestors, leaf first."""
    links = [link(relative(section_url(part)), SECTIONS[part].name) for part in reversed(section.path)]
    return "\t\t<span>\n" + "".join([f"\t\t\t{one}\n" for one in links]) + "\t\t</span>\n"


def items(tag_id: str, links: Iterable[str]) -> str:
    """Return a list of links as the site indents it."""
    lines = "".join([f"\t\t\t<li>\n\t\t\t\t{one}\n\t\t\t</li>\n" for one in links])
    return f'\t\t<ul id="{tag_id}">\n{lines}\t\t</ul>\n'


def document(section: Section, site: str, body: str, doctype: str = "", template: str = "view") -> str:
    """Return a whole document of the site around a head and a body."""
    root = f'<html RelativePath="/" class="{section.id}" site="{site}">\n'
    return f"{PROLOG}{STYLESHEET.format(name=template)}{doctype}{root}{body}</html>"


def render(page: ArticlePage) -> str:
    """Return an article page as text."""
    meta = f'\t\t<meta id="{page.meta_id}" name="description" content="{attribute(page.title.strip())} " />\n'
    around = page.around
    ends = (("perv", around.previous), ("next", around.next))
    body = (
        breadcrumb(page.section)
        + _article(page)
        + "".join([f"\t\t{article_link(record, name)}\n" for name, record in ends if record])
        + items("new", [article_link(record) for record in around.newest])
        + items("hot", [article_link(record, record.views) for record in around.hottest])
    )
    title = " ".join(page.title.split())
    return document(
        page.section, page.site, f"{head(page.section, title, meta)}\t<body>\n{body}\t</body>\n", page.doctype
    )


def _article(page: ArticlePage) -> str:
    """Return the div that holds the article."""
    record, header = page.record, page.content.header
    lines = (
        element("h1", page.title),
        element("h2", header.subtitle),
        element("h3", record.editor),
        element("h4", record.published),
        element("h5", header.byline),
        link(header.source_href, header.source_name),
        f"<p><![CDATA[{page.body}]]></p>",
        element("b", record.modified),
        element("dd", str(record.views)),
    )
    return "\t\t<div>\n" + "".join([f"\t\t\t{line}\n" for line in lines]) + _files(header.attachments) + "\t\t</div>\n"


def _files(attachments: tuple[Attachment, ...]) -> str:
    filled = [f"<li>{link(file.href, file.printed)}</li>" for file in attachments]
    lines = filled + ["<li />"] * (LEAST_ITEMS - len(filled))
    return "\t\t\t<ul>\n" + "".join([f"\t\t\t\t{line}\n" for line in lines]) + "\t\t\t</ul>\n"
