"""From an article's page to the article: which place on the page feeds which field, through which processors."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Self
from urllib.parse import urljoin

from itemloaders.processors import Identity, MapCompose, TakeFirst
from lxml import etree
from scrapy.http import Response
from scrapy.loader import ItemLoader
from scrapy.selector import Selector

from sassspider.body import read_body
from sassspider.clock import now
from sassspider.hrefs import absolute, absolute_as_printed, absolute_from_root, file_name
from sassspider.items import Article, Attachment, Breadcrumb
from sassspider.names import parse_authors
from sassspider.page import DamagedPageError, Page, make_page, parse_xml, refuse_excess
from sassspider.printable import truncate
from sassspider.processors import (
    count_words,
    detect_language,
    hash_content,
    normalize_whitespace,
    parse_date,
    parse_int,
    strip_text,
    unique_by_url,
)
from sassspider.urls import ArticleUrl, article_id, canonical_article_url, parse_article_url

logger = logging.getLogger(__name__)

_PATH = re.compile(r"(?:(?:https?:/|[/\\]?upload)[/\\].*|\S+)\.[a-z0-9]{2,5}|(?:https?:/|/?upload)/\S+", re.IGNORECASE)
_SEPARATORS = " ,;|，；、"  # noqa: RUF001
_BETWEEN_PATHS = re.compile(
    rf"(?<![{_SEPARATORS}])[{_SEPARATORS}]++(?=[/\\]?upload[/\\]|https?:|www\.)|[|]", re.IGNORECASE
)
# Elements that an article's page has once: each of two may be only a part.
_SINGLE = ("h1", "h2", "h3", "h4", "h5", "p")


class ArticleLoader(ItemLoader):
    """Read an article's page: ``ArticleLoader(response=response).load_item()``.

    The table below maps the page: a field without processors is text, white space normalized, or None. A new field is
    one ``add_xpath`` line in ``load_item``, and one line in ``Article``.
    """

    default_item_class = dict
    default_input_processor = MapCompose(normalize_whitespace)
    default_output_processor = TakeFirst()

    id_in = MapCompose(parse_int)
    authors_in = MapCompose(parse_authors)
    authors_out = Identity()
    source_name_in = MapCompose(strip_text)
    source_url_in = MapCompose(absolute_as_printed)
    date_published_raw_in = MapCompose(strip_text)
    date_modified_raw_in = MapCompose(strip_text)
    views_in = MapCompose(parse_int)
    previous_id_in = MapCompose(article_id)
    next_id_in = MapCompose(article_id)

    def __init__(self, response: Response | Page, **context: Any):
        """Parse the page in a response of now, or an archived one; raise DamagedPageError if it is no whole page.

        Only the bytes and the URL count, whatever class Scrapy chose for the Content-Type.
        """
        self.page = response if isinstance(response, Page) else make_page(response, now())
        self.root = parse_xml(self.page.body)
        for element in self.root.iter("br", "div", "li", "p"):  # each ends a line
            element.tail = f"\n{element.tail or ''}"
        self.url = canonical_article_url(self.page.url)
        super().__init__(selector=Selector(root=self.root, type="xml"), **context)

    def add_xpath(self, field_name: str | None, xpath: str | Iterable[str], *processors: Any, **options: Any) -> Self:
        """Add what an XPath finds, as ``ItemLoader`` does; one that finds text is compiled once, not for each page."""
        try:
            found = _compile(xpath)(self.root) if isinstance(xpath, str) and not options else None
        except etree.XPathError:  # Scrapy knows more prefixes, and reports what is no XPath
            found = None
        if isinstance(found, str) or (isinstance(found, list) and all(isinstance(one, str) for one in found)):
            return self.add_value(field_name, found, *processors)
        return super().add_xpath(field_name, xpath, *processors, **options)

    def get_input_processor(self, field_name: str) -> Any:
        """Return the input processor of a field: an attribute of this class (Scrapy looks at the item's, too)."""
        return getattr(self, f"{field_name}_in", self.default_input_processor)

    def get_output_processor(self, field_name: str) -> Any:
        """Return the output processor of a field, likewise."""
        return getattr(self, f"{field_name}_out", self.default_output_processor)

    def load_item(self) -> Article:
        """Return the page's article.

        Raises DamagedPageError for a page that can't be read whole, that lacks a required field, that is not the
        article which its URL names, or of which a field is larger than any article's.
        """
        if (named := parse_article_url(self.url)) is None:
            raise DamagedPageError("url names no article")
        breadcrumbs = list(self._read_breadcrumbs())  # first: too long names are refused before they are copied
        self.add_xpath("id", "/html/head/meta/@id")
        self.add_xpath("section_id", "/html/@class")
        self.add_xpath("section", "string(/html/body/span/a)")
        self.add_xpath("title", "string(/html/body/div/h1[normalize-space()])")
        self.add_xpath("subtitle", "string(/html/body/div/h2[normalize-space()])")
        self.add_xpath("editor", "string(/html/body/div/h3[normalize-space()])")
        self.add_xpath("byline", "string(/html/body/div/h5[normalize-space()])")
        self.add_xpath("authors", "string(/html/body/div/h5[normalize-space()])")
        self.add_xpath("source_name", "string(/html/body/div/a)")
        self.add_xpath("source_url", "string(/html/body/div/a[1]/@href)")
        self.add_xpath("date_published_raw", "string(/html/body/div/h4[normalize-space()])")
        self.add_xpath("date_modified_raw", "string(/html/body/div/b[normalize-space()])")
        self.add_xpath("views", "string(/html/body/div/dd[normalize-space()])")
        self.add_xpath("previous_id", "string(/html/body/a[@id='perv']/@href)")
        self.add_xpath("next_id", "string(/html/body/a[@id='next']/@href)")
        article = Article(**named._asdict() | super().load_item(), url=self.url, fetched_at=self.page.fetched_at)
        article.breadcrumbs = breadcrumbs
        article.page, article.tree = self.page, self.root
        self._add_body(article)
        _complete(article)
        if problems := list(_find_problems(article, named)):
            raise DamagedPageError("; ".join(problems))
        return article

    def _add_body(self, article: Article) -> None:
        """Add what the CDATA section gives."""
        body = read_body(self._read_markup(), self.url)
        article.body_html, article.body_text, article.body_markdown = body.html, body.text, body.markdown
        article.images = body.images
        article.attachments = unique_by_url([*self._read_attachments(), *body.attachments])

    def _read_markup(self) -> str:
        """Return the CDATA section."""
        texts: dict[str, str] = {}
        for element in _compile("body/div/*")(self.root):
            name = element.tag
            if name not in _SINGLE or not (text := _inner_text(element).strip()):
                continue
            if name == "p" and len(element):
                raise DamagedPageError("its body is made of elements, not of one CDATA section")
            if name in texts:
                raise DamagedPageError(f"it has more than one <{name}>, as no article of this site does")
            texts[name] = text
        return texts.get("p", "")

    def _read_breadcrumbs(self) -> Iterator[Breadcrumb]:
        """Yield the steps to the section. The site prints the leaf first."""
        folder = f"{self.url.rpartition('/')[0]}/"  # the same for all pages of a section: ``absolute`` knows the result
        for href, name in _read_links(reversed(_compile("body/span/a")(self.root))):
            if url := absolute(href, folder):
                yield {"name": name, "url": url}

    def _read_attachments(self) -> Iterator[Attachment]:
        """Yield the files listed beside the body: links, pictures, and paths that are printed as text."""
        strange: list[str] = []
        for item in _compile("body/div/ul/li[node()]")(self.root):
            links = [
                *_read_links(item.iter("a")),
                *((one.get("src", ""), "") for one in item.iter("img")),
            ]
            urls = ((absolute_from_root(href, self.url), name) for href, name in links)
            files = [(url, name) for url, name in urls if url and url.partition("#")[0] != self.url]  # not of "#"
            texts: Any = _compile(".//text()[not(ancestor::a[@href])]")(item) if files else item.itertext()
            for printed in _BETWEEN_PATHS.split(normalize_whitespace(" ".join(map(str, texts))).strip(_SEPARATORS)):
                if _PATH.fullmatch(printed) and (url := absolute(printed, urljoin(self.url, "/"))):
                    files.append((url, ""))
                elif printed:
                    strange.append(printed)
            for url, name in files:
                yield {"url": url, "name": name or normalize_whitespace(file_name(url))}
        if strange:
            logger.warning("%s: text among the attachments is no address: %s", self.url, truncate("; ".join(strange)))


@lru_cache
def _compile(xpath: str) -> Callable[[etree._Element], Any]:
    return etree.XPath(xpath, smart_strings=False)


def read_article(page: Page) -> Article:
    """Read an archived or downloaded page; raises DamagedPageError, see ``ArticleLoader``."""
    return ArticleLoader(page).load_item()


def _read_links(elements: Iterable[etree._Element]) -> Iterator[tuple[str, str]]:
    """Yield address and name of each link. Links in each other repeat their text: all together are one field."""
    characters = 0
    for element in elements:
        href, name = element.get("href", ""), _inner_text(element)
        characters += len(href) + len(name)
        refuse_excess(characters)
        yield href, normalize_whitespace(name)


def _inner_text(element: etree._Element) -> str:
    return str(_compile("string()")(element)) if len(element) else element.text or ""


def _complete(article: Article) -> None:
    """Add the fields that other fields give."""
    refuse_excess(max(map(len, (article.title, article.byline or "", article.source_name or ""))))
    article.date_published = parse_date(article.date_published_raw) or ""
    article.date_modified = parse_date(article.date_modified_raw) if article.date_modified_raw else None
    article.word_count = count_words(article.body_text)
    article.language = detect_language(article.body_text)
    article.content_hash = hash_content(article.title, article.body_text)


def _find_problems(article: Article, named: ArticleUrl) -> Iterator[str]:
    if not article.title:
        yield "title is missing"
    if not article.date_published:
        raw = article.date_published_raw
        yield f"date_published is not a date: {truncate(repr(raw))}" if raw else "date_published is missing"
    if not (article.body_text or article.images or "<a " in article.body_html):  # pictures, embedded things
        yield "body_text is missing"
    if article.id != named.id:
        yield f"id {article.id} of the page disagrees with its URL"
    if named.id in (article.previous_id, article.next_id):
        yield "it is the page of a neighbour: it links to its own URL as the article before or after it"
    if article.section_id != named.section_id:
        yield f"section_id {truncate(repr(article.section_id))} of the page disagrees with its URL"
