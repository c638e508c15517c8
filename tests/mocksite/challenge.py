"""A page of JavaScript before the site that only a browser passes, as web application firewalls have it.

The script computes an answer, sets it as a cookie and loads the page again. A cookie is good for the user agent that
got the page, and for a limited number of requests.
"""

from __future__ import annotations

import threading
from http.cookies import CookieError, SimpleCookie

from tests.mocksite.responses import Request, Response, html_response

COOKIE = "challenge"
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


class ChallengePage:
    """Serves the page to requests without a good cookie. Its methods may be called from any thread."""

    def __init__(self, status: str, lasts: int) -> None:
        """Take the status of the page (``none``: no page) and the requests that a cookie is good for (0: all)."""
        self._status = status
        self._lasts = lasts
        self._lock = threading.Lock()
        self._asked: dict[int, list[str]] = {}  # number to the user agent of each request that it still lets in

    def stop(self, request: Request) -> Response | None:
        """Return the page, or None for a request that passes."""
        if self._status == "none":
            return None
        agent = request.headers.get("user-agent", "")
        with self._lock:
            if self._admits(request.headers.get("cookie", ""), agent):
                return None
            number = 1009 + 17 * len(self._asked)
            self._asked[number] = [agent] * (self._lasts or 1)
        return html_response(challenge_page(number), int(self._status))

    def _admits(self, cookies: str, agent: str) -> bool:
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        number, _, given = morsel.value.partition(".") if morsel else ("", "", "")
        left = self._asked.get(int(number), []) if number.isdigit() else []
        if agent not in left or given != str(compute_answer(int(number))):
            return False
        if self._lasts:
            left.pop()
        return True


def challenge_page(number: int) -> str:
    """Return the page that asks for the answer to a number."""
    return PAGE.format(number=number, cookie=COOKIE, delay=DELAY)


def compute_answer(number: int) -> int:
    """Return the answer that the page's script computes."""
    result = 1
    for i in range(16):
        result = (result * number + i) % 99991
    return result
