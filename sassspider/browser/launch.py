"""How Chromium is started. Pure."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# So that it asks nobody but the site for anything.
_QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
_SYSTEMS = {"Darwin": "macOS"}


def launch_options(
    executable: Path, hosts: Iterable[str], given: Mapping[str, Any], *, is_root: bool, addresses: Mapping[str, str]
) -> dict[str, Any]:
    """Options of Playwright's ``launch`` for a browser that reaches ``hosts`` and no other.

    ``addresses`` gives addresses of hosts: it does not look for others. ``given`` are the operator's options, which
    win. The limit holds for redirects too, which Playwright lets no one stop.
    """
    rules = [f"MAP {host} {address}" for host, address in addresses.items()]  # the first that fits counts
    rules += ["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in hosts if host not in addresses)]
    args = [*_QUIET, f"--host-resolver-rules={', '.join(rules)}"]
    own: dict[str, Any] = {
        "executable_path": str(executable),
        "headless": True,
        # Pages are input from strangers. But Chromium refuses to set up its sandbox for root.
        "chromium_sandbox": not is_root,
        # Scrapy decides what Ctrl-C means; the browser goes when the crawl goes.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }
    return {**own, **given, "args": [*args, *given.get("args", ())]}


def context_options(user_agent: str, language: str) -> dict[str, Any]:
    """Options of a context: nothing of it stays, and it says of itself what plain HTTP says."""
    system = platform.system()
    return {
        "user_agent": user_agent,
        "locale": language or "en",
        "service_workers": "block",
        "accept_downloads": False,
        # Playwright makes up a system from the user agent, and takes one that names none for Windows.
        "extra_http_headers": {"sec-ch-ua-platform": f'"{_SYSTEMS.get(system, system)}"'},
    }
