"""Which fault a request meets, if any."""

from __future__ import annotations

import re
from collections import Counter
from threading import Lock
from urllib.parse import urlsplit

from tests.mocksite.options import SiteOptions
from tests.mocksite.responses import Request

ARTICLE_PATH = re.compile(r"/\d+/(\d{1,9})\.aspx", re.IGNORECASE)
LIST_PATH = re.compile(r"/\d+/default(?:_\d+)?\.aspx", re.IGNORECASE)


class FaultSchedule:
    """Counts requests: an outage has its time, and a page that failed often enough is well again."""

    def __init__(self, options: SiteOptions) -> None:
        """Take the site's options."""
        self._options = options
        self._asked = 0
        self._shown: Counter[str] = Counter()
        self._lock = Lock()

    def next_fault(self, request: Request) -> str:
        """Return the fault that this request meets, "" for none; each call counts as a request."""
        with self._lock:
            self._asked += 1
            outage = self._options.outage
            if outage and outage.start < self._asked <= outage.start + outage.requests:
                return outage.fault
            url = urlsplit(request.target)
            fault = self._fault_of(url.path)
            if not fault or not self._options.fault_times:
                return fault
            self._shown[url.path] += not url.query
            return fault if self._shown[url.path] <= self._options.fault_times else ""

    def _fault_of(self, path: str) -> str:
        if path == "/robots.txt":
            return self._options.robots_fault
        if match := ARTICLE_PATH.fullmatch(path):
            return self._options.faults.get(int(match[1]), "")
        return self._options.list_fault if LIST_PATH.fullmatch(path) else ""
