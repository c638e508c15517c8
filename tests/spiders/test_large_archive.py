"""What a run asks of the site does not grow with the archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mocksite import Server, SiteOptions, build_site

from ..in_process import crawl
from ..large_archive import fill

ARTICLES = 5_000


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"pager": "window"}, id="list"),
        pytest.param({"list_status": 404, "parent": "missing", "home": "missing"}, id="neighbours-only"),
    ],
)
def test_requests_do_not_grow_with_archive(tmp_path: Path, options: dict[str, object]) -> None:
    site = build_site(seed=13, articles=ARTICLES, options=SiteOptions(**options))  # type: ignore[arg-type]
    url = f"sqlite:///{tmp_path / 'archive.db'}"
    with Server(site) as server:
        fill(url, site, server.url)
        for new in (0, 1, 25):
            if new:
                site.publish(new)
            server.requests.clear()
            run = crawl(tmp_path, server.url, settings={"ARCHIVE_URL": url, "EXPORT_PATH": ""})
            asked = [request.path for request in server.requests if request.path != "/robots.txt"]
            assert run.code == 0, run.stderr
            assert f"{new} new" in run.stderr
            assert len(asked) <= new + 3, asked
