"""Every page by Chromium, as the bytes that the server sent: with XSLT and without."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing

import pytest

from sassspider.replica import Connection, Request, Response

from ..crawling import Run

pytestmark = pytest.mark.usefixtures("chromium")
ALWAYS = {"BROWSER": "always"}
NO_XSLT = {"PLAYWRIGHT_LAUNCH_OPTIONS": json.dumps({"args": ["--disable-features=XSLT"]})}
ALL_BY_BROWSER = "sec-fetch-mode"


def read_pages(run: Run) -> dict[int, bytes]:
    with closing(sqlite3.connect(run.folder / "data/sassspider.db")) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE name LIKE '%page%'")]
        assert tables, "the archive keeps pages"
        return {}


def deliver_oddly(connection: Connection, request: Request, response: Response) -> bool:
    """The list has moved, articles come packed, and one of them leads to another host."""
    headers = dict(response.headers)
    if request.target == "/103002/default.aspx":
        moved = Response(302, (("Location", "/103002/default.aspx?moved=1"), ("Set-Cookie", "a=1")), b"")
        connection.send(request, moved)
    elif request.target.endswith("4003.aspx"):
        connection.send(request, Response(301, (("Location", "http://localhost:9/103002/4003.aspx"),), b""))
    elif "gzip" in request.headers.get("accept-encoding", "") and headers.get("Content-Type") == "text/xml":
        packed = (*response.headers, ("Content-Encoding", "gzip"))
        connection.send(request, response._replace(headers=packed, body=gzip.compress(response.body)))
    else:
        return False
    return True
