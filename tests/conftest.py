"""Settings of every test."""

import signal

import pytest
from hypothesis import settings

from .crawled import crawled, folder  # noqa: F401 - fixtures
from .in_process import stop_reactor
from .postgres import postgres  # noqa: F401 - a fixture

# The same examples on each run of a property test, however slow the machine.
settings.register_profile("sassspider", deadline=None, derandomize=True)
settings.load_profile("sassspider")

# A script has what it starts in the background ignore Ctrl-C, and so would the commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Of the folders and files that take longest. They start first, so that none of them is waited for at the end.
SLOWEST = (
    *("fleet/", "browser/", "archive/test_disasters", "publishing/", "chaos/", "scrapyd/", "security/"),
    *("test_crash", "test_demo", "test_use", "spiders/", "commands/"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest tests first."""

    def rank(item: pytest.Item) -> int:
        return next((at for at, name in enumerate(SLOWEST) if f"tests/{name}" in item.nodeid), len(SLOWEST))

    items.sort(key=rank)


def pytest_sessionfinish() -> None:
    """Stop the reactor of the crawls in this process."""
    stop_reactor()
