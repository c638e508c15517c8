"""Asks a Scrapyd server, and takes nothing but ``"status": "ok"`` for a yes."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests

DEFAULT_URL = "http://127.0.0.1:6800"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Seconds to connect, and to wait for an answer: to list the spiders of an egg, Scrapyd starts a Python that imports it.
_TIMEOUT = (5, 120)
_LONGEST = 300  # characters of a message that are worth a line


class ScrapydError(Exception):
    """Scrapyd can't be asked, or says no; the message says why, in a line."""


class Scrapyd:
    """A server at a URL. User and password are in the URL, or in SCRAPYD_USERNAME and SCRAPYD_PASSWORD.

    Every method raises ScrapydError.
    """

    def __init__(self, url: str = DEFAULT_URL, username: str | None = None, password: str | None = None):
        self.url, within = _split(url)
        environment = (os.environ.get("SCRAPYD_USERNAME"), os.environ.get("SCRAPYD_PASSWORD"))
        pairs = (within, (username, password), environment)
        self.auth = next(((user, word or "") for user, word in pairs if user), None)
        self.session = requests.Session()
        # What is on this machine is never asked through a proxy that the environment names.
        self.session.trust_env = urlsplit(self.url).hostname not in LOOPBACK

    def get(self, name: str, **parameters: str) -> dict[str, Any]:
        """The answer of ``name``.json."""
        return self._ask("GET", name, params=parameters)

    def post(self, name: str, egg: bytes | None = None, **parameters: str | list[str]) -> dict[str, Any]:
        """Have ``name``.json do something, and return its answer."""
        files = None if egg is None else {"egg": ("project.egg", egg)}
        return self._ask("POST", name, data=parameters, files=files)

    def _ask(self, method: str, name: str, **content: Any) -> dict[str, Any]:
        address = f"{self.url}/{name}.json"
        try:
            response = self.session.request(method, address, auth=self.auth, timeout=_TIMEOUT, **content)
        except requests.Timeout:
            raise ScrapydError(f"Scrapyd at {self.url} does not answer in time") from None
        except requests.ConnectionError:
            raise ScrapydError(f"Scrapyd at {self.url} can't be reached: does it run, and there?") from None
        except requests.RequestException as error:
            raise ScrapydError(f"Scrapyd at {self.url} can't be asked: {error}") from None
        return self._check(response)

    def _check(self, response: requests.Response) -> dict[str, Any]:
        if response.status_code == requests.codes.unauthorized:
            raise ScrapydError(f"Scrapyd at {self.url} wants SCRAPYD_USERNAME and SCRAPYD_PASSWORD, and the right ones")
        try:
            answer = response.json()
        except requests.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict) or "status" not in answer:
            raise ScrapydError(f"{self.url} does not answer as Scrapyd does (HTTP status {response.status_code})")
        if answer["status"] != "ok":
            raise ScrapydError(f"Scrapyd at {self.url} says: {_shorten(str(answer.get('message', answer['status'])))}")
        return answer


def _split(url: str) -> tuple[str, tuple[str | None, str | None]]:
    """The URL without user and password, and these; the URL has no slash at its end."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host:
        raise ScrapydError(f"{url.rpartition('@')[2]} is no address of a Scrapyd; write one as {DEFAULT_URL}")
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port else place
    user, word = parts.username, parts.password
    plain = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    return plain, (user and unquote(user), word and unquote(word))


def _shorten(message: str) -> str:
    """A message in a line; of a traceback the last line, for it names the error."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or ["nothing more"]
    text = lines[-1] if any(line.endswith("Traceback (most recent call last):") for line in lines) else " ".join(lines)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
