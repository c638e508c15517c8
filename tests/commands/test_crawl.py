"""``scrapy crawl`` as a user types it: mistakes cost one line, and each outcome has its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .. import in_process
from ..crawling import crawl, crawl_command, query, run_command
from ..mocksite import Server, build_site

HERE = __name__


class FailingPipeline:
    """Breaks on each item."""

    def process_item(self, item: object) -> object:
        raise RuntimeError("the pipeline broke")


class FailingMiddleware:
    """Breaks on each item that the spider yields."""

    async def process_spider_output(self, response: Any, result: Any) -> Any:
        async for one in result:
            if hasattr(one, "title"):
                raise RuntimeError("the callback broke")
            yield one


@pytest.mark.parametrize(
    ("settings", "code", "reason"),
    [
        ({}, 0, ""),
        ({"ITEM_PIPELINES": json.dumps({f"{HERE}.FailingPipeline": 1})}, 1, "5 errors in the pipelines"),
        ({"SPIDER_MIDDLEWARES": json.dumps({f"{HERE}.FailingMiddleware": 1})}, 1, "5 errors in the spider"),
        ({"EXPORT_PATH": "taken/x.jsonl"}, 1, "EXPORT_PATH could not be written"),
        ({"RUNS_DIR": "taken/x"}, 0, ""),
        ({"QUARANTINE_DIR": "taken/x"}, 0, ""),
    ],
)
def test_outcome_has_code_and_reason(tmp_path: Path, settings: dict[str, str], code: int, reason: str) -> None:
    (tmp_path / "taken").write_text("a file, not a folder", encoding="utf-8")
    (tmp_path / "x.jsonl").write_text("old", encoding="utf-8")
    site = build_site(seed=3, articles=5)
    with Server(site) as server:
        run = in_process.crawl(tmp_path, server.url, "-O", "x.jsonl", settings=settings, may_raise=True)
    assert (run.code, reason in "; ".join(run.reasons)) == (code, True)
    is_kept = (tmp_path / "x.jsonl").read_text(encoding="utf-8") == "old"
    assert is_kept is ("errors" in reason), "only a feed with articles takes its place"
    assert ("Traceback" in run.stderr) is ("broke" in run.stderr)
    assert [one for one in site.ids() if site.record(one).title in run.stderr] == []


def test_unreachable_site_is_code_1(tmp_path: Path) -> None:
    secret = {"FTP_PASSWORD": "hunter22", "FEEDS": '{"ftp://me:hunter22@127.0.0.1:1/x.csv": {"format": "csv"}}'}
    run = crawl(tmp_path, "http://127.0.0.1:1", settings={"RETRY_GIVE_UP_AFTER": "0.1", **secret})
    assert run.code == 1
    for words in ("is given up", "the connection was refused", "Run scrapy doctor", "Failed (exit code 1)"):
        assert words in run.stderr
    written = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]  # the archive and the report
    assert len(written) >= 2
    assert "hunter22" not in run.stderr
    assert [path for path in written if b"hunter22" in path.read_bytes()] == []


def test_report_names_articles_and_equals_record(tmp_path: Path) -> None:
    changed, removed, forbidden, failed = build_site(seed=3, articles=12).ids()[3:7]
    site = build_site(seed=3, articles=12, faults={forbidden: "forbidden", failed: "server-error"})
    with Server(site) as server:
        in_process.crawl(tmp_path, server.url)
        site.edit(changed, title_suffix=" (updated)")
        site.remove(removed)
        run = in_process.crawl(tmp_path, server.url, mode="refresh")
    (path,) = (tmp_path / "data/runs").glob("*-2.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    ((stored,),) = query(tmp_path, "SELECT report FROM runs WHERE id = 2")
    assert json.loads(stored) == report
    assert report["outcome"]["code"] == run.code == 3
    found = (report["changed_ids"], report["removed_ids"], report["missing_ids"])
    assert found == ([changed], [removed], [failed])
    assert [one["url"][-9:-5] for one in report["forbidden"]] == [str(forbidden)]
    for label, article in (("changed", changed), ("removed", removed), ("missing", failed)):
        assert f"  {label:10} {article}" in run.stderr
    assert f"  forbidden  {server.url}/103002/{forbidden}.aspx: HTTP status 403" in run.stderr


@pytest.mark.parametrize(
    ("options", "closed", "code", "says"),
    [
        ([], "2>&-", 0, ""),
        (["--logfile", "x.log"], "2>&-", 0, ""),
        ([], ">&-", 0, "complete (exit code 0)"),
        (["-O", "-:jsonl"], ">&-", 1, "scrapy crawl: feed stdout: standard output is closed\n"),
    ],
)
def test_closed_stream_is_no_traceback(tmp_path: Path, options: list[str], closed: str, code: int, says: str) -> None:
    with Server(build_site(seed=3, articles=2)) as server:
        run = run_command(tmp_path, ["sh", "-c", f'"$@" {closed}', "sh", *crawl_command(server.url, *options)])
    assert (run.code, run.stdout) == (code, ""), run.stderr
    assert says in run.stderr
    log = tmp_path / "x.log"
    assert "Traceback" not in run.stderr + (log.read_text(encoding="utf-8") if log.exists() else "")


def test_crawl_that_can_not_start_says_so(tmp_path: Path) -> None:
    run = crawl(tmp_path, "http://127.0.0.1:1", settings={"SCHEDULER": "no.Such"})
    assert run.code == 1
    assert run.stderr.count("Traceback") == 1, "Scrapy's own"
    assert run.stderr.endswith("Failed (exit code 1): the crawl was not finished: it could not start\n")
