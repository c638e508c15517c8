"""A real Scrapyd with the settings that the project recommends, in a folder of its own, on a free loopback port."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from ..crawling import PROJECT, TIMEOUT, Run, environment

DEADLINE = 60
PAUSE = 0.02
PORTS = 3  # another program may take a port between our finding it free and Scrapyd's using it
# What can't be as on the machine of an operator: the place of the files, and its leisure.
CHANGES = {"/var/lib/sassspider/scrapyd": "{folder}/scrapyd", "poll_interval = 5": "poll_interval = 0.2"}


def has_module(name: str) -> bool:
    """Whether it is installed; what lies in the current folder does not count."""
    looks = f"from importlib.util import find_spec; exit(find_spec({name!r}) is None)"
    return subprocess.run([sys.executable, "-I", "-c", looks], check=False).returncode == 0


def wait_until(fact: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + DEADLINE
    while not fact():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(PAUSE)


def run_scrapy(folder: Path, variables: dict[str, str], *arguments: str) -> Run:
    """Run ``scrapy …`` in a folder, with no other environment than this."""
    command = [sys.executable, "-m", "scrapy", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    return Run(done.returncode, done.stdout, done.stderr, folder)


class Api:
    """Scrapyd's HTTP API; a call fails unless the status is ok."""

    def __init__(self, url: str, username: str, password: str):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (username, password)

    def get(self, name: str, **parameters: str) -> dict[str, Any]:
        return self._check(self.session.get(f"{self.url}/{name}.json", params=parameters, timeout=60))

    def post(self, name: str, egg: bytes | None = None, **data: Any) -> dict[str, Any]:
        files = {"egg": ("project.egg", egg)} if egg else None
        return self._check(self.session.post(f"{self.url}/{name}.json", data=data, files=files, timeout=60))

    def _check(self, response: requests.Response) -> dict[str, Any]:
        answer: dict[str, Any] = response.json()
        assert answer["status"] == "ok", answer
        return answer


class Daemon:
    """Scrapyd as a process; it and its jobs form a process group."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True)
        conf = (PROJECT / "deploy/scrapyd.conf").read_text(encoding="utf-8")
        for old, new in CHANGES.items():
            assert old in conf
            conf = conf.replace(old, new.format(folder=folder))
        (folder / "scrapyd.conf").write_text(conf, encoding="utf-8")
        self.credentials = {"SCRAPYD_USERNAME": "operator", "SCRAPYD_PASSWORD": secrets.token_hex(8)}
        self.process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """Nothing but the egg may bring the project along."""
        own = environment(HOME=str(self.folder), **self.credentials)
        return {name: value for name, value in own.items() if name not in ("PYTHONPATH", "SCRAPY_SETTINGS_MODULE")}

    def start(self) -> None:
        for _ in range(PORTS):
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            with (self.folder / "scrapyd.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "scrapyd", "--pidfile="],
                    cwd=self.folder,
                    env={**self.environment(), "SCRAPYD_HTTP_PORT": str(port)},
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.api = Api(f"http://127.0.0.1:{port}", *self.credentials.values())
            wait_until(lambda: self.is_up() or not self.is_alive(), "Scrapyd starts")
            if self.is_alive():
                return
        raise AssertionError((self.folder / "scrapyd.log").read_text())

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def is_up(self) -> bool:
        try:
            self.api.get("daemonstatus")
        except requests.RequestException:
            return False
        return True

    def has_processes(self) -> bool:
        """Whether Scrapyd or any of its jobs is left."""
        self.is_alive()  # takes note of the end, or it would stay in the group
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self, jobs: bool) -> None:
        """As a power cut does: Scrapyd with its jobs, or it alone."""
        os.killpg(self.pid, signal.SIGKILL) if jobs else os.kill(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def remove(self) -> None:
        """End whatever is left."""
        if self.process is not None and self.has_processes():
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait()

    def jobs(self, state: str) -> list[str]:
        return [job["id"] for job in self.api.get("listjobs", project="sassspider")[state]]

    def finish(self, job: str) -> None:
        wait_until(lambda: job in self.jobs("finished"), f"job {job} ends")

    def log_of(self, job: str) -> str:
        path = self.folder / f"scrapyd/logs/sassspider/commentary/{job}.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def schedule(self, arguments: dict[str, str], settings: dict[str, str], spider: str = "commentary") -> str:
        """Schedule a crawl; return its job id."""
        chosen = [f"{name}={value}" for name, value in settings.items()]
        answer = self.api.post("schedule", project="sassspider", spider=spider, setting=chosen, **arguments)
        return str(answer["jobid"])
