"""``python -m tests.mocksite.demo``: crawl the mock site on this machine with the real spider, and publish it.

Exits with the exit code of ``scrapy crawl``.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import time
from pathlib import Path

from tests.mocksite.server import Server
from tests.mocksite.site import build_site

FILES = ("sassspider.db", "commentary.jsonl", "commentary.csv")


def main() -> int:
    """Serve the mock site on a free port, crawl it, and print the result and what to try next."""
    parser = argparse.ArgumentParser(prog="python -m tests.mocksite.demo", description=__doc__)
    parser.add_argument("--articles", type=int, default=120, help="articles of the section (default: 120)")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="folder of the results (default: demo)")
    given = parser.parse_args()
    for path in (one for name in FILES for one in given.folder.glob(f"{name}*")):
        path.unlink()  # the site has another port, and so another name, each time
    with Server(build_site(articles=given.articles)) as server:
        print(f"The mock site is served at {server.url}: {given.articles} articles, some posted twice.", flush=True)
        started = time.monotonic()
        code = subprocess.run(crawl_command(server.url, given.folder), check=False).returncode
        seconds, newest = time.monotonic() - started, server.site.ids()[-1]
    export = given.folder / "commentary.jsonl"
    written = export.read_bytes().count(b"\n") if export.exists() else 0
    print(f"{written} articles, {len(server.requests)} requests, {seconds:.1f} s. Exit code {code}.")
    print(f"JSON Lines: {export}\nCSV: {given.folder / 'commentary.csv'}\n\nNow try:")
    for command in next_commands(server.url, given.folder, newest):
        print(f"  {shlex.join(command)}")
    print(f"\nTo read: {publish(server.url, given.folder)}")
    return code


def publish(url: str, folder: Path) -> str:
    """Make a reading site of the demo's archive; return the page to open, or why there is none."""
    settings = ["--site", url, "-s", f"ARCHIVE_URL=sqlite:///{folder}/sassspider.db"]
    command = [sys.executable, "-m", "scrapy", "publish", "-o", f"{folder}/site", *settings]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (folder / "site/index.html").resolve().as_uri() if done.returncode == 0 else done.stderr.strip()


def crawl_command(url: str, folder: Path) -> list[str]:
    """Return the command that crawls the site into `folder`."""
    settings = {
        "ARCHIVE_URL": f"sqlite:///{folder}/sassspider.db",
        "EXPORT_PATH": f"{folder}/%(name)s.jsonl",
        "RUNS_DIR": f"{folder}/runs",
        "QUARANTINE_DIR": f"{folder}/quarantine",
        "HTTPPROXY_ENABLED": "0",  # a proxy in the environment can't reach this machine's 127.0.0.1
        "AUTOTHROTTLE_ENABLED": "0",  # no courtesy is due to a site of our own
        "DOWNLOAD_DELAY": "0",
        "HEALTH_MAX_AGE_DAYS": "0",  # the dates of the mock site stand still
        "LOG_LEVEL": "WARNING",
    }
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    feed = ["-O", f"{folder}/commentary.csv"]
    return [sys.executable, "-m", "scrapy", "crawl", "commentary", "-a", f"site={url}", *feed, *options]


def next_commands(url: str, folder: Path, article_id: int) -> list[list[str]]:
    """Return three commands that work on the demo's archive."""
    scrapy = Path(sys.executable).with_name("scrapy")
    if scrapy.is_relative_to(Path.cwd()):
        scrapy = scrapy.relative_to(Path.cwd())
    archive, site = ["-s", f"ARCHIVE_URL=sqlite:///{folder}/sassspider.db"], ["--site", url]
    return [
        [str(scrapy), "status", *archive],
        [str(scrapy), "export", "-o", f"{folder}/2026.csv", "--since", "2026-01-01", *site, *archive],
        [str(scrapy), "history", str(article_id), *site, *archive],
    ]


if __name__ == "__main__":
    sys.exit(main())
