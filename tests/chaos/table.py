"""Write docs/reliability.md from the results of these tests: ``python -m tests.chaos.table RESULTS FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.chaos.results import Row

HEAD = """# Reliability

What the crawl does when the site fails. `make chaos` writes this page: it crawls the mock site with each fault, and
again when the site is well, and compares every field of every article in the export with what the site publishes.
*Lost*, *twice* and *wrong* count articles.

## One page fails

- A failed request (an error status, a broken connection, a timeout) is retried `RETRY_TIMES` times, after all other
  requests.
- An error page, a login page, a captcha or an empty response with status 200 is a failed request too.
- A damaged page is retried at once. If the same bytes are served twice, they are kept in `QUARANTINE_DIR` with the
  reason. A damaged page never becomes an article and never replaces one.
- A page that asks for more than `RETRY_AFTER_MAX` seconds (`Retry-After`) is left to the next run.
- A page with status 401 or 403, or one that robots.txt disallows, is reported as forbidden; it is not retried.
- A page that still fails is reported, the exit code is 3, and the next run requests it after what is new.

## The site fails

- Each failure pauses the whole site: `RETRY_BACKOFF` seconds, doubled up to `RETRY_BACKOFF_MAX` while different pages
  fail in a row. `Retry-After` makes the pause longer.
- When three different pages have failed in a row, the page that was sound last is requested again. If it is sound
  still, only the failed pages are at fault.
- Otherwise the crawl ends with exit code 1 after `RETRY_GIVE_UP_AFTER` seconds without a sound response; after 55
  seconds where the site never sent any response. `scrapy doctor` finds out why.
- After `RETRY_MAX_DAMAGED` pages in a row that were damaged, each time otherwise or all by the same bytes, the crawl
  ends with exit code 1.
- After 20 list pages in a row that failed, no more list pages are requested, and the exit code is 3.
- A run without a sound page marks no article as removed; nor does one that does not find more than `REMOVAL_MAX_SHARE`
  of the archived articles: its exit code is 3.
- Without robots.txt of the site the crawl ends with exit code 1; without that of a mirror, its pages are not requested
  (RFC 9309, 2.3.1.4). Of `Crawl-delay` and `DOWNLOAD_DELAY` the larger one is kept.
- Whatever ended a run, the next one continues from there.

## The site changes and fails for 60 days

`make chaos` also plays 20 histories of 60 days, each made from a seed. On each day articles are published,
edited, removed, put back, re-posted or moved to another section; pages, lists or the whole site fail, and
some runs end early. Most days have an update, some a refresh or no run. Each run is judged:

- What a finished run was shown is archived as it was shown. Each state is a revision.
- Where neither the site nor its list fails, an update has every new article but those that fail, and a
  refresh has exactly what the site has.
- Removed is only what was not found in two runs, or in one refresh if no page links to it.
- A run sends 3 requests, and 1 for each article that it has a reason to request: it is new, was not found,
  or is to be refreshed or rechecked. Other list pages than the first are read by a refresh, until a run has
  read them all, and when a page fails or is back. A page that fails costs up to 6 requests, a list that
  fails 6 more, a whole site 66.

At the end every field of every article is compared, and every removed article with its last state.

## Faults tried

| fault | result | lost | twice | wrong |
| --- | --- | --: | --: | --: |
"""


def main(results: Path, file: Path) -> None:
    """Write the page, faults of pages first."""
    rows = sorted((Row(**json.loads(path.read_text(encoding="utf-8"))) for path in results.glob("*.json")), key=_order)
    lines = [f"| {row.fault} | {row.result} | {row.lost} | {row.twice} | {row.wrong} |\n" for row in rows]
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{file}: {len(rows)} faults")


def _order(row: Row) -> tuple[bool, str]:
    return ":" in row.fault or row.fault[0].isupper(), row.fault


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
