"""How long a commit takes, and how long it keeps the event loop from its work: ``python -m benchmarks.commit``.

A crawl of the embedded site runs in this process with a ticker on its event loop, once with commits in the
archive's thread (as the project does) and once with commits on the loop. The ticker's lateness is what a commit costs
everything else.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TICK = 0.002  # seconds
ARTICLES = 500
ROUNDS = 3


def crawl(in_thread: bool, folder: Path) -> dict[str, float]:
    """Crawl once and return, in milliseconds, commit times and the event loop's lateness."""
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    from sassspider.extensions.archive import ArchiveExtension
    from tests.mocksite import Server, build_site

    commits: list[float] = []
    late: list[float] = []

    async def write(self: ArchiveExtension, function: Any, *args: Any, **kwargs: Any) -> Any:
        def work() -> Any:
            started = time.perf_counter()
            result = function(*args, **kwargs)
            commits.append(time.perf_counter() - started)
            return result

        return await asyncio.get_running_loop().run_in_executor(self.worker, work) if in_thread else work()

    async def tick() -> None:
        while True:
            due = time.perf_counter() + TICK
            await asyncio.sleep(TICK)
            late.append(time.perf_counter() - due)

    def start_ticking() -> None:
        tickers.append(asyncio.ensure_future(tick()))

    tickers: list[asyncio.Future[None]] = []
    ArchiveExtension._call = write  # type: ignore[method-assign]
    settings = get_project_settings()
    own = {
        "ARCHIVE_URL": f"sqlite:///{folder / 'a.db'}",
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "DOWNLOAD_DELAY": 0.01,
        "EXPORT_PATH": "",
        "LOG_ENABLED": False,
    }
    settings.setdict(own, priority="cmdline")
    with Server(build_site(seed=1, articles=ARTICLES)) as server:
        process = AsyncCrawlerProcess(settings)
        crawler = process.create_crawler("commentary")
        crawler.signals.connect(start_ticking, signals.engine_started)
        process.crawl(crawler, site=server.url)
        process.start()
    return {
        "commit, median": 1000 * statistics.median(commits),
        "commit, 99 %": 1000 * statistics.quantiles(commits, n=100)[98],
        "loop late, median": 1000 * statistics.median(late),
        "loop late, 99 %": 1000 * statistics.quantiles(late, n=100)[98],
    }


def main() -> None:
    """Alternate the two designs, each in a process of its own, and print the medians."""
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(crawl(sys.argv[1] == "thread", Path(folder))))
        return
    results: dict[str, list[dict[str, float]]] = {"thread": [], "loop": []}
    for _ in range(ROUNDS):
        for design, rows in results.items():
            command = [sys.executable, "-m", "benchmarks.commit", design]
            done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
            rows.append(json.loads(done.stdout))
    for name in results["thread"][0]:
        values = {design: statistics.median(row[name] for row in rows) for design, rows in results.items()}
        print(f"{name:20} in a thread {values['thread']:6.2f} ms   on the loop {values['loop']:6.2f} ms")


if __name__ == "__main__":
    main()
