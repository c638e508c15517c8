"""A mistake in what is typed costs one line, and writes nothing."""

from __future__ import annotations

import sys

import pytest

from ..crawled import CrawledSite
from ..crawling import one_line
from ..in_process import command

MISTAKES = [
    ("crawl commentary -a pages=3", 2, "unknown argument 'pages'"),
    ("crawl commentary -a limit", 2, "scrapy crawl: Invalid -a value, use -a NAME=VALUE (see"),
    ("crawl media -a limit=1", 2, "unknown argument 'limit': the spider knows site"),
    ("crawl commentary -a site=en.sass.cn", 2, "site='en.sass.cn' is wrong: write a site's address, like http://"),
    ("crawl comentary", 2, "choose from commentary, media, section"),
    ("crawl section", 2, "-a section="),
    ("crawl", 2, "scrapy crawl: name one spider, as in scrapy crawl commentary (see scrapy crawl --help)\n"),
    ("crawl commentary --quet", 2, "name one spider, and each argument as -a NAME=VALUE, not commentary --quet (see"),
    ("crawl commentary limit=5", 2, "and each argument as -a NAME=VALUE, not commentary limit=5 (see"),
    ("crawl commentary -s ARCHIVE_URL=archive.db", 2, "ARCHIVE_URL is not a database address"),
    ("crawl commentary -s CONCURRENT_REQUESTS=lots", 2, "write a whole number, 1 or more"),
    ("crawl commentary -s EXPORT_PATH=%(spider)s.jsonl", 2, "EXPORT_PATH='%(spider)s.jsonl' is wrong: write a path"),
    ("crawl commentary -s FEEDS=x.csv", 2, "-s FEEDS=x.csv is wrong: write NAME=VALUE; some values are JSON (see"),
    ('crawl commentary -s FEEDS={"x.csv":"csv"}', 2, "feed x.csv: write its options in FEEDS, as in {"),
    ("export -o x.csv -s FEEDS", 2, "-s FEEDS is wrong: write NAME=VALUE"),
    ("crawl commentary -O x.csv -s FEED_EXPORT_BATCH_ITEM_COUNT=5", 2, "write %(batch_id)d into its name"),
    ("crawl commentary -O feed.csv/x.csv", 1, "feed.csv"),
    ("crawl commentary -s ARCHIVE_URL=sqlite:///feed.csv/x.db", 1, "feed.csv"),
    ("crawl commentary --logfile feed.csv/x.log", 1, "Not a directory: 'feed.csv/x.log'"),
    ("crawl commentary -O x.warc.gz", 2, "a crawl writes no WARC; after it, type: scrapy export -o x.warc.gz"),
    ("crawl commentary -O nope://me:hunter22@a.test/x.csv", 2, "nope://me:…@a.test/x.csv"),
    ("export", 2, "the following arguments are required: -o/--output (see scrapy export --help)"),
    ("export -o x.txt", 2, "choose from jsonl, json, csv, xml, parquet"),
    ("export -o - --format yaml", 2, "choose from"),
    ("export -o x.csv --since", 2, "scrapy export: --since expected one argument (see scrapy export --help)"),
    ("export -o x.csv --since yesterday", 2, "YYYY-MM-DD"),
    ("export -o x.csv --since 2026-02-01 --until 2026-01-01", 2, "later than --until"),
    ("export -o x.csv --section commentary", 2, "write the digits in the section's URLs, like 103002 (see"),
    ("export -o x.csv --section 999", 2, "--section 999: the archive has articles of "),
    (f"export -o x.csv --ids 1-{10**20}", 2, "write the first and the last id, like 1-2000"),
    ("export -o x.csv --site ftp://example.org", 2, "--site ftp://example.org is wrong"),
    ("export -o x.csv -s FEED_EXPORT_FIELDS=id,titel", 2, "FEED_EXPORT_FIELDS: articles have no field 'titel'"),
    ("export -o x.csv -s MIRRORS=x", 2, "scrapy export: MIRRORS='x' is wrong: write a JSON object"),
    ("export -o x.csv -s FEED_EXPORT_ENCODING=x", 2, "FEED_EXPORT_ENCODING='x' is wrong: write an encoding"),
    ("reparse -s ARCHIVE_TIMEOUT=x", 2, "ARCHIVE_TIMEOUT='x' is wrong: write a number, 0 or more"),
    ("export -o x.csv --sektion 103002", 2, "'--sektion 103002' is not understood"),
    ("crawl commentary -O data/sassspider.db:csv", 2, "feed data/sassspider.db: it is the archive; name another file"),
    ("export -o data/sassspider.db --format csv", 2, "-o data/sassspider.db is the archive; name another file"),
    ("export -o data --format csv", 2, "is a folder or a device"),
    ("export -o /dev/full --format csv", 2, "is a folder or a device: name a file, or - for standard output"),
    ("export -o parts --format csv --fleet", 1, "a fleet needs PostgreSQL"),
    ("export -o feed.csv --format csv --fleet", 2, "-o feed.csv is a file, or a folder with files"),
    ("export -o x.parquet", 2, "pip install 'pyarrow>=26'"),
    ("export -o x --format dataset", 2, "pip install 'pyarrow>=26'"),
    ("export -o notes/", 2, "or name a folder and --format markdown, text, dataset"),
    ("export -o - --format text", 2, "text is a folder: name one with -o"),
    ("export -o data --format text", 2, "data has files that no export wrote, such as commentary.jsonl"),
    ("export -o feed.csv --format text", 2, "feed.csv is a file"),
    ("publish", 2, "the following arguments are required: -o/--output"),
    ("publish -o site --url example.org", 2, "--url example.org is wrong"),
    ("publish -o data", 2, "has files that no export wrote"),
    ("publish -o a/b/site --no-search", 1, "a/b/site could not be written: No such file or directory"),
    ("changes 5542", 2, "'5542' is not understood"),
    ("history 77", 1, "article 77 of 127.0.0.1"),
    ("history", 2, "the following arguments are required: ID"),
    ("history seven", 2, "ID seven is wrong: write an article's number"),
    ("history 7 --color", 2, "not understood"),
    ("reparse --jobs two", 2, "--jobs two is wrong: write a number, 1 or more"),
    ("reparse --fleet --jobs 2", 2, "--fleet corrects the archive, a process a job: leave out --dry-run and --jobs"),
    ("fleet plan", 2, "--sites sites.toml can't be read"),
    ("fleet status", 1, "a fleet needs PostgreSQL"),
    ("fleet start", 2, "work|plan|status invalid choice: 'start' (choose from"),
    ("reparse 4711", 2, "'4711' is not understood"),
    ("reparse --site http://other.example", 1, "no article of other.example"),
    ("status --site http://other.example", 1, "scrapy status: the archive knows nothing of other.example\n"),
    ("doctor --offline --site ftp://x", 2, "--site ftp://x is wrong"),
    ("doctor --offline --ofline", 2, "'--ofline' is not understood"),
]


@pytest.mark.parametrize(("typed_words", "code", "says"), MISTAKES)
def test_mistake_is_one_line(
    crawled: CrawledSite, monkeypatch: pytest.MonkeyPatch, typed_words: str, code: int, says: str
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    before = sorted(crawled.folder.iterdir())
    one_line(command(crawled.folder, *typed_words.split()), code, says)
    assert sorted(crawled.folder.iterdir()) == before
