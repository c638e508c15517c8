"""Makes docs/reliability.md from what the tests of this folder saw: ``python -m tests.chaos.table RESULTS FILE``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.chaos.seen import Row

HEAD = """# Reliability

What the crawl does at a site that fails, and what it costs. `make chaos` makes this page: it runs the real spider
against the embedded site with each fault, and when the site is up again compares every field of every article in the
export with the truth. *Lost*, *twice* and *wrong* count articles.

What is done about a failure:

- A page is asked for again `RETRY_TIMES` times, after 2 s, 4 s, 8 s … (`RETRY_BACKOFF`, half of it left to chance), and
  once more when everything else is done. A run repeats at most `RETRY_BUDGET` requests.
- `Retry-After` is obeyed for the whole site; one of more than `RETRY_AFTER_MAX` seconds ends the run.
- After `BREAKER_FAILURES` failures in a row, whatever was asked for, the site is left alone for `BREAKER_COOLDOWN`
  seconds, then tried with one request, then left alone for twice as long; after `BREAKER_PATIENCE` seconds the run ends
  with exit code 1.
- An error page, a login, a captcha or an empty answer with status 200 is a failure like any other. A damaged page is
  asked for again, unless it comes twice alike; then its bytes are kept in `QUARANTINE_DIR`, with the reason. It never
  becomes an article, and never takes the place of one that is archived. After `BREAKER_DAMAGED` pages in a
  row that came damaged, each time otherwise, the run ends with exit code 1.
- A server whose robots.txt could not be had is asked for nothing: without that of the site the run ends with exit
  code 1, without that of a mirror only what leads there is missing.
- What is missing in the end is in the report and the exit code, and is what the next run asks for first.

| fault | what happened | lost | twice | wrong |
| --- | --- | --: | --: | --: |
"""


def main(results: Path, file: Path) -> None:
    """Write the page; the rows are in order of their faults."""
    rows = sorted((Row(**json.loads(path.read_text(encoding="utf-8"))) for path in results.glob("*.json")), key=_order)
    lines = [f"| {row.fault} | {row.met} | {row.lost} | {row.twice} | {row.wrong} |\n" for row in rows]
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{file}: {len(rows)} faults")


def _order(row: Row) -> tuple[bool, str]:
    return ":" in row.fault or row.fault[0].isupper(), row.fault


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
