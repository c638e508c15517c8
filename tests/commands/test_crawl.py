"""``scrapy crawl`` as a user types it: outputs, second runs, wrong arguments, honest exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.arguments import NAMES
from sassspider.items import ARTICLE_FIELDS
from tests.mocksite import COMMENTARY, CONTENT_FAULTS, Server, SiteOptions, build_site

from ..crawling import Run, crawl, scrapy

UNREACHABLE = "http://127.0.0.1:1"
BROKEN = """
class Pipeline:
    def process_item(self, item):
        if item.id % 2:
            raise RuntimeError("the pipeline broke")
        return item
"""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"since": "yesterday"}, "YYYY-MM-DD"),
        ({"until": "2026-02-30"}, "YYYY-MM-DD"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "later than until"),
        ({"limit": "0"}, "1 or more"),
        ({"limit": "many"}, "1 or more"),
        ({"section": "101000"}, "scrapy crawl section"),
        ({"site": "ftp://example.org"}, "site="),
        ({"start": f"{UNREACHABLE}/101000/1.aspx"}, "no article of section 103002"),
        ({"pages": "3"}, "unknown argument 'pages'"),
    ],
)
def test_a_wrong_argument_is_one_line_and_code_2(tmp_path: Path, given: dict[str, str], says: str) -> None:
    run = crawl(tmp_path, **{"site": UNREACHABLE, **given})
    assert run.code == 2
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_an_unknown_spider_is_one_line_and_code_2(tmp_path: Path) -> None:
    run = crawl(tmp_path, UNREACHABLE, spider="comentary")
    assert run.code == 2
    assert "commentary" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_section_must_be_named(tmp_path: Path) -> None:
    run = crawl(tmp_path, UNREACHABLE, spider="section")
    assert run.code == 2
    assert "-a section=" in run.stderr


def test_a_site_that_refuses_connections_is_a_failure(tmp_path: Path) -> None:
    run = crawl(tmp_path, UNREACHABLE, settings={"RETRY_TIMES": "0"})
    assert run.code == 1
    assert "is given up for this run" in run.stderr
    assert "the connection was refused" in run.stderr
    assert "Run scrapy doctor" in run.stderr
    assert "Traceback" not in run.stderr


# One page of each kind of damage: none becomes an article, and none is lost for it.
DAMAGING = CONTENT_FAULTS
ABSENT = ("html-error-page", "empty", "not-found", "gone", "server-error")


@pytest.fixture(scope="module")
def bad() -> dict[str, int]:
    ids = build_site(seed=3, articles=60).ids(COMMENTARY)
    return dict(zip((*DAMAGING, *ABSENT), ids[5::3], strict=False))


@pytest.fixture(scope="module")
def damaged(bad: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Run:
    faults = {article_id: fault for fault, article_id in bad.items()}
    site = build_site(seed=3, articles=60, options=SiteOptions(faults=faults))
    with Server(site) as server:
        return crawl(tmp_path_factory.mktemp("damage"), server.url, settings={"KEEP_DUPLICATES": "1"})


def test_a_run_with_damaged_pages_is_unhealthy_and_all_others_are_there(damaged: Run, bad: dict[str, int]) -> None:
    assert damaged.code == 3
    ids = set(build_site(seed=3, articles=60).ids(COMMENTARY))
    assert set(damaged.articles()) == ids - set(bad.values())


@pytest.mark.parametrize("fault", DAMAGING)
def test_a_damaged_page_goes_to_quarantine(damaged: Run, bad: dict[str, int], fault: str) -> None:
    kept = sorted((damaged.folder / "data/quarantine").glob(f"103002-{bad[fault]}-*"))
    said = [
        line for line in damaged.stderr.splitlines() if f"/{bad[fault]}.aspx is damaged: " in line and "ERROR" in line
    ]
    assert [path.suffix for path in kept] == [".json", ".xml"]
    assert len(said) == 1


@pytest.mark.parametrize("fault", ABSENT)
def test_a_page_that_is_not_there_is_told(damaged: Run, bad: dict[str, int], fault: str) -> None:
    assert f"/103002/{bad[fault]}.aspx could not be fetched" in damaged.stderr


def test_reposts_are_dropped_or_kept_with_what_they_repeat(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=60)
    with Server(site) as server:
        dropped = crawl(tmp_path, server.url)
        (tmp_path / "kept").mkdir()
        kept = crawl(tmp_path / "kept", server.url, settings={"KEEP_DUPLICATES": "1"})
    reposts = {one: site.record(one).original_id for one in site.ids(COMMENTARY) if site.record(one).original_id}
    hashes = [one["content_hash"] for one in dropped.articles().values()]
    assert len(reposts) >= 3
    assert len(hashes) == len(set(hashes)) == 60 - len(reposts)
    assert {one["duplicate_of"] for one in dropped.articles().values()} == {None}
    assert len(kept.articles()) == 60
    assert sum(one["duplicate_of"] is not None for one in kept.articles().values()) == len(reposts)


def test_a_second_run_adds_nothing_twice(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=30)
    with Server(site) as server:
        first = crawl(tmp_path, server.url).lines()
        new = site.publish(2)
        second = crawl(tmp_path, server.url).lines()
    assert second[: len(first)] == first
    assert sorted(one["id"] for one in second[len(first) :]) == new


def test_torn_line_is_repaired(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=12)
    path = tmp_path / "data" / "commentary.jsonl"
    with Server(site) as server:
        crawl(tmp_path, server.url)
        whole = path.read_bytes()
        path.write_bytes(whole[:-200])
        run = crawl(tmp_path, server.url)
    assert run.code == 0
    assert path.read_bytes() == whole
    assert not list(path.parent.glob("*.bak"))


def test_every_feed_has_all_fields_in_order(tmp_path: Path) -> None:
    names = ("x.json", "x.jsonl", "x.csv", "x.xml")
    with Server(build_site(seed=3, articles=12)) as server:
        run = crawl(tmp_path, server.url, *(f"-O{name}" for name in names))
    assert run.code == 0
    for name in names:
        text = (tmp_path / name).read_text(encoding="utf-8")
        how = {".csv": "{}", ".xml": "<{}>"}.get(Path(name).suffix, '"{}":')
        positions = [text.index(how.format(field)) for field in ARTICLE_FIELDS]
        assert positions == sorted(positions), name
        assert "None" not in text


def test_csv_and_json_lines_agree(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=30)
    with Server(site) as server:
        run = crawl(tmp_path, server.url, "-O", "x.csv", settings={"KEEP_DUPLICATES": "1"})
    rows = run.rows("x.csv")
    assert list(rows[0]) == list(ARTICLE_FIELDS)
    for row in rows:
        article = run.articles()[int(row["id"])]
        assert row["authors"] == "; ".join(article["authors"])
        assert row["breadcrumbs"] == "RESEARCH > Commentary"
        assert row["images"] == "; ".join(image["url"] for image in article["images"])
        assert row["body_text"].replace("\r\n", "\n") == article["body_text"]
        assert row["views"] == ("" if article["views"] is None else str(article["views"]))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_is_whole_at_any_width(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    run = scrapy(tmp_path, "crawl", "--help")
    lines = run.stdout.splitlines()
    assert run.code == 0
    assert max(map(len, lines)) <= width
    assert [name for name in NAMES if not any(line.startswith(f"  -a {name}=") for line in lines)] == []
    assert "  scrapy crawl commentary -a since=2026-01-01 -O new.csv" in lines
    assert "130 interrupted" in " ".join(run.stdout.split())


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("CONCURRENT_REQUESTS=lots", "CONCURRENT_REQUESTS='lots' is wrong: write a whole number, 1 or more"),
        ("HEALTH_MIN_PAGES=few", "HEALTH_MIN_PAGES='few' is wrong"),
        ("ITEM_PIPELINES={broken", "ITEM_PIPELINES='{broken' is wrong: write a JSON object"),
        ("HTTPCACHE_ENABLED=True", "HTTPCACHE_ENABLED=True is refused"),
    ],
)
def test_wrong_setting_is_one_line(tmp_path: Path, setting: str, says: str) -> None:
    run = scrapy(tmp_path, "crawl", "commentary", "-a", f"site={UNREACHABLE}", "-s", setting)
    assert run.code == 2
    assert says in run.stderr
    assert len(run.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_text_of_articles_is_not_logged(tmp_path: Path) -> None:
    site = build_site(seed=3, articles=5)
    (tmp_path / "broken.py").write_text(BROKEN, encoding="utf-8")
    pipelines = '{"sassspider.pipelines.archive.ArchivePipeline": 200, "broken.Pipeline": 800}'
    with Server(site) as server:
        expected = [site.expected(one, server.url) for one in site.ids(COMMENTARY)]
        settings = {"LOG_LEVEL": "DEBUG", "ITEM_PIPELINES": pipelines}
        run = crawl(tmp_path, server.url, "-O", "x.json", settings=settings, hook=tmp_path)
    assert "Error processing <Article http" in run.stderr
    assert [one["id"] for one in expected if one["title"] in run.stderr or one["body_text"][:40] in run.stderr] == []
