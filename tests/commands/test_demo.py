"""``scrapy demo``: the newcomer's first command."""

from __future__ import annotations

from pathlib import Path

from tests.mocksite import COMMENTARY, build_site

from ..crawling import Run, scrapy

VARYING = {"duplicate_of"}


def demo(folder: Path, *options: str) -> Run:
    return scrapy(folder, "demo", *options)


def test_files_hold_the_truth_less_reposts_every_field_equal(tmp_path: Path) -> None:
    run = demo(tmp_path)
    site = build_site(seed=1, articles=120)
    base = str(run.stdout.split("served at ")[1].split()[0])
    originals = {
        one["id"]: one
        for one in site.expected_articles(base_url=base)
        if site.record(int(str(one["id"]))).original_id is None
    }
    found = run.articles("demo/commentary.jsonl")
    assert run.code == 0, run.stderr
    assert sorted(found) == sorted(originals)
    for article_id, expected in originals.items():
        assert {name: found[article_id][name] for name in expected} == expected
    assert sorted(int(row["id"]) for row in run.rows("demo/commentary.csv")) == sorted(originals)


def test_the_summary_says_what_came_and_what_to_type_next(tmp_path: Path) -> None:
    run = demo(tmp_path, "--articles", "20")
    for word in ("articles    19", "duplicates  1", "requests", "seconds", "demo/commentary.csv", "make crawl"):
        assert word in run.stdout
    assert run.stderr == ""


def test_it_counts_the_requests_that_the_site_was_asked(tmp_path: Path) -> None:
    run = demo(tmp_path, "--articles", "20")
    assert "requests    22\n" in run.stdout, "robots.txt, the list, and each article once"


def test_it_works_twice(tmp_path: Path) -> None:
    first, second = demo(tmp_path, "--articles", "20"), demo(tmp_path, "--articles", "25", "--seed", "2")
    assert (first.code, second.code) == (0, 0)
    ids = build_site(seed=2, articles=25).ids(COMMENTARY)
    assert len(second.articles("demo/commentary.jsonl")) == len(ids) - 1
