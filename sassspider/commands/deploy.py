"""``scrapy deploy``: scrapyd-client's deployment, then a check that the server lists the spiders."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import closest_scrapy_cfg, get_config

from sassspider.files import keep_others_from_writing
from sassspider.helptext import HelpFormatter, fill
from sassspider.outcome import FAILED, OK, USAGE
from sassspider.printable import escape_control_characters

if TYPE_CHECKING:
    import argparse

    from scrapyd_client.pyclient import ScrapydClient

GUIDE = """
Build the project as an egg, upload it to the Scrapyd server that scrapy.cfg names (with scrapyd-client), and check
that the server lists its spiders. A version that fails the check is removed; the one before it stays in use. User and
password are read from SCRAPYD_USERNAME and SCRAPYD_PASSWORD.

  scrapy deploy
  scrapy deploy staging
  scrapy deploy --build-egg sassspider.egg
  scrapy deploy --egg sassspider.egg

staging is the target [deploy:staging] of scrapy.cfg.

Exit code: 0 deployed, 1 not deployed, 2 wrong usage.
"""
_MAX_LENGTH = 300  # characters of a server's message


class DeployError(Exception):
    """The project is not deployed; the message says why, in a line."""


@dataclass(frozen=True, slots=True)
class Target:
    """A section ``[deploy]`` or ``[deploy:name]`` of scrapy.cfg, with $NAMES of the environment expanded."""

    name: str
    url: str
    project: str
    username: str | None
    password: str | None


class Command(ScrapyCommand):
    """Build, upload, check."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "[TARGET] [options]"

    def short_desc(self) -> str:
        return "Deploy this project to a Scrapyd server"

    def long_desc(self) -> str:
        return fill(GUIDE)

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.formatter_class = HelpFormatter
        version = "name of this version; the last in order is in use (default: seconds since 1970)"
        parser.add_argument("--deploy-version", metavar="NAME", help=version)
        parser.add_argument("--egg", metavar="FILE", type=Path, help="deploy this egg instead of building one")
        parser.add_argument("--build-egg", metavar="FILE", type=Path, help="build the egg into FILE, and don't deploy")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Deploy, and print one line on success or failure."""
        keep_others_from_writing()
        if len(args) > 1 or any(one.startswith("-") for one in args):
            return self._fail(USAGE, f"{' '.join(args)!r} is not understood (see scrapy deploy --help)")
        try:
            if opts.build_egg:
                _call_scrapyd_client("--build-egg", str(opts.build_egg.absolute()))
                return None
            self._deploy(read_target(args[0] if args else "default"), opts)
        except (DeployError, OSError) as error:
            self._fail(FAILED, str(error))
        return None

    def _deploy(self, target: Target, opts: argparse.Namespace) -> None:
        spiders = self._list_spiders()
        version = opts.deploy_version or str(int(time.time()))
        client = _connect(target)
        egg = ("--egg", str(opts.egg.absolute())) if opts.egg else ()
        problem = None
        try:
            _call_scrapyd_client(target.name, "--project", target.project, "--version", version, *egg)
            problem = _check_spiders(client, target.project, spiders)
        except DeployError as error:
            problem = str(error)
        if problem:
            raise DeployError(f"{problem} ({_remove(client, target.project, version)})")
        print(f"{target.project} is deployed to {target.url} as version {version}: {', '.join(spiders)}")
        self.exitcode = OK

    def _list_spiders(self) -> list[str]:
        """Return the spiders that the server must list; raise DeployError if they can't be imported here."""
        assert self.settings is not None
        try:
            return sorted(get_spider_loader(self.settings).list())
        except Exception as error:
            raise DeployError(f"the spiders can't be loaded here: {type(error).__name__}: {error}") from error

    def _fail(self, code: int, message: str) -> None:
        self.exitcode = code
        print(f"scrapy deploy: not deployed: {escape_control_characters(' '.join(message.split()))}", file=sys.stderr)


def read_target(name: str) -> Target:
    """Return a target of scrapy.cfg, ``default`` for ``[deploy]``; raise DeployError if it is missing or incomplete."""
    config = get_config()
    sections = {one.partition(":")[2] or "default": one for one in config.sections() if one.split(":")[0] == "deploy"}
    if name not in sections:
        raise DeployError(f"scrapy.cfg has no target {name!r}; it has {', '.join(sections) or 'none'}")
    base = dict(config.items("deploy")) if config.has_section("deploy") else {}
    values = {key: os.path.expandvars(text) for key, text in (base | dict(config.items(sections[name]))).items()}
    values = {key: text for key, text in values.items() if text and not text.startswith("$")}
    for key in ("url", "project"):
        if key not in values:
            raise DeployError(f"scrapy.cfg: [{sections[name]}] lacks {key} = …")
    return Target(name, values["url"].rstrip("/"), values["project"], values.get("username"), values.get("password"))


def _connect(target: Target) -> ScrapydClient:
    """Return a client of the server; raise DeployError unless it answers and lets us in."""
    try:
        from scrapyd_client.pyclient import ScrapydClient
    except ImportError:
        raise DeployError("scrapyd-client is not installed: pip install scrapyd-client") from None
    client = ScrapydClient(target.url, target.username, target.password or "")
    _ask(client, "daemonstatus")
    return client


def _ask(client: ScrapydClient, method: str, *args: str) -> object:
    """Call a method of the client; raise DeployError if the server is away or answers with an error."""
    from requests import RequestException
    from scrapyd_client.exceptions import ErrorResponse, MalformedResponse

    try:
        return getattr(client, method)(*args)
    except MalformedResponse as error:
        if "Unauthorized" in str(error):
            raise DeployError(f"{client.url} wants SCRAPYD_USERNAME and SCRAPYD_PASSWORD, and the right ones") from None
        raise DeployError(f"{client.url} does not answer as Scrapyd does") from None
    except ErrorResponse as error:
        raise DeployError(_last_line(str(error))) from None
    except RequestException as error:
        raise DeployError(f"Scrapyd at {client.url} can't be reached: {type(error).__name__}") from None


def _call_scrapyd_client(*options: str) -> None:
    """Run ``scrapyd-deploy`` in a copy of the project, as it leaves files behind; raise DeployError if it fails."""
    command = [sys.executable, "-W", "ignore", "-m", "scrapyd_client.deploy", *options]
    root = Path(closest_scrapy_cfg()).resolve().parent
    with tempfile.TemporaryDirectory(prefix="sassspider-deploy-") as folder:
        for name in ("scrapy.cfg", "pyproject.toml", "README.md"):
            shutil.copy(root / name, folder)
        shutil.copytree(root / "sassspider", Path(folder, "sassspider"), ignore=shutil.ignore_patterns("__pycache__"))
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode or '"status": "error"' in done.stdout:
        raise DeployError(_last_line(_read_message(done.stdout) or done.stderr))


def _read_message(answer: str) -> str:
    """Return the message in a server's answer, which is JSON; the answer itself if it is something else."""
    try:
        return str(json.loads(answer)["message"])
    except (ValueError, KeyError, TypeError):
        return answer.strip()


def _check_spiders(client: ScrapydClient, project: str, spiders: list[str]) -> str | None:
    """Return what is wrong with the version in use, or None."""
    listed = _ask(client, "spiders", project)
    assert isinstance(listed, list)
    missing = [one for one in spiders if one not in listed]
    return f"Scrapyd does not find in the egg: {', '.join(missing)}" if missing else None


def _remove(client: ScrapydClient, project: str, version: str) -> str:
    """Remove a version; return what came of it."""
    try:
        _ask(client, "delversion", project, version)
    except DeployError as error:
        return f"version {version} was not stored, or is still there: {error}"
    return f"version {version} was removed"


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:_MAX_LENGTH] if lines else "no message"
