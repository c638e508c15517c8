"""WARC, read by warcio and replayed by pywb."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import venv
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from sassspider.archive.archive import Archive
from sassspider.archive.reader import Selection
from sassspider.exporters.warc import WarcExporter, read_captures
from tests.missing import skip_or_fail
from tests.mocksite import Server, build_site
from tests.mocksite.files import make_file

from ..crawling import TIMEOUT, query
from ..in_process import crawl
from ..programs import running
from .hostile import write_file

PYWB = "pywb==2.10.0"


def read_records(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as file:
        return [
            {
                "type": record.rec_type,
                "url": record.rec_headers.get_header("WARC-Target-URI"),
                "date": record.rec_headers.get_header("WARC-Date"),
                "kind": record.rec_headers.get_header("Content-Type"),
                "address": record.rec_headers.get_header("WARC-IP-Address"),
                "http": record.http_headers,
                "content": record.content_stream().read(),
            }
            for record in ArchiveIterator(file)
        ]


def check_digests(path: Path) -> None:
    """Do what ``warcio check`` does."""
    checker = Checker(SimpleNamespace(inputs=[str(path)], verbose=False))
    checker.process_all()
    assert checker.exit_value == 0


class Exported(NamedTuple):
    """A crawl, its files, and what was exported of it."""

    folder: Path
    url: str
    articles: dict[int, dict[str, Any]]
    path: Path
    refused: list[tuple[str, str]]

    def named_files(self) -> set[str]:
        return {url["url"] for one in self.articles.values() for url in (*one["images"], *one["attachments"])}

    def served(self, url: str) -> bytes:
        served = make_file(url.removeprefix(self.url))
        assert served is not None
        return served.body


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Return the export of a crawl of which one file was lost, and one damaged."""
    folder = tmp_path_factory.mktemp("warc")
    with Server(build_site(seed=5, articles=12, encoding="gzip")) as server:
        articles = crawl(folder, server.url).articles()
        assert crawl(folder, server.url, spider="media").code == 0
    store = folder / "data/media"
    lost, damaged, *_ = sorted(store.iterdir())
    lost.unlink()
    damaged.write_bytes(b"other bytes")
    refused: list[tuple[str, str]] = []
    with closing(sqlite3.connect(folder / "data/sassspider.db")) as connection, connection:
        connection.execute("UPDATE pages SET head = NULL WHERE revision_id = 1")  # as archived before heads were kept
    path = folder / "x.warc.gz"
    with Archive.open(f"sqlite:///{folder}/data/sassspider.db") as archive:
        found = read_captures(archive, Selection(None), str(store), lambda one, why: refused.append((one.url, why)))
        path.write_bytes(write_file(WarcExporter, *found))
    return Exported(folder, server.url, articles, path, refused)


def test_warc_has_heads_and_files(exported: Exported) -> None:
    check_digests(exported.path)
    info, *records = read_records(exported.path)
    assert (info["type"], b"one capture for each revision" in info["content"]) == ("warcinfo", True)
    fetched = {one["url"]: one["fetched_at"] for one in exported.articles.values()}
    assert {one["url"]: one["date"] for one in records if one["url"] in fetched} == fetched
    responses = [one for one in records if one["type"] == "response"]
    for one in responses:
        assert (one["http"].protocol, one["http"].statusline, one["address"]) == ("HTTP/1.1", "200 OK", "127.0.0.1")
        headers = dict(one["http"].headers)

        assert headers["Etag"]
        assert "Content-Encoding" not in headers
        assert headers["X-Archive-Orig-Content-Length"] != headers["Content-Length"] == str(len(one["content"]))
    without_head = [one for one in records if one["type"] == "resource" and one["url"] in fetched]
    assert [(one["kind"], one["address"]) for one in without_head] == [("text/xml", None)]
    assert len(responses) == len(fetched) - 1
    files = {one["url"]: one["content"] for one in records if one["type"] == "resource" and one["url"] not in fetched}
    assert set(files) | {one for one, _ in exported.refused} == exported.named_files()
    assert sorted(why for _, why in exported.refused) == [
        "its file can't be read (No such file or directory)",
        "its file is damaged",
    ]
    assert "image/jpeg" in {one["kind"] for one in records if one["url"] in files}
    for url, content in files.items():
        assert content == exported.served(url)


def test_pywb_replays_pages_and_files(exported: Exported, tmp_path: Path) -> None:
    """A replayed page has the bytes that the archive has, and a file those that the site served."""
    stored = dict(query(exported.folder, "SELECT url, body FROM pages"))
    expected = {one["url"]: zlib.decompress(stored[one["url"]]) for one in exported.articles.values()}
    lost = {url for url, _ in exported.refused}
    expected |= {url: exported.served(url) for url in exported.named_files() - lost}
    with replaying(exported.path, tmp_path) as address:
        replayed = {url: fetch(f"{address}/id_/{url}") for url in expected}
        shown = fetch(f"{address}/mp_/{next(iter(expected))}")
        with pytest.raises(HTTPError, match="404"):
            fetch(f"{address}/id_/{next(iter(lost))}")
    assert replayed == expected
    assert shown == next(iter(expected.values()))


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=TIMEOUT) as response:
        body: bytes = response.read()
    return body


@contextmanager
def replaying(path: Path, folder: Path) -> Iterator[str]:
    """Serve a WARC with pywb from a new folder; give the address of the collection."""
    python = install_pywb()
    manager, server = (python.with_name(name) for name in ("wb-manager", "wayback"))
    for arguments in (("init", "pages"), ("add", "pages", str(path))):
        subprocess.run([python, manager, *arguments], cwd=folder, check=True, capture_output=True)
    with running([python, server, "--bind", "127.0.0.1", "--port"], folder) as port:
        yield f"http://127.0.0.1:{port}/pages"


def install_pywb() -> Path:
    """Return pywb's Python: its packages clash with ours, so it has an environment inside this one."""
    folder = Path(sys.prefix) / PYWB.replace("==", "-")
    python = folder / "bin/python"
    if not (folder / "bin/wayback").exists():
        venv.create(folder, clear=True)
        uv = [Path(sys.executable).with_name("uv"), "pip", "install", "--python", python, PYWB]
        pip = [sys.executable, "-m", "pip", "--python", python, "install", PYWB]  # reads pip.conf, which uv does not
        if subprocess.run(uv, capture_output=True, check=False).returncode:
            done = subprocess.run(pip, capture_output=True, text=True, check=False)
            if done.returncode:
                skip_or_fail(f"{PYWB} can't be installed: {done.stderr}")
    return python
