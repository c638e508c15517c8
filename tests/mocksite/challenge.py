"""A gate before the site: a page of JavaScript that only a browser gets past, as web application firewalls have it.

The page's script computes an answer, sets it as a cookie after a moment and loads the page again. A cookie counts for
the user agent that was asked, and for so many requests.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from tests.mocksite.options import SiteOptions
from tests.mocksite.responses import HTML, Request, Response

COOKIE = "gate"
DELAY = 200  # milliseconds until the script sets the cookie
PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title></title></head><body>
<noscript>This page needs JavaScript.</noscript>
<script>
var asked = {number}, answer = 1;
for (var i = 0; i < 16; i++) {{ answer = (answer * asked + i) % 99991; }}
setTimeout(function () {{
  document.cookie = "{cookie}=" + asked + "." + answer + "; path=/";
  location.reload();
}}, {delay});
</script>
</body></html>
"""


@dataclass
class _Asked:
    """A question: whom it was put to, and how many requests its answer still lets in."""

    agent: str
    left: int


class Gate:
    """Lets requests in that carry the answer. Its methods may be called from any thread."""

    def __init__(self, options: SiteOptions) -> None:
        """Take the options: `challenge` and `challenge_lasts`."""
        self._options = options
        self._lock = threading.Lock()
        self._asked: dict[int, _Asked] = {}

    def stop(self, request: Request) -> Response | None:
        """Return the page to pass first, or None for a request that is let in."""
        if self._options.challenge == "none":
            return None
        agent = request.headers.get("user-agent", "")
        with self._lock:
            if self._admits(request.headers.get("cookie", ""), agent):
                return None
            number = 1009 + 17 * len(self._asked)
            self._asked[number] = _Asked(agent, self._options.challenge_lasts)
        return Response(int(self._options.challenge), (("Content-Type", HTML),), page(number).encode())

    def _admits(self, cookies: str, agent: str) -> bool:
        number, _, given = _read(cookies).partition(".")
        asked = self._asked.get(int(number)) if number.isdigit() else None
        if asked is None or asked.agent != agent or given != str(answer(int(number))):
            return False
        asked.left -= 1
        return self._options.challenge_lasts == 0 or asked.left >= 0


def page(number: int) -> str:
    """Return the page that asks for the answer to a number."""
    return PAGE.format(number=number, cookie=COOKIE, delay=DELAY)


def answer(number: int) -> int:
    """Return what the page's script computes."""
    result = 1
    for i in range(16):
        result = (result * number + i) % 99991
    return result


def _read(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
