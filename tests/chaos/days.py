"""The history of a site, made from a seed: day by day articles come, change and go, and pages fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tests.chaos.results import IS_WHOLE
from tests.mocksite import COMMENTARY, LIST_SHAPES, Request, Response, Site

OTHER = "101000"  # the section that articles move to and come from
SECTIONS = (COMMENTARY, OTHER)
DAYS = 60 if IS_WHOLE else 30
LAST_CHANGE = DAYS - 4  # on the days after it nothing changes and nothing fails
ARTICLES = 10
TARGET = re.compile(r"/(\d+)/(?:(\d+)|default(_[2-9]|_\d\d+)?)\.aspx(?:\?page=(\d+).*)?")
PAGE_FAULTS = (
    "not-found", "gone", "server-error", "forbidden", "unavailable", "reset", "truncated", "html-error-page",
    "login-page",
)  # fmt: skip
LIST_FAULTS = ("not-found", "server-error", "html-error-page", "reset", "cut-without-length")
SITE_FAULTS = ("not-found", "not-found", "server-error", "html-error-page", "login-page", "unavailable")
ABSENT = (404, 410)


class Answer(NamedTuple):
    """The site's answer to a request for an article; ``title`` is that of a sound page, or of a 304."""

    day: int
    section: str
    id: int
    is_sound: bool
    is_absent: bool
    title: str


@dataclass(frozen=True)
class Run:
    """A crawl of one section on one day."""

    section: str
    mode: str = "update"
    given: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        options = {"mode": self.mode, **self.given, **self.settings}
        return f"{self.section} {' '.join(f'{name}={value}' for name, value in options.items())}"


@dataclass
class Day:
    """The events of a day, in words, and the runs."""

    number: int
    events: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


class FailingSite(Site):
    """A site of which some pages fail today. It records what it answers."""

    def __init__(self, seed: int, **options: object):
        super().__init__(seed, ARTICLES, **options)
        self.day = 0
        self.site_fault = ""
        self.list_fault = ""
        self.is_list_fault_of_first = False
        self.page_faults: Mapping[int, str] = {}
        self.answers: list[Answer] = []

    def next_fault(self, request: Request) -> str:
        """Return today's fault of a page."""
        match = TARGET.fullmatch(request.target)
        if self.site_fault or match is None or match[1] not in SECTIONS:
            return self.site_fault
        if match[2]:
            return self.page_faults.get(int(match[2]), "")
        is_first = not match[3] and match[4] in (None, "1")
        return self.list_fault if match[1] == COMMENTARY and is_first == self.is_list_fault_of_first else ""

    def respond(self, request: Request) -> Response:
        """Return the response, and record it if it is that of an article."""
        response, match = super().respond(request), TARGET.fullmatch(request.target)
        if match and match[2]:
            article_id = int(match[2])
            is_sound = not self.next_fault(request) and response.status in (200, 304)
            title = self.record(article_id).title if is_sound else ""
            is_absent = response.status in ABSENT and not self.site_fault
            self.answers.append(Answer(self.day, match[1], article_id, is_sound, is_absent, title))
        return response


class History:
    """The days of one seed. ``days`` changes the site as it goes on: crawl each day before the next one is taken."""

    def __init__(self, seed: int):
        self.rng = Random(f"days {seed}")
        self.page_size = self.rng.choice((3, 5))
        self.site = FailingSite(
            seed,
            list_shape=self.rng.choice(LIST_SHAPES),
            pager=self.rng.choice(("underscore", "query", "window")),
            page_size=self.page_size,
            parent=self.rng.choice(("links", "bare", "missing")),
            home=self.rng.choice(("links", "missing")),
            validators=seed % 2 == 0,
        )
        self.concurrent = self.rng.choice(("1", "1", "8"))
        self.refresh_every = self.rng.choice((9, 12))
        self.ever: dict[str, set[int]] = {one: set(self.site.ids(one)) for one in SECTIONS}
        self.unsteady: set[int] = set()  # once removed or moved: no new article, wherever it stands in the list
        self.removed: list[int] = []
        self.failing_until: dict[int, tuple[str, int]] = {}  # id: fault, and the first day without it
        self.today = Day(0)

    def days(self) -> Iterator[Day]:
        """Yield the days; the site is then as it is on that day."""
        for number in range(DAYS):
            self.today = Day(number)
            self.site.day = number
            self.site.site_fault = self.site.list_fault = ""
            if number <= LAST_CHANGE:
                for chance, event in EVENTS:
                    if self.rng.random() < chance and (number or event in FIRST_DAY_EVENTS):
                        event(self)
            self._choose_failing_pages()
            self.today.runs = list(self._choose_runs())
            yield self.today

    def publish(self) -> None:
        """Publish some articles; one of them is sometimes linked before it is there."""
        made = self._publish(self.rng.choice((1, 1, 2)))
        if self.rng.random() < 0.2:
            self._fail(made[-1], "not-found", self.rng.randint(1, 4))

    def publish_many(self) -> None:
        """Publish more articles than one list page shows."""
        self._publish(self.rng.randint(self.page_size + 2, 2 * self.page_size + 2))

    def publish_elsewhere(self) -> None:
        """Publish an article in the other section."""
        self._publish(1, OTHER)

    def repost(self) -> None:
        """Publish an article a second time."""
        old = self._choose(COMMENTARY)
        new = self.site.repost(old)
        self.ever[COMMENTARY].add(new)
        self.today.events.append(f"re-posts {old} as {new}")

    def edit(self) -> None:
        """Edit an article."""
        one = self._choose(self.rng.choice((COMMENTARY, COMMENTARY, OTHER)))
        self.site.edit(one, title_suffix=f" (day {self.today.number})")
        self.today.events.append(f"edits {one}")

    def read(self) -> None:
        """Add readers to some articles."""
        for _ in range(3):
            self.site.touch_views(self._choose(COMMENTARY), self.rng.randint(1, 99))

    def remove(self) -> None:
        """Remove an article, often one of the newest."""
        one = self._choose(COMMENTARY)
        self.site.remove(one)
        self.removed.append(one)
        self.unsteady.add(one)
        self.today.events.append(f"removes {one}")

    def restore(self) -> None:
        """Put a removed article back."""
        if self.removed:
            one = self.removed.pop(self.rng.randrange(len(self.removed)))
            self.site.restore(one)
            self.today.events.append(f"puts {one} back")

    def move(self) -> None:
        """Move an article into the other section, or from there."""
        source, target = self.rng.choice((SECTIONS, SECTIONS[::-1]))
        if len(self.site.ids(source)) > 2:
            one = self._choose(source)
            self.site.move(one, target)
            self.ever[target].add(one)
            self.unsteady.add(one)
            self.today.events.append(f"moves {one} from {source} to {target}")

    def fail_page(self) -> None:
        """Let a page fail for some days, or to the end."""
        days = self.rng.choice((1, 1, 2, 3, 6, DAYS))
        self._fail(self._choose(self.rng.choice((COMMENTARY, COMMENTARY, OTHER))), self.rng.choice(PAGE_FAULTS), days)

    def fail_list(self) -> None:
        """Let the first list page fail today, or all others."""
        self.site.list_fault = self.rng.choice(LIST_FAULTS)
        self.site.is_list_fault_of_first = self.rng.random() < 0.7
        which = "first list page fails" if self.site.is_list_fault_of_first else "later list pages fail"
        self.today.events.append(f"{which}: {self.site.list_fault}")

    def fail_site(self) -> None:
        """Let the whole site fail today."""
        self.site.site_fault = self.rng.choice(SITE_FAULTS)
        self.today.events.append(f"the whole site fails: {self.site.site_fault}")

    def _publish(self, count: int, section: str = COMMENTARY) -> list[int]:
        made = self.site.publish(count, section)
        self.ever[section].update(made)
        self.today.events.append(f"publishes {made[0]}{f' to {made[-1]}' if count > 1 else ''} in {section}")
        return made

    def _choose(self, section: str) -> int:
        ids = self.site.ids(section)
        return self.rng.choice(ids[-5:] if self.rng.random() < 0.4 else ids)

    def _fail(self, article_id: int, fault: str, days: int) -> None:
        last = min(self.today.number + days, LAST_CHANGE + 1)
        self.failing_until[article_id] = (fault, last)
        self.today.events.append(f"{article_id} fails until day {last}: {fault}")

    def _choose_failing_pages(self) -> None:
        number = self.today.number
        self.site.page_faults = {one: fault for one, (fault, last) in self.failing_until.items() if number < last}

    def _choose_runs(self) -> Iterator[Run]:
        number = self.today.number
        settings = {"CONCURRENT_REQUESTS": self.concurrent}
        left = DAYS - number
        if left <= 3:  # refresh, update, refresh: what the site shows is settled
            mode = "update" if left == 2 else "refresh"
            yield from (Run(section, mode, settings=settings) for section in SECTIONS)
            return
        draw = self.rng.random()
        few = str(self.rng.randint(1, 8))
        if number % self.refresh_every == self.refresh_every - 1:
            yield from (Run(section, "refresh", settings=settings) for section in SECTIONS)
        elif draw < 0.05:
            yield Run(COMMENTARY, given={"limit": few}, settings=settings)
        elif draw < 0.13:
            yield Run(COMMENTARY, settings={**settings, "CLOSESPIDER_ITEMCOUNT": few})
        elif draw < 0.16:
            yield Run(COMMENTARY, settings={**settings, "CLOSESPIDER_PAGECOUNT": str(3 + int(few))})
        elif draw < 0.35:
            yield Run(COMMENTARY, given={"recheck": self.rng.choice(("10", "40"))}, settings=settings)
        elif draw < 0.95:
            yield Run(COMMENTARY, settings=settings)
            if draw > 0.8:
                yield Run(OTHER, settings=settings)


# How likely each event is on a day.
EVENTS: tuple[tuple[float, Callable[[History], None]], ...] = (
    (0.4, History.publish),
    (0.03, History.publish_many),
    (0.1, History.publish_elsewhere),
    (0.05, History.repost),
    (0.3, History.edit),
    (0.2, History.read),
    (0.15, History.remove),
    (0.12, History.restore),
    (0.08, History.move),
    (0.2, History.fail_page),
    (0.08, History.fail_list),
    (0.06, History.fail_site),
)
FIRST_DAY_EVENTS = (History.fail_page, History.fail_list, History.fail_site)
