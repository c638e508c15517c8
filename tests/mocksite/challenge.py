"""A page of JavaScript before the site that only a browser passes, as web application firewalls have it."""

from __future__ import annotations

import re

from tests.mocksite.responses import Request, Response, html_response

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title></title></head><body>
<noscript>This page needs JavaScript.</noscript>
<script>
var number = {number}, answer = number * number % 99991;
setTimeout(function () {{
  document.cookie = "challenge=" + number + "." + answer + "; path=/";
  location.reload();
}}, 50);
</script>
</body></html>
"""
COOKIE = re.compile(r"\bchallenge=(\d+)\.(\d+)")


def challenge_page(number: int) -> str:
    """Return the page whose script computes the answer to a number, sets it as a cookie and loads the page again."""
    return PAGE.format(number=number)


def compute_answer(number: int) -> int:
    """Return the answer that the page's script computes."""
    return number * number % 99991


class ChallengePage:
    """Stops requests without a cookie of a solved challenge.

    A cookie is good for the user agent that got the page, and for a limited number of requests.
    """

    def __init__(self, status: int, lasts: int) -> None:
        """Take the status of the page (0: no page) and the requests that a cookie is good for (0: all)."""
        self._status = status
        self._lasts = lasts
        self._agents: dict[int, list[str]] = {}  # by number: the user agent, once for each request that passes

    def stop(self, request: Request) -> Response | None:
        """Return the page, or None for a request that passes."""
        agent = request.headers.get("user-agent", "")
        if not self._status or self._admits(request.headers.get("cookie", ""), agent):
            return None
        number = 1009 + 17 * len(self._agents)
        self._agents[number] = [agent] * (self._lasts or 1)
        return html_response(challenge_page(number), self._status)

    def _admits(self, cookies: str, agent: str) -> bool:
        number, answer = map(int, match.groups()) if (match := COOKIE.search(cookies)) else (0, 0)
        left = self._agents.get(number, [])
        is_solved = agent in left and answer == compute_answer(number)
        if is_solved and self._lasts:
            left.pop()
        return is_solved
