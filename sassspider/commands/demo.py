"""``scrapy demo``: the whole job on this machine, against an embedded copy of the site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from sassspider.outcome import count_work, judge
from sassspider.outputs.files import keep_others_from_writing

if TYPE_CHECKING:
    import argparse

# Courtesy is for the real site: the embedded one is ours alone. One request at a time all the same: of articles posted
# twice, a feed holds the one that came first, and so does every demo.
_SPEED = {
    "AUTOTHROTTLE_ENABLED": False,
    "DOWNLOAD_DELAY": 0,
}


class Command(ScrapyCommand):
    """Serve the embedded site on a free loopback port, crawl it, and say what came of it."""

    requires_project = True

    def short_desc(self) -> str:
        """Shown by ``scrapy``."""
        return "Crawl an embedded copy of the site, without a network"

    def long_desc(self) -> str:
        """Shown by ``scrapy demo --help``."""
        return (
            "Serve a synthetic copy of the site on 127.0.0.1, crawl it with the commentary spider, and write "
            "commentary.jsonl and commentary.csv into a folder. Nothing leaves this machine."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """The command's options."""
        super().add_options(parser)
        parser.add_argument("--articles", type=int, default=120, help="articles of the section (default: 120)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same site (default: 1)")
        parser.add_argument("--folder", type=Path, default=Path("demo"), help="where the files go (default: demo)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Settings of a demo, unless given with -s."""
        super().process_options(args, opts)
        keep_others_from_writing()
        assert self.settings is not None
        own: dict[str, Any] = {
            **_SPEED,
            "ARCHIVE_URL": f"sqlite:///{opts.folder / 'sassspider.db'}",
            "EXPORT_PATH": str(opts.folder / "%(name)s.jsonl"),
            "RUNS_DIR": str(opts.folder / "runs"),
            "QUARANTINE_DIR": str(opts.folder / "quarantine"),
            "FEEDS": {opts.folder / "commentary.csv": {"format": "csv", "overwrite": True}},
            "HEALTH_MAX_AGE_DAYS": 0,  # the embedded site's dates stand still
            "LOG_LEVEL": "WARNING",
        }
        for name, value in own.items():
            self.settings.set(name, value, priority="spider")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serve, crawl, tell."""
        from tests.mocksite import Server, build_site  # here, as every other command imports this one

        _clear(opts.folder)
        with Server(build_site(seed=opts.seed, articles=opts.articles)) as server:
            print(f"An embedded copy of the site is served at {server.url}", flush=True)
            stats = self._crawl(server.url)
        outcome = judge(stats)
        print(_describe(stats, opts.folder))
        for reason in outcome.reasons:
            print(f"Not well: {reason}")
        self.exitcode = outcome.code

    def _crawl(self, site: str) -> dict[str, Any]:
        assert self.crawler_process is not None
        crawler = self.crawler_process.create_crawler("commentary")
        self.crawler_process.crawl(crawler, site=site)
        self.crawler_process.start()
        return crawler.stats.get_stats() if crawler.stats is not None else {}


def _clear(folder: Path) -> None:
    """Each demo starts afresh: its site has another port, and so another name, every time."""
    for path in (*folder.glob("sassspider.db*"), folder / "commentary.jsonl"):
        path.unlink(missing_ok=True)


def _describe(stats: dict[str, Any], folder: Path) -> str:
    return "\n".join([
        f"  articles    {stats.get('item_scraped_count', 0)}",
        f"  duplicates  {stats.get('articles/duplicates', 0)} (the site posts some articles twice)",
        f"  requests    {count_work(stats)['requests']}",
        f"  seconds     {stats.get('elapsed_time_seconds', 0):.1f}",
        f"  JSON Lines  {folder / 'commentary.jsonl'}",
        f"  CSV         {folder / 'commentary.csv'}",
        "Next, the real site, politely, one page every few seconds:  make crawl",
    ])  # fmt: skip
