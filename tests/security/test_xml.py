"""Hostile XML: no file is read, no request made, memory and time stay bounded; what declares a type is refused."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sassspider.page import DamagedPageError, parse_xml

from ..crawling import PROJECT, environment
from .attacks import doctypes

MOST = 200 * 1024 * 1024  # bytes
MOST_SECONDS = 8  # of processor time for a page; real ones take some milliseconds
TIMEOUT = 180  # seconds for all of them; a page that hangs its reader does so for hours


class Listener:
    """Counts who connects, and hangs up."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.asked = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            self.asked += 1
            client.close()


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what a reader in a process of its own makes of each attack."""
    pipe = tmp_path_factory.mktemp("xml") / "pipe"
    os.mkfifo(pipe)
    listener = Listener()
    command = [sys.executable, "-m", "tests.security.attacks", str(listener.port), str(pipe)]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment(), capture_output=True, text=True, timeout=TIMEOUT, check=False
    )
    listener.socket.close()
    assert done.returncode == 0, done.stderr
    assert listener.asked == 0
    return {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_doctype_is_refused_in_every_encoding(results: dict[str, dict[str, Any]]) -> None:
    for name, _ in doctypes("0", ""):
        reason = "Unsupported encoding" if "EBCDIC" in name else "(DOCTYPE)"
        assert results[name]["result"].startswith("refused: "), name
        assert reason in results[name]["result"], name


def test_deep_body_is_read_whole(results: dict[str, dict[str, Any]]) -> None:
    assert results["text below 300 levels"]["result"] == "taken: 2 words"


def test_memory_and_time_stay_bounded(results: dict[str, dict[str, Any]]) -> None:
    assert [one for one in results.values() if one["peak"] >= MOST or one["seconds"] >= MOST_SECONDS] == []
    assert len(results) > 100


def test_careless_parser_reads_the_file(tmp_path: Path) -> None:
    """The same document, so that the tests above can fail."""
    secret = tmp_path / "secret"
    secret.write_text("canary", encoding="utf-8")
    attack = dict(doctypes("0", str(secret)))["an external entity in a file, utf-8"]()
    careless = etree.XMLParser(resolve_entities=True, load_dtd=True)
    assert b"canary" in etree.tostring(etree.fromstring(attack, careless))
    with pytest.raises(DamagedPageError, match="DOCTYPE"):
        parse_xml(attack)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize(
    "text",
    [
        "<html><p><![CDATA[How to write <!DOCTYPE html> 渡口]]></p></html>",
        "<!-- <!DOCTYPE html> --><html>渡口</html>",
        "<?note <!DOCTYPE html> ?>\n<html>渡口</html>",
        "<html>渡口</html><!-- <!DOCTYPE html> -->",
    ],
)
def test_text_may_mention_doctypes(text: str, encoding: str) -> None:
    assert parse_xml(f'<?xml version="1.0" encoding="{encoding}"?>{text}'.encode(encoding)).tag == "html"
