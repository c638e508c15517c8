"""Brings the project to a Scrapyd server as an egg, and leaves there none that does not work."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg, get_config

from sassspider.scrapyd.client import Scrapyd, ScrapydError

_BUILD = "from setuptools import setup; setup()"  # everything it must know stands in pyproject.toml


class DeployError(Exception):
    """The project is not deployed; the message says why, in a line."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to deploy to, and under which name."""

    url: str
    project: str
    username: str | None = None
    password: str | None = None


def read_target(name: str) -> Target:
    """The target ``[deploy]`` (its name is ``default``) or ``[deploy:name]`` of scrapy.cfg; raises DeployError."""
    config = get_config()
    targets = {"default": "deploy"} if config.has_section("deploy") else {}
    targets |= {one.partition(":")[2]: one for one in config.sections() if one.startswith("deploy:")}
    if name not in targets:
        raise DeployError(f"scrapy.cfg has no target {name!r}; it has {', '.join(targets) or 'none'}")
    base = dict(config.items("deploy")) if config.has_section("deploy") else {}
    return _make_target(targets[name], base | dict(config.items(targets[name])))


def _make_target(section: str, given: Mapping[str, str]) -> Target:
    values = {key: value for key, text in given.items() if (value := _expand(text))}
    for key in ("url", "project"):
        if key not in values:
            raise DeployError(f"scrapy.cfg: [{section}] lacks {key} = …")
    return Target(values["url"], values["project"], values.get("username"), values.get("password"))


def _expand(text: str) -> str:
    """Put the environment's values in the place of $NAMES, as scrapyd-deploy does; empty where there is none."""
    value = os.path.expandvars(text)
    return "" if value.startswith("$") else value


def build_egg() -> bytes:
    """The project as an egg, with every file of its packages; raises DeployError.

    All that is made on the way goes to a temporary folder: what an earlier build left behind can't get in.
    """
    root = Path(closest_scrapy_cfg()).resolve().parent
    with tempfile.TemporaryDirectory(prefix="sassspider-egg-") as folder:
        steps = ["egg_info", "--egg-base", folder, "build", "--build-base", f"{folder}/build"]
        steps += ["bdist_egg", "--bdist-dir", f"{folder}/egg", "--dist-dir", f"{folder}/dist"]
        command = [sys.executable, "-W", "ignore", "-c", _BUILD, *steps]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603  # our own
        eggs = list(Path(folder, "dist").glob("*.egg"))
        if done.returncode or len(eggs) != 1:
            said = (done.stderr or done.stdout).strip().splitlines() or ["nothing was built"]
            raise DeployError(f"the egg could not be built: {said[-1]}")
        return eggs[0].read_bytes()


def deploy(server: Scrapyd, project: str, version: str, egg: bytes, spiders: Iterable[str]) -> None:
    """Bring an egg to a server, and see that its spiders are found there; raises ScrapydError or DeployError.

    Scrapyd keeps an egg that it finds wanting, and would run it; so in that case it is removed.
    """
    server.get("daemonstatus")  # what is not there, or lets nobody in, has nothing to be removed from it
    try:
        server.post("addversion", egg, project=project, version=version)
        found = server.get("listspiders", project=project, _version=version)["spiders"]
        missing = sorted(set(spiders) - set(found))
        problem = f"Scrapyd at {server.url} does not find in the egg: {', '.join(missing)}" if missing else ""
    except ScrapydError as error:
        problem = str(error)
    except KeyboardInterrupt:
        problem = "interrupted"
    if problem:
        raise DeployError(f"{problem} ({_remove(server, project, version)})")


def _remove(server: Scrapyd, project: str, version: str) -> str:
    """Remove a version, and tell what came of it."""
    try:
        server.post("delversion", project=project, version=version)
    except ScrapydError as error:
        return _tell_left(server, project, version, error)
    return f"version {version} was removed again"


def _tell_left(server: Scrapyd, project: str, version: str, error: ScrapydError) -> str:
    """Removing failed: because nothing was there, or because something is."""
    try:
        projects = server.get("listprojects")["projects"]
        left = project in projects and version in server.get("listversions", project=project)["versions"]
    except ScrapydError:
        left = True
    return f"version {version} may still be there: {error}" if left else "nothing was stored"
