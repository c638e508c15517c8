"""What each health check decides, and where alarms are sent."""

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
from sassspider.archive.records import SectionSummary
from sassspider.arguments import Arguments
from sassspider.layout import EXPECTED_PATHS
from sassspider.outcome import count_work

from .crawling import PROJECT

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # some of Apprise's services cause them
OPERATE = (PROJECT / "docs/operate.md").read_text(encoding="utf-8").partition("\n## Health\n")[2]
SPIDER = SimpleNamespace(name="commentary", arguments=SimpleNamespace(site="http://en.sass.cn"))


def make_data(given: dict[str, Any] | None = None, **changes: Any) -> monitors.MonitorData:
    """Return the data of a healthy run of 60 pages; ``given`` are settings."""
    own = Settings()
    own.setmodule(settings)
    own.update({"HEALTH_MAX_AGE_DAYS": 0, **(given or {})}, priority="cmdline")
    counts = {**count_work({}), **changes.pop("counts", {})}
    values: dict[str, Any] = {
        "arguments": Arguments("http://en.sass.cn", "103002"), "settings": own, "finished": True, "archived_before": 0,
        "summary": SectionSummary(60, "2026-03-01", frozenset()), "listed": 60, "counts": counts, "page_count": 60,
        "paths": dict.fromkeys(EXPECTED_PATHS, 60), "article_count": 60,
        "filled": dict.fromkeys(settings.HEALTH_COVERAGE, 60), "invalid_count": 0, "invalid": [],
    }  # fmt: skip
    return monitors.MonitorData(**{**values, **changes})


def judge(data: monitors.MonitorData) -> tuple[list[str], list[str]]:
    """Return the failures and warnings of a run."""
    warnings: list[str] = []
    suite = MonitorSuite(monitors=monitors.HealthSuite.monitors)
    result = MonitorRunner().run(suite, crawl=data, warnings=warnings)
    return monitors.list_failures(result), warnings


def healthy(data: monitors.MonitorData) -> bool:
    return judge(data) == ([], [])


def failures(data: monitors.MonitorData) -> list[str]:
    return judge(data)[0]


def warned(data: monitors.MonitorData) -> list[str]:
    return judge(data)[1]


def test_healthy_run_raises_nothing() -> None:
    assert healthy(make_data())
    assert healthy(make_data(page_count=0, paths={}, article_count=0, filled={}))


def test_missing_articles_are_named() -> None:
    standing = SectionSummary(60, None, frozenset(range(100, 107)))
    named = "completeness: articles that pages of the section name, and that are not archived"
    assert failures(make_data(summary=standing)) == [f"{named}: 7 (100, 101, 102, 103, 104, …)"]
    assert healthy(make_data(summary=standing, finished=False))
    assert healthy(make_data(summary=standing, arguments=Arguments("http://x", "1", limit=5)))


@pytest.mark.parametrize(("filled", "total"), [(36, 60), (59, 60), (0, 5), (9, 10), (6, 10)])
def test_odd_article_is_no_alarm(filled: int, total: int) -> None:
    floor = {"HEALTH_COVERAGE": {"byline": 0.6}, "HEALTH_MIN_PAGES": 10}
    assert failures(make_data(floor, article_count=total, filled={"byline": filled})) == []


def test_one_odd_article_is_never_an_alarm() -> None:
    assert failures(make_data({"HEALTH_COVERAGE": {"title": 1}}, filled={"title": 59})) == []
    assert len(failures(make_data({"HEALTH_COVERAGE": {"title": 1}}, filled={"title": 58}))) == 1


def test_thin_field_is_an_alarm() -> None:
    floor = {"HEALTH_COVERAGE": '{"byline": 0.6}'}
    said = "field coverage: byline in 3 of 60 articles (at least 60% expected)"
    assert failures(make_data(floor, filled={"byline": 3})) == [said]


def test_invalid_articles_are_named() -> None:
    said = "items valid: articles that violate article.schema.json: 9: a (views), b (id), …"
    assert failures(make_data(invalid_count=9, invalid=["a (views)", "b (id)"])) == [said]


def test_many_failed_requests_are_an_alarm() -> None:
    assert healthy(make_data(counts={"requests": 6, "retries": 2}))
    assert failures(make_data(counts={"requests": 60, "retries": 15, "failed": 5})) == [
        "error ratio: 20 of 60 requests failed (33%, at most 10% expected)"
    ]


def test_empty_section_is_an_alarm_if_it_had_articles() -> None:
    assert healthy(make_data(archived_before=60, listed=0, counts={"unchanged": 1}))
    assert failures(make_data(archived_before=60, listed=0)) == [
        "zero articles: the site shows no article of a section of which 60 are archived"
    ]
    assert failures(make_data(archived_before=60, summary=SectionSummary(0, None, frozenset()))) == [
        "zero articles: all 60 articles of the section count as removed now"
    ]


def test_old_newest_article_is_a_warning() -> None:
    old = make_data({"HEALTH_MAX_AGE_DAYS": 45}, summary=SectionSummary(60, "2020-01-01", frozenset()))
    assert failures(old) == []
    assert re.match(r"newest article: published on 2020-01-01, \d+ days ago: more than HEALTH_MAX", warned(old)[0])


def test_unknown_element_on_many_pages_is_an_alarm() -> None:
    paths = {**dict.fromkeys(EXPECTED_PATHS, 60), "html/body/div/h6": 60, "html/body/div/h7": 1}
    data = make_data(paths=paths)
    assert failures(data) == ["layout changes: unknown element html/body/div/h6 on 60 of 60 pages"]
    assert warned(data) == ["layout changes: unknown element html/body/div/h7 on 1 of 60 pages"]


def test_missing_element_is_a_warning_on_few_pages() -> None:
    paths = dict.fromkeys(EXPECTED_PATHS - {"html/body/div/h5"}, 60)
    assert failures(make_data(paths=paths)) == ["layout changes: html/body/div/h5 on none of 60 pages"]
    few = make_data(paths=paths, page_count=4)
    assert (failures(few), warned(few)) == ([], ["layout changes: html/body/div/h5 on none of 4 pages"])


def test_unknown_elements_are_cut_short() -> None:
    unknown = {f"html/body/x{number}": number for number in range(1, 41)}
    data = make_data(paths={**dict.fromkeys(EXPECTED_PATHS, 60), **unknown})
    said = f"{failures(data)}{warned(data)}"
    assert "x31 on" in said
    assert "x30 on" not in said
    assert "30 more unknown elements" in said


def test_many_damaged_pages_are_an_alarm() -> None:
    assert healthy(make_data(counts={"damaged": 1, "new": 14}))
    assert failures(make_data(counts={"damaged": 12, "new": 28})) == [
        "damaged share: 12 of 40 pages were refused (30%, at most 5% expected)"
    ]


def test_broken_monitor_is_no_healthy_one() -> None:
    broken = make_data(counts={"requests": "many"})
    assert failures(broken) == [
        "error ratio: could not be judged: TypeError: '>=' not supported between instances of 'str' and 'int'"
    ]


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
def receiver() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the Apprise URL of a server, and what it receives."""
    Receiver.received = []
    with http.server.HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"json://user:hunter22@127.0.0.1:{server.server_port}/t0ken-secret", Receiver.received
        server.shutdown()
        thread.join()


def alarm(urls: str) -> None:
    crawler = SimpleNamespace(settings=Settings({"HEALTH_ALERTS": urls}))
    suite = monitors.HealthSuite(crawler=crawler)
    data = make_data(counts={"damaged": 9, "new": 1})
    result = MonitorRunner().run(suite, crawl=data, warnings=[], spider=SPIDER)
    assert [one.error for one in result.monitors_failed_action_results] == [None]


def test_alarm_names_spider_and_failures(receiver: tuple[str, list[dict[str, Any]]]) -> None:
    alarm(receiver[0])
    assert [(one["title"], one["message"]) for one in receiver[1]] == [
        (
            "sassspider: commentary on http://en.sass.cn is not healthy",
            "- damaged share: 9 of 10 pages were refused (90%, at most 5% expected)",
        )
    ]


def test_failed_alarm_is_one_line_without_secrets(
    receiver: tuple[str, list[dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    alarm(f"{receiver[0]}/broken json://127.0.0.1:1/t0ken-secret pigeon://t0ken-secret")
    said = [one.partition("://")[0] for one in caplog.messages if one.startswith("HEALTH_ALERTS")]
    assert said == [
        "HEALTH_ALERTS: no alarm was sent to json",
        "HEALTH_ALERTS: no alarm was sent to json",
        "HEALTH_ALERTS: pigeon",
    ]
    assert "t0ken-secret" not in caplog.text
    assert "hunter22" not in caplog.text


def test_every_check_has_a_row_in_the_documents() -> None:
    names = [monitor.options.name for monitor in monitors.HealthSuite.monitors]
    assert [name for name in names if f"| {name} |" not in OPERATE] == []


def test_every_health_setting_is_documented() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8").split("# Health:")[1].split("ADDONS =")[0]
    names = re.findall(r"^(HEALTH_\w+) =", source, re.MULTILINE)
    assert len(names) > 5
    assert [name for name in names if f"`{name}`" not in OPERATE] == []
