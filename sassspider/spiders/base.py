"""What a spider of this project has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from scrapy import Spider
from scrapy.exceptions import DontCloseSpider

from sassspider.extensions.archive import ArchiveKeeper
from sassspider.extensions.patience import Patience

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from sassspider.page import Page
    from sassspider.walking.failures import Failure


class ArchivingSpider(Spider):
    """A spider with an archive, patience, and a voice."""

    @property
    def keeper(self) -> ArchiveKeeper:
        """The open archive."""
        keeper = self.crawler.get_extension(ArchiveKeeper)
        assert keeper is not None
        return keeper

    @property
    def patience(self) -> Patience:
        """What decides whether a page is asked for again."""
        patience = self.crawler.get_extension(Patience)
        assert patience is not None
        return patience

    def ask(self, request: Request) -> NoReturn:
        """Make a request when nothing else is left to do: for a handler of ``spider_idle``."""
        assert self.crawler.engine is not None
        self.crawler.engine.crawl(request)
        raise DontCloseSpider

    def ask_again(self, response: Response, page: Page, damage: str) -> bool:
        """Ask once more for a page that came damaged; False if there is no use in it."""
        assert response.request is not None
        assert self.crawler.engine is not None
        retry = self.patience.again_unless_same(response.request, page.body, damage)
        if retry is not None:
            self.crawler.engine.crawl(retry)
        return retry is not None

    def tell(self, failure: Failure) -> None:
        """One line, and a count for the exit code."""
        self.logger.log(failure.level, "%s", failure.message)
        if failure.stat:
            self.count(failure.stat)

    def count(self, name: str) -> None:
        """Add one to a statistic of the crawl."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
