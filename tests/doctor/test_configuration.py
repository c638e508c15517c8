"""What the doctor says of the settings and of the archive."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.settings import Settings
from sqlalchemy import create_engine, text

from sassspider import settings as project
from sassspider.archive.archive import Archive
from sassspider.doctor.configuration import check_archive, check_contact, check_health


def settings(**given: object) -> Settings:
    made = Settings()
    made.setmodule(project)
    made.update(given, priority="cmdline")
    return made


def test_the_contact_should_be_set() -> None:
    assert check_contact(settings(CONTACT="")).state == "warn"
    assert check_contact(settings(CONTACT="you@example.org")).seen == "you@example.org"


def test_health_as_it_comes_needs_nothing() -> None:
    assert list(check_health(settings())) == []


def test_checks_that_are_off_and_limits_that_are_wrong_are_told() -> None:
    assert [one.state for one in check_health(settings(HEALTH_ENABLED="0"))] == ["warn"]
    found = list(check_health(settings(HEALTH_MIN_PAGES="few")))
    assert [(one.state, one.seen) for one in found] == [
        ("fail", "HEALTH_MIN_PAGES is 'few': write a number, 0 or more")
    ]


def test_each_way_to_send_an_alarm_is_told() -> None:
    given = settings(HEALTH_ALERTS="file,slack", SPIDERMON_REPORT_FILENAME="x.html")
    assert [(one.state, one.seen.partition(":")[0]) for one in check_health(given)] == [
        ("ok", "file"),
        ("warn", "slack"),
    ]


def test_an_archive_that_is_not_there_yet_can_be_made(tmp_path: Path) -> None:
    finding = check_archive(f"sqlite:///{tmp_path}/data/x.db")
    assert (finding.state, finding.seen) == ("ok", f"none yet; a crawl makes {tmp_path}/data/x.db")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_is_told_with_what_it_holds(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    Archive.open(url).close()
    finding = check_archive(url)
    assert (finding.state, finding.seen) == ("ok", f"{url}, 0 articles")


def test_a_database_without_tables_is_fine(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    finding = check_archive(f"sqlite:///{tmp_path}/x.db")
    assert (finding.state, finding.seen) == ("ok", f"sqlite:///{tmp_path}/x.db is empty; a crawl makes its tables")


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://u:secret@127.0.0.1:1/x"],
)
def test_an_archive_that_can_not_be_used_is_told_in_one_line(url: str) -> None:
    finding = check_archive(url)
    assert finding.state == "fail"
    assert "secret" not in finding.seen
    assert "\n" not in finding.seen


def test_a_file_that_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("corpus " * 1000)
    finding = check_archive(f"sqlite:///{tmp_path}/x.db")
    assert finding.state == "fail"
    assert "not a database" in finding.seen


def test_an_archive_of_a_newer_version_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    Archive.open(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    engine.dispose()
    assert "newer sassspider" in check_archive(url).seen
