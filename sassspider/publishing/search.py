"""Full-text search in the reader's browser: Pagefind's index, in files that a page may load from a folder too.

A page that was opened from a folder may not fetch files, but it may load scripts. So each file of the index is
written as a script that hands over its bytes; ``static/search.js`` gives them to Pagefind.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sassspider.arguments import ArgumentError

FOLDER = "search-index"
ARTICLES_PER_INDEX = 5_000  # Pagefind holds an index in memory while it writes it, 0.3 MB an article
_COMMON = ("pagefind.js", "wasm.*.pagefind")  # files that are the same in every index
_OWN = ("pagefind-entry.json", "*.pf_meta", "*/*.pf_*")


def check_installed(search: bool) -> None:
    """Raise ArgumentError if a package that the site needs is missing."""
    names = ["jinja2", "slugify", *(["pagefind", "pagefind_bin_extended"] if search else [])]
    if any(find_spec(name) is None for name in names):
        without = " (or publish without a search: --no-search)" if search and find_spec("jinja2") else ""
        raise ArgumentError(
            f"a reading site needs more packages: pip install jinja2 python-slugify 'pagefind[extended]'{without}"
        )


def write_index(site: Path, ids: Sequence[int]) -> list[str]:
    """Index articles of a site, and write the indexes into it.

    Return their names: a number and a language, as in ``0-en``. The browser searches all of them.
    """
    names: list[str] = []
    newest: list[tuple[str, str]] = []
    pages = [site / f"articles/{one}.html" for one in ids]
    for number, start in enumerate(range(0, len(ids), ARTICLES_PER_INDEX)):
        with TemporaryDirectory(dir=site) as folder:
            index = _run_pagefind(Path(folder), pages[start : start + ARTICLES_PER_INDEX])
            entry = json.loads((index / "pagefind-entry.json").read_text(encoding="utf-8"))
            names += [f"{number}-{language}" for language in sorted(entry["languages"])]
            newest += map(_read_date, index.glob("fragment/*"))
            _write_scripts(index, _COMMON, site / FOLDER, "")
            _write_scripts(index, _OWN, site / FOLDER, f"{number}/")
    in_order = [name for _, name in sorted(newest, reverse=True)]
    _write_script(site / FOLDER, "newest.json", json.dumps(in_order).encode())
    return names


def _run_pagefind(folder: Path, pages: Iterable[Path]) -> Path:
    """Index copies of some pages; return the folder of the index."""
    copies = folder / "site/articles"
    copies.mkdir(parents=True)
    for page in pages:
        shutil.copyfile(page, copies / page.name)
    command = [sys.executable, "-m", "pagefind", "--silent", "--site", "site", "--output-path", "index"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise OSError(f"Pagefind could not index the articles: {done.stderr or done.stdout}")
    return folder / "index"


def _read_date(fragment: Path) -> tuple[str, str]:
    """Return the date of an article and Pagefind's name for it: Pagefind's own order is of one index only."""
    record = gzip.decompress(fragment.read_bytes()).removeprefix(b"pagefind_dcd")
    return json.loads(record)["meta"]["date"], fragment.stem


def _write_scripts(index: Path, patterns: Iterable[str], folder: Path, prefix: str) -> None:
    for path in (path for pattern in patterns for path in index.glob(pattern)):
        _write_script(folder, f"{prefix}{path.relative_to(index).as_posix()}", path.read_bytes())


def _write_script(folder: Path, name: str, content: bytes) -> None:
    """Write a script that hands a file over to ``search.js``."""
    script = folder / f"{name}.js"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text(f'receiveFile("{name}","{b64encode(content).decode()}")', encoding="ascii")
