"""The search in Firefox, which Debian installs and Playwright can't drive: over WebDriver BiDi."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from ..crawling import TIMEOUT
from ..missing import skip_or_fail
from .conftest import CHINESE_WORD

# The number of articles found and the text of the first one's link, as soon as they are there.
FOUND = """new Promise((done) => {
    const look = () => {
        const link = document.querySelector("#found a");
        link ? done(`${document.getElementById("count").textContent}: ${link.textContent}`) : setTimeout(look, 50);
    };
    look();
})"""


class Firefox:
    """A tab of Firefox; ``logged`` has what its console was told."""

    def __init__(self, connection: ClientConnection):
        self.connection = connection
        self.sent = 0
        self.logged: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        self.sent += 1
        self.connection.send(json.dumps({"id": self.sent, "method": method, "params": params}))
        while (answer := json.loads(self.connection.recv(TIMEOUT))).get("id") != self.sent:
            self.logged.append(answer["params"]["text"])
        assert answer["type"] == "success", answer
        result: dict[str, Any] = answer["result"]
        return result

    def evaluate(self, expression: str) -> Any:
        """Return what a script, or its promise, gives."""
        target = {"context": self.context}
        answer = self.call("script.evaluate", expression=expression, target=target, awaitPromise=True)
        return answer["result"]["value"]


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        skip_or_fail("no Firefox here; scripts/install-test-packages installs it")
    profile = tmp_path_factory.mktemp("firefox")
    command = [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        ready = next(filter(None, (re.search(r"listening on (ws://\S+)", line) for line in process.stderr)))
        with connect(f"{ready[1]}/session", max_size=None) as connection:
            yield Firefox(connection)
        process.terminate()


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
@pytest.mark.parametrize("words", ["policy", CHINESE_WORD])
def test_search_finds_words_in_firefox(firefox: Firefox, address: str, words: str) -> None:
    firefox.call("browsingContext.navigate", context=firefox.context, url=f"{address}search.html?q={words}")
    assert re.match(r"[1-9]\d* articles?: \S", firefox.evaluate(FOUND))
    assert firefox.evaluate("document.querySelector('mark').textContent.toLowerCase()") in words
    assert firefox.logged == []
