"""Walks any one section of the site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from sassspider import sites
from sassspider.arguments import parse_arguments
from sassspider.clock import now
from sassspider.items import Article, Observation, RejectedPage
from sassspider.page import DamagedPageError, Page
from sassspider.spiders.answers import find_list_damage, read_article, read_page
from sassspider.spiders.walking import NOT_MODIFIED, WalkingSpider
from sassspider.walking.walk import Step

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class SectionSpider(WalkingSpider):
    """Articles of one section of the Sichuan Academy of Social Sciences' English site.

    Domain
      en.sass.cn
    Spider arguments
      site
        Base URL of the site; default ``http://en.sass.cn``.
      section
        Id of the section to walk, as in the site's URLs. Required here, fixed in ``commentary``.
      since, until
        Only articles published from or up to this day (``YYYY-MM-DD``, inclusive). ``since`` ends the walk early.
      limit
        So many articles, the newest.
      start
        URL of any article of the section: a way in when the list page is missing.
      mode
        ``update`` (default): fetch what the archive lacks. ``refresh``: also ask again for what it has, to find
        edits and removals.
      recheck
        In ``update``, ask again for articles published in the last so many days.
      emit
        What goes to the feeds: ``all`` (default) that the archive has, fetched in this run or not; or only what is
        ``new`` or changed.
    Caveats
      The list page's body has never been seen: any shape is taken. See ``walk``.
    """

    name = "section"
    section_id: str | None = None

    def __init__(self, **given: str):
        super().__init__(parse_arguments(given, self.section_id))
        self.allowed_domains = [sites.host(self.arguments.site)]
        if self.section_id is None:
            self.name = f"{self.name}-{self.arguments.section}"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.on_scraped, signals.item_scraped)
        crawler.signals.connect(spider.on_dropped, signals.item_dropped)
        crawler.signals.connect(spider.on_error, signals.item_error)
        return spider

    def parse_list(self, response: Response) -> None:
        """A list page, or another way in: only its links count."""
        step: Step = response.meta["step"]
        page = read_page(response, self.arguments.site)
        steps: list[Step] = []
        damage = find_list_damage(page, step.link)
        if damage and self.bear(response, page, damage):
            return
        try:
            steps = self.walk.read_list_page(page.url, page.body)
        except DamagedPageError as error:
            damage = str(error)
        if damage:
            self.failures.unread_lists += 1
            self.logger.warning("%s, a way into the section, is not whole: %s", step.link.url, damage)
        else:
            self.patience.see_sound()
        self.take(steps)

    def parse_article(self, response: Response) -> Iterator[Article | RejectedPage | Observation]:
        """An article's page: the article, or the page refused, and the links to more."""
        self.fetched += 1
        step: Step = response.meta["step"]
        if response.status == NOT_MODIFIED:
            self.patience.see_sound()
            yield Observation(step.link.id, now(), present=True)
            return
        page = read_page(response, self.arguments.site)
        article, steps = None, list[Step]()
        try:
            names, steps = self.walk.read_article_page(page.url, page.body)
            article = read_article(page, step.link)
            article.names, article.probe = names, step.probe
            damage = ""
        except DamagedPageError as error:
            damage = str(error)
        if not (damage and self.bear(response, page, damage)):
            yield from self._judge(page, step, article, damage)
        self.take(steps)  # what a damaged page led to is good all the same

    def _judge(
        self, page: Page, step: Step, article: Article | None, damage: str
    ) -> Iterator[Article | RejectedPage | Observation]:
        """Hand on what a page gave that will not be asked for again in this run."""
        if damage:
            self.failures.lacking.add(step.link.id)
        else:
            self.patience.see_sound()
        if article is None:
            yield RejectedPage(replace(page, url=step.link.url), damage)
        else:
            yield from self._admit(article, step)

    def _admit(self, article: Article, step: Step) -> Iterator[Article | Observation]:
        """Let an article through if it was asked for; of one that was not, note the date: it need not be read again."""
        day = article.date_published
        if day:
            self.walk.see_date(article.id, day)
        if day and not step.known and not self.arguments.admits(day):
            self.count("articles/outside_dates")
            yield Observation(article.id, article.fetched_at, present=True, day=day)
        elif step.known or self.quota.admit():
            yield article

    def on_scraped(self, item: object) -> None:
        """An article passed all pipelines."""
        if isinstance(item, Article) and self.quota.accept(item):
            self.walk.stop()

    def on_dropped(self, item: object) -> None:
        """A pipeline dropped an article."""
        if isinstance(item, Article):
            self.quota.refuse(item)

    def on_error(self, item: object) -> None:
        """A pipeline broke on an article."""
        self.count("articles/pipeline_errors")
        if isinstance(item, Article):
            self.failures.lacking.add(item.id)
        self.on_dropped(item)

    def parse_archived(self, _response: Response) -> Iterator[Article]:
        """The articles that were asked for and that this run had no need to fetch."""
        articles = self.keeper.read_asked_for(self.settings.getbool("KEEP_DUPLICATES"))
        others = (article for article in articles if article.id not in self.quota.emitted)
        yield from islice(others, self.quota.left)
