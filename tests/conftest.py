"""Settings of every test."""

from hypothesis import settings

from .in_process import stop_reactor

# The same examples on each run of a property test, however slow the machine.
settings.register_profile("sassspider", deadline=None, derandomize=True, max_examples=200)
settings.load_profile("sassspider")


def pytest_sessionfinish() -> None:
    """Stop the reactor of the crawls in this process."""
    stop_reactor()
