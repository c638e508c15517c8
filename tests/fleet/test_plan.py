"""The file of sites: what it plans, and a line for each error in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.arguments import ArgumentError
from sassspider.fleet.plan import read_plan
from sassspider.fleet.queue import list_ranges

TWO = """
[[site]]
url = "http://en.sass.cn/"
sections = ["103002", "101000"]
mirrors = ["en.sss.net.cn"]
update = "30 3 * * *"
refresh = "30 9 1 * *"
delay = 3

[[site]]
url = "https://library.example:8443"
sections = ["7"]
update = "0 */6 * * *"
settings = { DOWNLOAD_TIMEOUT = 60, RETRY_HTTP_CODES = [500, 503], USER_AGENT = "a 'b' $c" }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sites.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_plan_takes_sites_in_turn(tmp_path: Path) -> None:
    crawls = read_plan(write(tmp_path, TWO))
    assert [crawl.name for crawl in crawls] == [
        "en.sass.cn/103002/update",
        "library.example:8443/7/update",
        "en.sass.cn/101000/update",
        "en.sass.cn/103002/refresh",
        "en.sass.cn/101000/refresh",
    ]
    own = ["-sDOWNLOAD_DELAY=3", '-sMIRRORS={"en.sss.net.cn": "en.sass.cn"}']
    words = ["crawl", "section", "-asite=http://en.sass.cn", "-asection=103002", "-amode=update", "--quiet"]
    assert crawls[0].words == [*words, "-sEXPORT_PATH=", *own]
    given = ["-sDOWNLOAD_TIMEOUT=60", "-sRETRY_HTTP_CODES=500,503", "-sUSER_AGENT=a 'b' $c"]
    assert crawls[1].words[-3:] == given


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("[[site]]", "[[sites]]", "'sites' is unknown"),
        ('url = "http://en.sass.cn/"', "", "url is missing"),
        ("http://en.sass.cn/", "en.sass.cn", "url = 'en.sass.cn' is wrong: write a site's address, like http://"),
        ('["103002", "101000"]', '"103002"', "sections = '103002' is wrong: write a list"),
        ('"101000"', '"news"', "write the digits in the section's URLs"),
        ("30 3 * * *", "every day", "update = 'every day' is wrong: write a cron line"),
        ("30 3 * * *", "30 3 31 2 *", "there is no such day"),
        ('"30 3 * * *"', "5", "update = 5 is wrong: write a cron line"),
        ("delay = 3", "delay = nan", "write a number of seconds"),
        ("DOWNLOAD_TIMEOUT = 60", "DAY = 2026-01-01", "not JSON serializable"),
        ("delay = 3", 'delay = "3 s"', "write a number of seconds"),
        ("delay = 3", "delays = 3", "'delays' is unknown"),
        ("DOWNLOAD_TIMEOUT", "download_timeout", "write names of settings"),
        ("https://library.example:8443", "https://en.sass.cn", "en.sass.cn is in it twice"),
        ("[[site]]", "[[site", "not TOML"),
        (TWO, "", "no [[site]] in it"),
        (TWO, "site = 5", "no [[site]] in it"),
    ],
)
def test_error_in_file_is_a_line(tmp_path: Path, before: str, after: str, says: str) -> None:
    path = write(tmp_path, TWO.replace(before, after))
    with pytest.raises(ArgumentError) as raised:
        read_plan(path)
    assert says in str(raised.value)
    assert str(path) in str(raised.value)


def test_ranges_hold_every_id_once() -> None:
    ids = {"a": [1, 2, 5, 9, 10], "b": [3]}
    assert list(list_ranges(ids, 2)) == [("a", "1-2"), ("a", "5-9"), ("a", "10-10"), ("b", "3-3")]
