"""Work on the whole archive, by ranges of ids: each article once, also if a node is killed in the middle."""

from __future__ import annotations

import csv

import pytest

from sassspider.items import ARTICLE_FIELDS

from ..crawling import TIMEOUT
from ..in_process import command, crawl
from ..postgres import wait_for
from .conftest import Fleet, kill, list_processes

# Record each correction with its transaction; wait at one article until the test lets go.
COUNT = """
CREATE TABLE corrections (id BIGINT);
CREATE FUNCTION count_correction() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO corrections VALUES (NEW.id);
    IF NEW.id = {id} THEN PERFORM pg_advisory_xact_lock_shared(1); END IF;
    RETURN NULL;
END $$;
UPDATE articles SET language = 'xx';
CREATE TRIGGER count_corrections AFTER UPDATE OF language ON articles
    FOR EACH ROW EXECUTE FUNCTION count_correction();
"""
WAITING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def test_killed_node_corrects_each_article_once(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    site = fleet.servers[0]
    assert crawl(fleet.folder, site.url, settings={"ARCHIVE_URL": fleet.url, "EXPORT_PATH": ""}).code == 0
    ids = site.site.ids()
    monkeypatch.setattr("sassspider.command.RANGE", 6)
    fleet.query(COUNT.format(id=ids[7]))
    assert fleet.scrapy("reparse", "--fleet").stdout.startswith("2 of 2 ranges")
    with fleet.connect() as other:
        other.execute("SELECT pg_advisory_lock(1)")
        node = fleet.start(jobs=1)
        wait_for(lambda: fleet.query(WAITING), TIMEOUT)
        kill(*list_processes(node))
    assert corrected(fleet) == ids[:6]
    fleet.start()
    fleet.wait_until_done()
    assert corrected(fleet) == ids
    assert fleet.query("SELECT id FROM articles WHERE language = 'xx'") == []
    check_export(fleet)
    check_wrong_use(fleet)


def corrected(fleet: Fleet) -> list[int]:
    return [one for (one,) in fleet.query("SELECT id FROM corrections ORDER BY id")]


def check_export(fleet: Fleet) -> None:
    """Each article is in one file of each folder, re-posts too."""
    ids = fleet.servers[0].site.ids()
    chosen = {"parts": ids[5:], "more": ids[4:10]}
    given = (["--duplicates"], ["-sKEEP_DUPLICATES=1", "-sFEED_EXPORT_FIELDS=id"])
    for (folder, own), options in zip(chosen.items(), given, strict=True):
        words = ("export", "--fleet", "-o", folder, "--format", "csv", *options, f"--ids={own[0]}-{own[-1]}")
        assert " ranges were put into the queue" in fleet.scrapy(*words).stdout
    fleet.wait_until_done()
    for folder, own in chosen.items():
        files = sorted((fleet.folder / folder).iterdir())
        lines = [line for path in files for line in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]
        assert [int(line["id"]) for line in lines] == own
        assert list(lines[0]) == (["id"] if folder == "more" else list(ARTICLE_FIELDS))


def check_wrong_use(fleet: Fleet) -> None:
    for words, says in [
        (("export", "--fleet", "-o", "parts", "--format=csv"), "a folder with files"),
        (("reparse", "--fleet", "--dry-run"), "--fleet corrects the archive"),
    ]:
        run = command(fleet.folder, *words, f"-sARCHIVE_URL={fleet.url}")
        assert run.code == 2
        assert says in run.stderr
