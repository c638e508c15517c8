"""Deploy this project to a Scrapyd server.

The project is built as an egg and uploaded to the server that scrapy.cfg names (with scrapyd-client), which must then
list its spiders. A version that fails the check is removed; the one before it stays in use. User and password are
read from SCRAPYD_USERNAME and SCRAPYD_PASSWORD.

  scrapy deploy
  scrapy deploy staging
  scrapy deploy --build-egg sassspider.egg
  scrapy deploy --egg sassspider.egg

staging is the target [deploy:staging] of scrapy.cfg.

Exit code: 0 deployed, 1 not deployed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import closest_scrapy_cfg, get_config

from sassspider.command import BaseCommand, CommandError, option
from sassspider.outcome import OK
from sassspider.printable import truncate


class Command(BaseCommand):
    """Build, upload, check."""

    usage = "[TARGET] [options]"

    options = (
        option("target", "section [deploy:TARGET] of scrapy.cfg (default [deploy])", nargs="?", metavar="TARGET"),
        option("--egg", "deploy this egg instead of building one", type=Path, metavar="FILE"),
        option("--build-egg", "build the egg into FILE, and don't deploy", type=Path, metavar="FILE"),
    )

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        """Deploy, and print what is deployed; raise CommandError if the server does not list the spiders."""
        if opts.build_egg:
            call_scrapyd_client("--build-egg", str(opts.build_egg.absolute()))
            return OK
        try:
            spiders = sorted(get_spider_loader(self.settings).list())
        except Exception as error:
            raise CommandError(f"the spiders can't be loaded here: {type(error).__name__}: {error}") from error
        target = read_target(opts.target or "default")
        project, version = target["project"], str(int(time.time()))
        ask(target, "daemonstatus")
        egg = ("--egg", str(opts.egg.absolute())) if opts.egg else ()
        try:
            call_scrapyd_client(*filter(None, [opts.target]), "--project", project, "--version", version, *egg)
            check_spiders(target, spiders)
        except CommandError as error:
            raise CommandError(f"{error} ({remove(target, version)})") from None
        print(f"{project} is deployed to {target['url']} as version {version}: {', '.join(spiders)}")
        return OK


def read_target(name: str) -> dict[str, str]:
    """Return a target of scrapy.cfg, with $NAMES of the environment expanded; raise CommandError if it is incomplete.

    ``default`` is the section ``[deploy]``, whose values are also the defaults of ``[deploy:name]``.
    """
    config = get_config()
    section = "deploy" if name == "default" else f"deploy:{name}"
    values = {key: value for one in ("deploy", section) if one in config for key, value in config[one].items()}
    if section not in config or not {"url", "project"} <= values.keys():
        raise CommandError(f"scrapy.cfg needs a section [{section}] with url and project")
    return {key: os.path.expandvars(value) for key, value in values.items()}


def ask(target: Mapping[str, str], method: str, *args: str) -> Any:
    """Call a method of scrapyd-client's client; raise CommandError if the server is away or answers with an error."""
    try:
        from requests import RequestException
        from scrapyd_client.exceptions import ErrorResponse, MalformedResponse
        from scrapyd_client.pyclient import ScrapydClient
    except ImportError:
        raise CommandError("scrapyd-client is not installed: pip install scrapyd-client") from None
    client = ScrapydClient(target["url"].rstrip("/"), target.get("username"), target.get("password", ""))
    try:
        return getattr(client, method)(*args)
    except RequestException:
        raise CommandError(
            f"Scrapyd at {client.url} can't be reached: start it, or correct url in scrapy.cfg"
        ) from None
    except (ErrorResponse, MalformedResponse) as error:
        if "Unauthorized" in str(error):
            raise CommandError(f"{client.url} asks for the right SCRAPYD_USERNAME and SCRAPYD_PASSWORD") from None
        raise CommandError(f"{client.url} answers: {_last_line(str(error))}") from None


def check_spiders(target: Mapping[str, str], spiders: list[str]) -> None:
    """Raise CommandError unless the server lists the spiders."""
    listed = ask(target, "spiders", target["project"])
    if missing := [one for one in spiders if one not in listed]:
        raise CommandError(f"Scrapyd does not find in the egg: {', '.join(missing)}")


def remove(target: Mapping[str, str], version: str) -> str:
    """Remove a version; return whether it was removed, in words."""
    try:
        ask(target, "delversion", target["project"], version)
    except CommandError as error:
        return f"version {version} was not stored, or is still there: {error}"
    return f"version {version} was removed"


def call_scrapyd_client(*options: str) -> None:
    """Run ``scrapyd-deploy`` in a copy of the project, as it leaves files behind; raise CommandError if it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "scrapyd_client.deploy", *options]
    root = Path(closest_scrapy_cfg()).resolve().parent
    with tempfile.TemporaryDirectory(prefix="sassspider-deploy-") as folder:
        for name in ("scrapy.cfg", "pyproject.toml", "README.md"):
            shutil.copy(root / name, folder)
        shutil.copytree(root / "sassspider", Path(folder, "sassspider"), ignore=shutil.ignore_patterns("__pycache__"))
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    answer = json.loads(done.stdout) if done.stdout.startswith("{") else {}
    if done.returncode or answer.get("status") == "error":
        raise CommandError(_last_line(answer.get("message") or done.stdout.strip() or done.stderr))


def _last_line(text: str) -> str:
    return truncate((text.strip().splitlines() or ["no message"])[-1].strip())
