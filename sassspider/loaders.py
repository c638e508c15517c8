"""From a page to an article: which place on the page feeds which field, through which processors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from itemloaders import ItemLoader
from itemloaders.processors import Identity, TakeFirst
from lxml import etree

from sassspider import documents, processors, urls
from sassspider.items import ARTICLE_FIELDS, Article, Attachment, Breadcrumb
from sassspider.markup import body
from sassspider.markup.bounds import refuse_oversized
from sassspider.markup.nodes import inner_text
from sassspider.page import DamagedPageError, Page, parse_xml, refuse_excess

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


class Each:
    """An input processor: a function of one value on each value, None dropped.

    That is ``MapCompose`` for functions that know nothing of a loader's context, in a tenth of the time.
    """

    def __init__(self, function: Callable[[Any], Any]):
        self.function = function

    def __call__(self, values: Iterable[Any]) -> list[Any]:
        return [made for made in map(self.function, values) if made is not None]


class AllOf(Each):
    """An input processor: everything that a function of one value finds in each value."""

    def __call__(self, values: Iterable[Any]) -> list[Any]:
        return [made for value in values for made in self.function(value)]


class ArticleLoader(ItemLoader):
    """Reads one page of the site. The table below is the mapping; what is not in it is collapsed text, or None."""

    default_item_class = dict
    default_input_processor = Each(processors.collapse)
    default_output_processor = TakeFirst()

    id_in = Each(processors.parse_count)
    breadcrumbs_in = Identity()
    breadcrumbs_out = Identity()
    authors_in = AllOf(processors.split_byline)
    authors_out = Identity()
    source_name_in = Each(processors.strip)
    source_url_in = Each(urls.absolute_as_printed)
    date_published_in = Each(processors.parse_date)
    date_published_raw_in = Each(processors.strip)
    date_modified_in = Each(processors.parse_date)
    date_modified_raw_in = Each(processors.strip)
    body_html_in = Identity()
    body_text_in = Each(body.html_to_text)
    body_markdown_in = Each(body.html_to_markdown)
    images_in = AllOf(body.find_images)
    images_out = Identity()
    attachments_in = Identity()
    attachments_out = staticmethod(processors.unique_by_url)
    word_count_in = Each(processors.count_words)
    language_in = Each(processors.detect_language)
    views_in = Each(processors.parse_count)
    previous_id_in = Each(urls.article_id)
    next_id_in = Each(urls.article_id)

    def __init__(self, page: Page, **context: Any):
        """``page`` is the answer to read; raises DamagedPageError when its bytes are no whole page."""
        super().__init__(**context)
        self.page = page
        self.root = parse_xml(page.body)
        self.url = urls.canonical_article_url(page.url)

    def load_article(self) -> Article:
        """Return the page's article; a required field that the page lacks is left empty (see ``validation``).

        Raises DamagedPageError when a field is larger than any real one, or can't be read whole.
        """
        found = {xpath: _as_list(find(self.root)) for xpath, find in _PLACES.items()}
        refuse_excess(characters=max(sum(map(len, printed)) for printed in found.values()))
        values: dict[str, Any] = {field: _make(field, found[xpath]) for field, xpath in XPATHS.items()}
        self._fill_from_url(values)
        values["breadcrumbs"] = _make("breadcrumbs", self._breadcrumbs())
        self._fill_from_body(values)
        values |= {name: values[name] or empty for name, empty in EMPTY.items()}
        article = Article(**values)
        article.page, article.tree = self.page, self.root
        return article

    def _fill_from_url(self, values: dict[str, Any]) -> None:
        """What the page itself says comes first."""
        named = urls.parse_article_url(self.url)
        if named is not None:
            values["id"] = named.id if values["id"] is None else values["id"]
            values["section_id"] = values["section_id"] or named.section_id
        values["url"] = _make("url", [self.url])
        values["fetched_at"] = _make("fetched_at", [self.page.fetched_at])

    def _fill_from_body(self, values: dict[str, Any]) -> None:
        markup = self._read_body()
        refuse_oversized(markup)
        body.refuse_cut(markup)
        body_html = body.clean_html(markup, self.url)
        refuse_excess(characters=len(body_html))
        values["attachments"] = _make("attachments", [*self._attachments(), *body.find_documents(body_html)])
        for field in ("body_html", "body_text", "body_markdown", "images"):
            values[field] = _make(field, [body_html])
        refuse_excess(characters=len(values["body_markdown"] or ""))
        body_text = values["body_text"] or ""
        for field in ("word_count", "language"):
            values[field] = _make(field, [body_text])
        values["content_hash"] = processors.hash_content(values["title"] or "", body_text)

    def _read_body(self) -> str:
        """The CDATA section. Of what stands in two places, where others have one, either may be but a part."""
        places: Any = _SINGLE(self.root)
        texts: dict[str, str] = {}
        for place in places:
            if place.tag == "p" and len(place):
                raise DamagedPageError("its body is made of elements, not of one CDATA section")
            if not (text := inner_text(place)) or text.isspace():
                continue
            if place.tag in texts:
                raise DamagedPageError(f"it has more than one <{place.tag}>, as no article of this site does")
            texts[place.tag] = text
        return texts.get("p", "")

    def _breadcrumbs(self) -> list[Breadcrumb]:
        """The site prints the leaf first."""
        return [Breadcrumb(name=name, url=url) for name, url in self._links(_STEPS)][::-1]

    def _attachments(self) -> list[Attachment]:
        links = self._links(_FILES)
        return [Attachment(url=url, name=name or processors.collapse(documents.file_name(url))) for name, url in links]

    def _links(self, find: etree.XPath) -> Iterator[tuple[str, str]]:
        found: Any = find(self.root)
        characters = 0
        for a in found:
            url, name = urls.absolute(a.get("href", ""), self.url), inner_text(a)
            refuse_excess(characters=(characters := characters + len(url or "") + len(name)))
            if url:
                yield processors.collapse(name), url


def _make(field: str, found: list[Any]) -> Any:
    """A field's value: what its processors, in and out, make of what was found for it."""
    process_in, process_out = _PROCESSORS[field]
    return process_out(process_in(found))


def _as_list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


# The table above, looked up once: for each page and field anew, that took longer than reading the page.
_PROCESSORS = {
    name: (
        getattr(ArticleLoader, f"{name}_in", ArticleLoader.default_input_processor),
        getattr(ArticleLoader, f"{name}_out", ArticleLoader.default_output_processor),
    )
    for name in ARTICLE_FIELDS
}
_PLACES = {xpath: etree.XPath(xpath, smart_strings=False) for xpath in XPATHS.values()}
_SINGLE = etree.XPath("/html/body/div/*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::p]")
_STEPS = etree.XPath("/html/body/span/a")
_FILES = etree.XPath("/html/body/div/ul/li//a")
