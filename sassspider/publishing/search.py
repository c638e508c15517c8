"""Full-text search in the reader's browser: Pagefind's index, in files that a page may load from a folder too.

A page that was opened from a folder may not fetch files, but it may load scripts. So each file of the index is
written as a script that hands over its bytes; ``static/search.js`` gives them to Pagefind.
"""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from sassspider.arguments import ArgumentError

FOLDER = "search-index"
_NEEDED = ("pagefind.js", "pagefind-entry.json", "*.pf_meta", "wasm.*.pagefind", "*/*.pf_*")


def check_installed(search: bool) -> None:
    """Raise ArgumentError if a package that the site needs is missing."""
    names = ["jinja2", "slugify", *(["pagefind", "pagefind_bin_extended"] if search else [])]
    if any(find_spec(name) is None for name in names):
        without = " (or publish without a search: --no-search)" if search and find_spec("jinja2") else ""
        raise ArgumentError(
            f"a reading site needs more packages: pip install jinja2 python-slugify 'pagefind[extended]'{without}"
        )


def write_index(site: Path) -> list[str]:
    """Index the articles of a site, and write the index into it; return the languages that it is in."""
    with TemporaryDirectory() as made:
        command = [sys.executable, "-m", "pagefind", "--silent", "--site", str(site), "--output-path", made]
        # In an empty folder: Pagefind reads settings from files of the current one.
        done = subprocess.run(  # noqa: S603
            [*command, "--glob", "articles/*.html"], cwd=made, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise OSError(f"Pagefind could not index the articles: {done.stderr or done.stdout}")
        _write_scripts(Path(made), site / FOLDER)
        entry = json.loads((Path(made) / "pagefind-entry.json").read_text(encoding="utf-8"))
    return sorted(entry["languages"])


def _write_scripts(index: Path, folder: Path) -> None:
    for pattern in _NEEDED:
        for path in index.glob(pattern):
            name = path.relative_to(index).as_posix()
            script = folder / f"{name}.js"
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text(f'receiveFile("{name}","{b64encode(path.read_bytes()).decode()}")', encoding="ascii")
