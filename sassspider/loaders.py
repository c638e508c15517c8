"""From a page to an article: which place on the page feeds which field, through which processors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Compose, Identity, MapCompose, TakeFirst
from parsel import Selector

from sassspider import processors, urls
from sassspider.items import ARTICLE_FIELDS, Article, Attachment, Breadcrumb
from sassspider.markup import body
from sassspider.page import Page, parse_xml

# Places on the page, as seen on the site; string() gives an element's text whatever is nested in it.
XPATHS = {
    "id": "/html/head/meta/@id",
    "section_id": "/html/@class",
    "section": "string(/html/body/span/a)",
    "title": "string(/html/body/div/h1)",
    "subtitle": "string(/html/body/div/h2)",
    "editor": "string(/html/body/div/h3)",
    "date_published": "string(/html/body/div/h4)",
    "date_published_raw": "string(/html/body/div/h4)",
    "byline": "string(/html/body/div/h5)",
    "authors": "string(/html/body/div/h5)",
    "source_name": "string(/html/body/div/a)",
    "source_url": "string(/html/body/div/a/@href)",
    "date_modified": "string(/html/body/div/b)",
    "date_modified_raw": "string(/html/body/div/b)",
    "views": "string(/html/body/div/dd)",
    "previous_id": "string(/html/body/a[@id='perv']/@href)",
    "next_id": "string(/html/body/a[@id='next']/@href)",
}

# A required field without a value is empty, not None, so that an Article keeps its types until it is refused.
EMPTY: dict[str, Any] = {
    "id": 0,
    "section_id": "",
    "title": "",
    "date_published": "",
    "date_published_raw": "",
    "body_html": "",
    "body_text": "",
    "body_markdown": "",
}


class ArticleLoader(ItemLoader):
    """Reads one page of the site. The table below is the mapping; what is not in it is collapsed text, or None."""

    default_item_class = dict
    default_input_processor = MapCompose(processors.collapse)
    default_output_processor = TakeFirst()

    id_in = MapCompose(processors.parse_count)
    breadcrumbs_in = Identity()
    breadcrumbs_out = Identity()
    authors_in = MapCompose(processors.split_byline)
    authors_out = Identity()
    source_name_in = MapCompose(processors.strip)
    source_url_in = MapCompose(urls.absolute_as_printed)
    date_published_in = MapCompose(processors.parse_date)
    date_published_raw_in = MapCompose(processors.strip)
    date_modified_in = MapCompose(processors.parse_date)
    date_modified_raw_in = MapCompose(processors.strip)
    body_html_in = Identity()
    body_text_in = MapCompose(body.html_to_text)
    body_markdown_in = MapCompose(body.html_to_markdown)
    images_in = MapCompose(body.find_images)
    images_out = Identity()
    attachments_in = Identity()
    attachments_out = Compose(processors.unique_by_url)
    word_count_in = MapCompose(processors.count_words)
    language_in = MapCompose(processors.detect_language)
    views_in = MapCompose(processors.parse_count)
    previous_id_in = MapCompose(urls.article_id)
    next_id_in = MapCompose(urls.article_id)

    def __init__(self, page: Page, **context: Any):
        """``page`` is the answer to read; raises DamagedPageError when its bytes are no whole page."""
        self.root = Selector(root=parse_xml(page.body), type="xml")
        super().__init__(selector=self.root, **context)
        self.page = page
        self.url = urls.canonical_article_url(page.url)

    def load_article(self) -> Article:
        """Return the page's article; a required field that the page lacks is left empty (see ``validation``)."""
        for field, xpath in XPATHS.items():
            self.add_xpath(field, xpath)
        self._add_what_the_url_says()
        self.add_value("breadcrumbs", self._breadcrumbs())
        self._add_body()
        values = {name: self.get_output_value(name) for name in ARTICLE_FIELDS}
        values |= {name: values[name] or empty for name, empty in EMPTY.items()}
        article = Article(**values)
        article.page = self.page
        return article

    def _add_what_the_url_says(self) -> None:
        named = urls.parse_article_url(self.url)
        if named is not None:
            self.add_value("id", str(named.id))
            self.add_value("section_id", named.section_id)
        self.add_value("url", self.url)
        self.add_value("fetched_at", self.page.fetched_at)

    def _add_body(self) -> None:
        markup = self.root.xpath("string(/html/body/div/p)").get("")
        body_html = body.clean_html(markup, self.url)
        self.add_value("attachments", self._attachments())
        self.add_value("attachments", body.find_documents(body_html))
        for field in ("body_html", "body_text", "body_markdown", "images"):
            self.add_value(field, body_html)
        body_text = self.get_output_value("body_text") or ""
        for field in ("word_count", "language"):
            self.add_value(field, body_text)
        title = self.get_output_value("title") or ""
        self.add_value("content_hash", processors.hash_content(title, body_text))

    def _breadcrumbs(self) -> list[Breadcrumb]:
        """The site prints the leaf first."""
        links = self._links("/html/body/span/a")
        return [Breadcrumb(name=name, url=url) for name, url in links][::-1]

    def _attachments(self) -> list[Attachment]:
        links = self._links("/html/body/div/ul/li//a")
        return [Attachment(url=url, name=name or urls.file_name(url)) for name, url in links]

    def _links(self, xpath: str) -> Iterator[tuple[str, str]]:
        for a in self.root.xpath(xpath):
            url = urls.absolute(a.attrib.get("href", ""), self.url)
            if url:
                yield processors.collapse(a.xpath("string()").get("")), url
