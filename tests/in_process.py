"""Crawls and commands in the test's own process: several times faster than ``scrapy …``, and stats can be read.

The reactor runs in a thread of its own, from the first crawl to the end of the session (see conftest.py).
For command lines, signals, the terminal and memory, start a process instead: tests/crawling.py.
"""

from __future__ import annotations

import asyncio
import gc
import io
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import execute
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from twisted.internet import asyncioreactor

import sassspider.settings  # noqa: F401 - reads the environment, which a test may change later
from sassspider.outcome import exit_status

from .crawling import FAST, TIMEOUT, Run

LOOP = asyncio.new_event_loop()
asyncioreactor.install(LOOP)
from twisted.internet import reactor  # noqa: E402 - it is the one that was just installed

_threads: list[threading.Thread] = []


def crawl(
    folder: Path,
    site: str,
    *options: str,
    spider: str = "commentary",
    settings: dict[str, str] | None = None,
    may_raise: bool = False,
    **given: str,
) -> Run:
    """Crawl as `tests.crawling.crawl` does; of the options of ``scrapy crawl``, -o and -O are understood.

    The files go to `folder`. The run's `code` and `reasons` are those of ``sassspider.outcome``, `stderr` is the log.
    AssertionError for a traceback in the log, unless code of the test itself `may_raise`.
    """
    runner = AsyncCrawlerRunner(make_settings(folder, options, settings or {}))
    crawler = runner.create_crawler(spider)
    with captured_log() as log:
        start_crawl(runner, crawler, {"site": site, **given}).result(TIMEOUT)
    stats = crawler.stats.get_stats() if crawler.stats else {}
    outcome = exit_status(stats)
    assert may_raise or "Traceback" not in log.getvalue(), log.getvalue()
    return Run(outcome.code, "", log.getvalue(), folder, outcome.reasons, stats)


def start_crawl(runner: AsyncCrawlerRunner, crawler: Crawler, given: dict[str, Any]) -> Future[None]:
    """Start a crawl in the reactor's thread; return its end."""
    if not _threads:
        configure_logging({"LOG_INSTALL_ROOT_HANDLER": False})  # Twisted's errors go to the log
        logging.getLogger("scrapy").setLevel(logging.INFO)
        _threads.append(threading.Thread(target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True))
        _threads[0].start()

    async def run() -> None:
        await AsyncCrawlerRunner.crawl(runner, crawler, **given)

    return asyncio.run_coroutine_threadsafe(run(), LOOP)


class Process(AsyncCrawlerRunner):
    """Stands in for ``scrapy.cmdline.AsyncCrawlerProcess``, so that a command crawls in this process."""

    def crawl(self, crawler: Crawler, **given: Any) -> None:  # type: ignore[override]
        self.end = start_crawl(self, crawler, given)

    def start(self) -> None:
        self.end.result(TIMEOUT)


def command(folder: Path, *arguments: str, encoding: str = "utf-8") -> Run:
    """Run ``scrapy …`` in a folder, on a terminal of an encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr("scrapy.cmdline.AsyncCrawlerProcess", Process)
        patch.setenv("SCRAPY_SETTINGS_MODULE", "sassspider.settings")
        try:
            with pytest.raises(SystemExit) as ended:
                execute(["scrapy", *arguments])
        finally:  # as ``scrapy crawl`` leaves it
            gc.enable()
            gc.unfreeze()
    stdout, stderr = (one.buffer.getvalue().decode(encoding) for one in (out, err))  # type: ignore[attr-defined]
    return Run(int(ended.value.code or 0), stdout, stderr, folder)


def stop_reactor() -> None:
    """Stop the reactor's threads, which would keep the process alive."""
    for thread in _threads:
        reactor.callFromThread(reactor.stop)
        thread.join()


def make_settings(folder: Path, options: tuple[str, ...], given: dict[str, str]) -> Settings:
    """Return the project's settings with all files in `folder`, where a process would have it as its cwd."""
    made = Settings()
    made.setmodule("sassspider.settings", priority="project")
    own = {"ARCHIVE_URL": f"sqlite:///{folder}/data/sassspider.db", "MEMUSAGE_ENABLED": "0", **FAST, **given}
    for name, value in own.items():
        made.set(name, value, priority="cmdline")
    for name in ("EXPORT_PATH", "RUNS_DIR", "QUARANTINE_DIR", "FILES_STORE"):
        if made[name] and "://" not in made[name]:
            made.set(name, str(folder / made[name]), priority="cmdline")
    feeds = {
        folder / name: {"format": Path(name).name.partition(".")[2], "overwrite": option == "-O"}
        for option, name in zip(options[::2], options[1::2], strict=True)
    }
    if feeds:
        made.set("FEEDS", feeds, priority="cmdline")
    return made


@contextmanager
def captured_log() -> Iterator[io.StringIO]:
    """Give the log from INFO on, formatted as Scrapy does."""
    text, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(text)
    handler.setFormatter(logging.Formatter("%(asctime)s [%(name)s] %(levelname)s: %(message)s"))
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield text
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
