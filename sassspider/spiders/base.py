"""What a spider of this project has at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from scrapy import Spider
from scrapy.exceptions import DontCloseSpider

from sassspider.extensions.archive import ArchiveKeeper
from sassspider.extensions.patience import Patience, has_second_chance
from sassspider.resilience.disguise import find_disguise
from sassspider.walking.failures import Failures

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from sassspider.page import Page
    from sassspider.walking.failures import Failure


class ArchivingSpider(Spider):
    """A spider with an archive, patience, and a voice. ``failures`` is what it could not fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.failures = Failures()

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

    def bear(self, response: Response, page: Page, damage: str) -> bool:
        """Whether a damaged page will come again: soon, or, where the site put an error page in its place, at the end.

        Not if it came twice alike, for then it is kept so.
        """
        assert response.request is not None
        assert self.crawler.engine is not None
        retry = self.patience.again_unless_same(response.request, page.body, damage)
        if retry is not None:
            self.crawler.engine.crawl(retry)
            return True
        may_pass = has_second_chance(response.meta) and find_disguise(page.body) is not None
        if may_pass:
            self.tell(self.failures.take(response.meta["step"], None, damage, may_pass))
        return may_pass

    def closed(self, reason: str) -> None:
        """The crawl is over; what waited for a second chance has had none."""
        for told in self.failures.give_up():
            self.tell(told)

    def tell(self, failure: Failure) -> None:
        """One line, and a count for the exit code."""
        self.logger.log(failure.level, "%s", failure.message)
        if failure.stat:
            self.count(failure.stat)

    def count(self, name: str) -> None:
        """Add one to a statistic of the crawl."""
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name)
