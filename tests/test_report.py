"""What a person reads at the end of a run."""

from __future__ import annotations

from sassspider.outcome import Outcome, count_work
from sassspider.report import Report, Trouble, render


def make_report(**changes: object) -> Report:
    own = {
        "run_id": 7, "site": "en.sass.cn", "section_id": "103002", "spider": "commentary", "mode": "update",
        "started_at": "2026-01-01T00:00:00Z", "ended_at": "2026-01-01T00:01:00Z", "seconds": 60.0,
        "outcome": Outcome(0, ()), "counts": {**count_work({}), "new": 3, "requests": 5},
    }  # fmt: skip
    return Report(**{**own, **changes})  # type: ignore[arg-type]


def test_a_good_run_says_what_came_and_where_it_is() -> None:
    text = render(make_report(outputs=["data/commentary.jsonl"], coverage={"subtitle": 0.125}))
    for words in ("complete (exit code 0)", "3 new", "5 requests", "60.0 s", "subtitle 12%", "data/commentary.jsonl"):
        assert words in text
    assert "do next" not in text


def test_a_bad_run_says_what_is_wrong_and_what_to_do() -> None:
    damaged = [Trouble("http://en.sass.cn/103002/1.aspx", "title is missing")]
    outcome = Outcome(3, ("damaged pages, kept in quarantine: 1",))
    text = render(make_report(outcome=outcome, damaged=damaged, missing_ids=[5, 6]))
    for words in (
        "unhealthy (exit code 3)",
        "/103002/1.aspx: title is missing",
        "missing    5",
        "quarantine",
        "run again",
    ):
        assert words in text


def test_a_long_list_is_cut_short() -> None:
    text = render(make_report(missing_ids=list(range(100, 200))))
    assert "109" in text
    assert "110" not in text
    assert "and 90 more" in text


def test_a_failed_run_names_the_doctor() -> None:
    assert "scrapy doctor" in render(make_report(outcome=Outcome(1, ("the archive could not be written",))))
