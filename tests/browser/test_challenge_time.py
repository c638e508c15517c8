"""However a page is made, what it is is told soon: it is looked at before anything knows it for a page of the site."""

from __future__ import annotations

import subprocess
import sys

from ..crawling import PROJECT, environment

MANY_SECONDS = 90  # a pattern that goes back takes hours for these, one that does not a few milliseconds each
PIECES = (
    "<!---->", "<!--", "<!-- -->\n", "<script", "<script ", "<script>", "</script ", "<style", "<a ", "<a .aspx", "<",
    "<input ", "<input type=", "type = ", "<title> ", "server error in '", "document ", "document[ ", "location ", " ",
    "cookiestore ",
)  # fmt: skip
LOOK = f"""
from sassspider.browser.challenge import LARGEST, is_challenge
from sassspider.resilience.disguise import find_disguise
for piece in {PIECES!r}:
    for start in ("", "<html>", "<html><script>"):
        body = (start + piece * (LARGEST // len(piece)))[:LARGEST - 1].encode() + b"x"
        is_challenge(200, "text/html", body), is_challenge(412, "text/html", body), find_disguise(body)
"""


def test_no_page_takes_long_to_be_told() -> None:
    subprocess.run([sys.executable, "-c", LOOK], cwd=PROJECT, env=environment(), timeout=MANY_SECONDS, check=True)
