"""Render the pages of the reading site to a folder, which takes the old one's place when it is whole."""

from __future__ import annotations

import uuid
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from scrapy.settings import BaseSettings

from sassspider.archive.archive import Archive
from sassspider.archive.history import read_sections
from sassspider.archive.media import find_paths
from sassspider.archive.reader import Selection
from sassspider.clock import now
from sassspider.exporters.bibliography import clean_line, find_publisher
from sassspider.items import Article
from sassspider.publishing import downloads, search
from sassspider.publishing.body import BodyLinks, read_history, show_body
from sassspider.publishing.pages import Catalogue, count_months, page_name, read_heads, split_pages
from sassspider.reparse import Change, find_changes

_PACKAGE = resources.files("sassspider.publishing")  # may be in a zipped egg
_LATEST = 20  # articles on the front page and in the feeds
_SITEMAP_SIZE = 50_000  # addresses in a file, by the protocol


@dataclass
class Site:
    """A site that is being written to a folder.

    ``options`` are those of ``scrapy publish``.
    """

    archive: Archive
    selection: Selection
    settings: BaseSettings
    options: Namespace
    folder: Path
    pages: int = 0

    def write(self, advance: Callable[[int], None]) -> None:
        """Write the whole site; ``advance`` is called with the number of articles that were written."""
        self._write_histories()
        with downloads.open_downloads(self.folder / "downloads", self.settings) as exporters:
            for article in self.archive.read.articles(self.selection):
                if not self.options.bodies:
                    article.body_html = article.body_text = article.body_markdown = ""
                for exporter in exporters:
                    exporter.export_item(article)
                self._write_article(article)
                advance(1)
        self._write_lists()
        self._write_overviews()
        self._write_feeds()
        for file in (_PACKAGE / "static").iterdir():
            self.write_file(f"static/{file.name}", file.read_bytes())
        if self.options.search:
            indexes = search.write_index(self.folder, [head.id for head in reversed(self.catalogue.heads)])
            self.render("search.html", "search.html", indexes=indexes)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The articles and their groups."""
        return Catalogue(read_heads(self.archive.read, self.selection))

    @cached_property
    def events(self) -> list[Change]:
        """The edits, removals and returns of published articles, the latest first; of one kind once a day."""
        changes = (one for one in find_changes(self.archive, self.selection) if one.change != "added")
        found = {(one.date, one.id, one.change): one for one in changes if one.id in self.catalogue.by_id}
        return [found[key] for key in sorted(found, reverse=True)]

    @cached_property
    def edits(self) -> dict[int, str]:
        """The last day on which each article was seen edited."""
        return {one.id: one.date for one in reversed(self.events) if one.change == "edited"}

    @cached_property
    def links(self) -> BodyLinks:
        """The targets of links in bodies; kept files are copied at the first use."""
        store = self.settings["FILES_STORE"]
        kept = find_paths(self.archive, self.selection.site, store) if self.options.bodies else {}
        for path in kept.values():
            self.write_file(f"media/{path.name}", path.read_bytes())
        files = {url: f"media/{path.name}" for url, path in kept.items()}
        return BodyLinks(self.catalogue.by_id, files, self.settings.getdict("MIRRORS"))

    @cached_property
    def publisher(self) -> str:
        """The publisher of the articles."""
        return find_publisher(self.selection.site or "")

    @cached_property
    def environment(self) -> Environment:
        """Jinja, with what pages need."""
        made = Environment(
            loader=FunctionLoader(lambda name: (_PACKAGE / "templates" / name).read_text(encoding="utf-8")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        made.filters |= {"day": format_day, "month": format_month, "page_name": page_name, "line": clean_line}
        made.filters["number"] = "{:,}".format
        sections = list(self.catalogue.groups["sections"])
        made.globals |= {
            "catalogue": self.catalogue,
            "crawled": self._find_last_crawl(),
            "edits": self.edits,
            "events": self.events,
            "formats": downloads.CITATIONS,
            "links": self.links,
            "make_urn": make_urn,
            "months": count_months(self.catalogue.heads),
            "name": f"{sections[0] if len(sections) == 1 else 'Articles'} archive",
            "options": self.options,
            "publisher": self.publisher,
            "today": now()[:10],
        }
        return made

    def _find_last_crawl(self) -> str:
        sections = read_sections(self.archive, self.selection.site, 1)
        own = (one for one in sections if self.selection.section_id in (None, one["section_id"]))
        return max((run["ended_at"] or "" for one in own for run in one["runs"]), default="")

    def render(self, path: str, template: str, **values: Any) -> None:
        """Write a page."""
        root = "../" * path.count("/")
        text = self.environment.get_template(template).render(path=path, root=root, **values)
        self.write_file(path, text.encode("utf-8", errors="replace"))
        self.pages += path.endswith(".html")

    def write_file(self, path: str, content: bytes) -> None:
        """Write a file."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _write_histories(self) -> None:
        for article_id in self.edits if self.options.bodies else ():
            head, events = self.catalogue.by_id[article_id], [one for one in self.events if one.id == article_id]
            states = list(read_history(self.archive, self.selection.site or "", article_id, self.links))
            self.render(f"history/{article_id}.html", "history.html", head=head, states=states, events=events)

    def _write_article(self, article: Article) -> None:
        head = self.catalogue.by_id.get(article.id)
        if head is None:  # archived while the site is written: it is in the next one
            return
        path = f"articles/{article.id}"
        for chosen in downloads.CITATIONS:
            self.write_file(f"{path}.{chosen}", downloads.write_citation(article, chosen, self.settings))
        page_url = f"{self.options.url}{path}.html" if self.options.url else ""
        json_ld = downloads.make_json_ld(article, head, self.publisher, page_url)
        body = show_body(article.body_html, article.url, self.links)
        self.render(f"{path}.html", "article.html", head=head, article=article, body=body, json_ld=json_ld)

    def _write_lists(self) -> None:
        for page in split_pages("newest/", self.catalogue.heads):
            self.render(page.path, "list.html", page=page, title="All articles", kind="")
        for kind, groups in self.catalogue.groups.items():
            for group in groups.values():
                title = format_month(group.name) if kind == "months" else group.name
                for page in split_pages(group.path, group.heads):
                    self.render(page.path, "list.html", page=page, title=title, kind=kind)
        for kind in ("authors", "sources", "sections"):
            self.render(f"{kind}/index.html", "groups.html", kind=kind)
        self.render("dates/index.html", "dates.html")

    def _write_overviews(self) -> None:
        for page in split_pages("changes/", self.events):
            self.render(page.path, "changes.html", page=page)
        files = downloads.list_downloads()
        sizes = {one: (self.folder / f"downloads/articles.{one}").stat().st_size for one in files}
        self.render("index.html", "index.html", latest=self.catalogue.heads[:_LATEST])
        self.render("about.html", "about.html", downloads=files, sizes=sizes)
        self.render("figures.html", "figures.html")

    def _write_feeds(self) -> None:
        latest = self.catalogue.heads[:_LATEST]
        found = self.archive.read.current(self.selection.site or "", [head.id for head in latest])
        own = (self.selection.site, self.selection.section_id or "all")
        self.render("feed.xml", "feed.xml", heads=latest, found=found, feed_id=make_urn("feed", *own))
        self.render("changes.xml", "changes.xml", events=self.events[:_LATEST], feed_id=make_urn("changes", *own))
        if self.options.url:
            self._write_sitemap()

    def _write_sitemap(self) -> None:
        heads = self.catalogue.heads
        parts = [heads[start : start + _SITEMAP_SIZE] for start in range(0, len(heads), _SITEMAP_SIZE)]
        for number, part in enumerate(parts, start=1):
            self.render(f"sitemap-{number}.xml", "sitemap-part.xml", heads=part)
        self.render("sitemap.xml", "sitemap.xml", count=len(parts))


def make_urn(*names: Any) -> str:
    """Return an identifier that is always the same for the same names (RFC 9562, version 5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, names))).urn


def format_day(day: str) -> str:
    """Return a day as people write it: ``2 March 2026``."""
    found = date.fromisoformat(day[:10])
    return f"{found.day} {found:%B %Y}"


def format_month(month: str) -> str:
    """Return a month, ``YYYY-MM``, as people write it."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
