"""How Chromium is started. Pure."""

from __future__ import annotations

import platform
from collections.abc import Mapping
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
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_SYSTEMS = {"Darwin": "macOS"}


def launch_options(executable: Path, given: Mapping[str, Any], gateway: int, *, is_root: bool) -> dict[str, Any]:
    """Options of Playwright's ``launch`` for a browser that reaches this machine's port ``gateway`` and nothing else.

    ``given`` are the operator's options, which win.
    """
    only = ("--proxy-bypass-list=<-loopback>", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
    args = [*_QUIET, f"--proxy-server=http://127.0.0.1:{gateway}", *only]
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
