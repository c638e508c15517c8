"""``python -m tests.mocksite``: serve the mock site until interrupted; the first line printed is its address."""

from __future__ import annotations

import argparse
import json
import signal
from typing import Any

from tests.mocksite import FAULTS, Server, build_site
from tests.mocksite.options import CHOICES, SiteOptions

STOP = {signal.SIGINT, signal.SIGTERM}
EXAMPLE = 'python -m tests.mocksite --articles 200 pager=query encoding=gzip 4003=empty robots="User-agent: *"'


def main() -> None:
    """Serve the site that the command line describes."""
    choices = "\n".join(f"{name}: {', '.join(words)}" for name, words in CHOICES.items())
    parser = argparse.ArgumentParser(
        prog="python -m tests.mocksite",
        description="Serve a mock of the site on 127.0.0.1; the first line printed is its address.",
        epilog=f"{EXAMPLE}\n\n{SiteOptions()}\n\n{choices}\nfaults: {', '.join(FAULTS)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free port (default: 8000)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same site (default: 1)")
    parser.add_argument("--articles", type=int, default=60, help="articles of section 103002 (default: 60)")
    parser.add_argument("options", nargs="*", help="NAME=VALUE of SiteOptions, or ID=FAULT of an article")
    given = parser.parse_args()
    try:
        site = build_site(given.seed, given.articles, **parse_options(given.options))
    except (TypeError, ValueError) as error:
        parser.error(str(error))
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    with Server(site, given.port) as server:
        print(server.url, flush=True)
        signal.sigwait(STOP)


def parse_options(words: list[str]) -> dict[str, Any]:
    """Return the options that words such as ``page_size=5``, ``pager=loop`` and ``4003=empty`` name."""
    pairs = dict(word.split("=", 1) for word in words)
    faults = {int(name): fault for name, fault in pairs.items() if name.isdigit()}
    return {"faults": faults} | {name: _parse(value) for name, value in pairs.items() if not name.isdigit()}


def _parse(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


if __name__ == "__main__":
    main()
