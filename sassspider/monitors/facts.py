"""What is known of a crawl when its spider has closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sassspider.arguments import Arguments
from sassspider.extensions.archive import ArchiveKeeper
from sassspider.extensions.coverage import Coverage
from sassspider.monitors.limits import Limits
from sassspider.outcome import count_work
from sassspider.walking.known import Known

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from sassspider.archive.records import SectionSummary

_SOUND = ("new", "changed", "unchanged", "returned")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the monitors judge.

    ``before`` is what the archive knew of the section when the run started, ``after`` how the section stands now; None
    when it can't be read. ``listed`` counts the articles that list pages named, ``counts`` the run's work by name.
    """

    arguments: Arguments
    limits: Limits
    finished: bool
    before: Known
    after: SectionSummary | None
    listed: int
    counts: Mapping[str, int]
    coverage: Coverage

    @property
    def sound(self) -> int:
        """Articles that the site was seen to have, whole, in this run."""
        return sum(self.counts[name] for name in _SOUND)


def gather(crawler: Crawler) -> Facts:
    """Gather the facts of a crawl; raises LimitError when a limit in the settings is wrong."""
    keeper, coverage = crawler.get_extension(ArchiveKeeper), crawler.get_extension(Coverage)
    assert keeper is not None
    assert coverage is not None
    assert crawler.stats is not None
    stats: dict[str, Any] = crawler.stats.get_stats()
    return Facts(
        arguments=keeper.arguments,
        limits=Limits.from_settings(crawler.settings),
        finished=stats.get("finish_reason") == "finished",
        before=keeper.known,
        after=keeper.standing,
        listed=len(crawler.spider.walk.listed),  # type: ignore[union-attr]
        counts=count_work(stats),
        coverage=coverage,
    )
