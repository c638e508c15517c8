"""The decision of each health check, and the addresses of alarms."""

from __future__ import annotations

import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.settings import Settings
from spidermon import MonitorSuite
from spidermon.runners import MonitorRunner

from sassspider import monitors, settings
from sassspider.arguments import Arguments
from sassspider.layout import EXPECTED_PATHS
from sassspider.outcome import count_work

from .crawling import PROJECT

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
OPERATE = (PROJECT / "docs/operate.md").read_text(encoding="utf-8").partition("\n## Health\n")[2]
PATHS = dict.fromkeys(EXPECTED_PATHS, 60)


def make_data(**changes: Any) -> dict[str, Any]:
    """Return the data of a healthy run of 60 pages."""

    def take(**defaults: Any) -> dict[str, Any]:
        return {name: changes.get(name, value) for name, value in defaults.items()}

    own = Settings()
    own.setmodule(settings)
    own.update({"HEALTH_MAX_AGE_DAYS": 0, **changes.get("settings", {})}, priority="cmdline")
    arguments = Arguments("http://en.sass.cn", "103002", limit=changes.get("limit"))
    summary = SimpleNamespace(**take(present=60, newest="2026-03-01", missing_ids=frozenset()))
    state = SimpleNamespace(archived_ids=changes.get("archived_ids", set()), removed_ids=set())
    frontier = SimpleNamespace(listed_ids=changes.get("listed_ids", {1}))
    filled = dict.fromkeys(settings.HEALTH_COVERAGE, 60)
    return {
        "settings": own,
        "health": SimpleNamespace(**take(page_count=60, paths=PATHS, article_count=60, filled=filled, invalid=[])),
        "archive": SimpleNamespace(arguments=arguments, summary=summary, state=state),
        "counts": {**count_work({}), **changes.get("counts", {})},
        "finish_reason": changes.get("finish_reason", "finished"),
        "spider": SimpleNamespace(name="commentary", arguments=arguments, frontier=frontier),
    }


def judge(**changes: Any) -> tuple[list[str], list[str]]:
    """Return the failures and warnings of a run."""
    warnings: list[str] = []
    suite = MonitorSuite(monitors=monitors.HealthSuite.monitors)
    return monitors.list_failures(MonitorRunner().run(suite, **make_data(**changes), warnings=warnings)), warnings


FAILING = {"requests": 60, "retries": 15, "failed": 5}
THIN = {"settings": {"HEALTH_COVERAGE": '{"byline": 0.6}'}}
MISSING = {"missing_ids": frozenset(range(100, 107))}
GONE = {"archived_ids": set(range(60)), "listed_ids": set()}
# fmt: off
HEALTHY = [
    {},
    {"page_count": 0, "paths": {}, "article_count": 0, "filled": {}},
    {**MISSING, "finish_reason": "shutdown"},
    {**MISSING, "limit": 5},
    {**THIN, "filled": {"byline": 36}},
    {**THIN, "filled": {"byline": 0}, "article_count": 5},
    {"settings": {"HEALTH_COVERAGE": {"title": 1}}, "filled": {"title": 59}},
    {"counts": {"requests": 6, "retries": 2}},
    {"counts": FAILING, "finish_reason": "site_unavailable"},
    {**GONE, "counts": {"unchanged": 1}},
]
FAILURES = {
    "completeness: articles that pages name, and that are not archived: 7 (100, 101, 102, 103, 104, … and 2 more)":
        MISSING,
    "field coverage: byline in 3 of 60 articles (at least 60% expected)": {**THIN, "filled": {"byline": 3}},
    "items valid: articles that violate article.schema.json: 2 (a (views), b (id))":
        {"invalid": ["a (views)", "b (id)"]},
    "error ratio: 20 of 60 requests failed (33%, at most 10% expected)": {"counts": FAILING},
    "zero articles: the site shows no article of a section of which 60 are archived": GONE,
    "zero articles: all 60 articles of the section count as removed now":
        {"archived_ids": set(range(60)), "present": 0},
    "layout changes: unknown element html/body/div/h6 on 60 of 60 pages": {"paths": {**PATHS, "html/body/div/h6": 60}},
    "layout changes: html/body/div/h5 on none of 60 pages":
        {"paths": {path: 60 for path in EXPECTED_PATHS if path != "html/body/div/h5"}},
    "error ratio: could not be judged: TypeError: '>=' not supported between instances of 'str' and 'int'":
        {"counts": {"requests": "many"}},
}
WARNINGS = {
    r"newest article: published on 2020-01-01, \d+ days ago: more than HEALTH_MAX_AGE_DAYS \(45\)":
        {"settings": {"HEALTH_MAX_AGE_DAYS": 45}, "newest": "2020-01-01"},
    "layout changes: unknown element html/x on 1 of 60 pages": {"paths": {**PATHS, "html/x": 1}},
    "layout changes: 30 more unknown elements": {"paths": {**PATHS, **{f"x{one}": 1 for one in range(40)}}},
    "layout changes: html/body on none of 4 pages":
        {"paths": dict.fromkeys(PATHS.keys() - {"html/body"}, 4), "page_count": 4},
}
# fmt: on


@pytest.mark.parametrize("changes", HEALTHY, ids=str)
def test_healthy_run_raises_nothing(changes: dict[str, Any]) -> None:
    assert judge(**changes) == ([], [])


@pytest.mark.parametrize("failure", FAILURES)
def test_bad_value_fails_check(failure: str) -> None:
    assert judge(**FAILURES[failure]) == ([failure], [])


@pytest.mark.parametrize("warning", WARNINGS)
def test_odd_value_is_a_warning(warning: str) -> None:
    failures, warnings = judge(**WARNINGS[warning])
    assert failures == []
    assert re.fullmatch(warning, warnings[-1])


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted; answers 500 to /broken."""

    received: list[dict[str, Any]]

    def do_POST(self) -> None:
        self.received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(500 if "broken" in self.path else 200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """Yield the Apprise URL of a server that fills ``Receiver.received``."""
    Receiver.received = []
    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"json://user:hunter22@127.0.0.1:{server.server_port}/t0ken-secret"
        server.shutdown()
        thread.join()


def test_alarm_names_failures_and_no_secret(receiver: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    urls = f"{receiver} {receiver}/broken json://127.0.0.1:1/t0ken-secret pigeon://t0ken-secret t0ken-secret"
    data = make_data(counts=FAILING, settings={"HEALTH_ALERTS": urls})
    result = MonitorRunner().run(monitors.HealthSuite(), **data, warnings=[])
    assert [one.error for one in result.monitors_failed_action_results] == [None]
    title = "sassspider: commentary on http://en.sass.cn is not healthy"
    body = "- error ratio: 20 of 60 requests failed (33%, at most 10% expected)"
    assert (Receiver.received[0]["title"], Receiver.received[0]["message"]) == (title, body)
    assert [one.partition("://")[0] for one in caplog.messages if one.startswith("HEALTH_ALERTS")] == [
        "HEALTH_ALERTS: no alarm was sent to json",
        "HEALTH_ALERTS: no alarm was sent to json",
        "HEALTH_ALERTS: pigeon",
        "HEALTH_ALERTS: ?",
    ]
    assert "t0ken-secret" not in caplog.text
    assert "hunter22" not in caplog.text


def test_checks_and_settings_are_documented() -> None:
    checks = re.findall(r'@monitors.name\("(.+)"\)\n    def', Path(monitors.__file__).read_text(encoding="utf-8"))
    source = Path(settings.__file__).read_text(encoding="utf-8").split("# Health:")[1].split("ADDONS =")[0]
    names = re.findall(r"^(HEALTH_\w+) =", source, re.MULTILINE)
    assert len(checks) == 7
    assert len(names) == 4
    assert [name for name in checks if f"| {name} |" not in OPERATE] == []
    assert [name for name in names if f"`{name}`" not in OPERATE] == []
