import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from tests.mocksite import Server, SiteOptions, build_site
from tests.mocksite.cli import parser, site_options

Run = Callable[..., "subprocess.Popen[str]"]
ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-W", "error", "-m", "tests.mocksite"]


@pytest.fixture
def run() -> Iterator[Run]:
    """Start the command; whatever still runs at the end of the test is ended."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serves_until_told_to_stop(run: Run, number: signal.Signals) -> None:
    process = run("--port", "0", "--articles", "5")
    assert process.stdout
    url = process.stdout.readline().strip()
    with urllib.request.urlopen(f"{url}/103002/default.aspx", timeout=10) as answer:
        assert answer.status == 200
    process.send_signal(number)
    assert process.communicate(timeout=10) == ("", "")
    assert process.returncode == 0


def test_writes_the_truth(run: Run, tmp_path: Path) -> None:
    site = build_site(seed=7, articles=12)
    faulty = site.ids()[2]
    path = tmp_path / "truth.jsonl"
    process = run("--port", "0", "--seed", "7", "--articles", "12", "--truth", str(path), "--fault", f"{faulty}=empty")
    assert process.stdout
    url = process.stdout.readline().strip()
    truth = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert truth == [site.expected(one, url) for one in site.ids() if one != faulty]


def test_a_taken_port_is_said_in_one_line(run: Run) -> None:
    with Server(build_site(articles=1)) as server:
        process = run("--port", str(server.port))
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert err == f"mocksite: cannot listen on port {server.port}: Address already in use\n"


def test_a_truth_that_cannot_be_written_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    process = run("--port", "0", "--truth", str(tmp_path / "no" / "truth.jsonl"))
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("mocksite: cannot write ")


def test_every_site_option_has_its_argument() -> None:
    arguments = parser().parse_args([])
    assert {field.name for field in fields(SiteOptions)} - {"faults"} <= vars(arguments).keys()
    assert site_options(arguments) == SiteOptions(faults={})


def test_arguments_become_options() -> None:
    words = (
        "--list-shape div --pager loop --page-size 5 --list-status 500 --list-empty --parent bare --home missing "
        "--content-type none --charset gb2312 --bom --no-validators --fault 1=empty --fault 2=gone --latency 0.5 "
        "--challenge 521 --challenge-lasts 9"
    )
    assert site_options(parser().parse_args([*words.split(), "--robots", "a\\nb"])) == SiteOptions(
        list_shape="div", pager="loop", page_size=5, list_status=500, list_empty=True, parent="bare", home="missing",
        content_type=None, charset="gb2312", bom=True, validators=False, faults={1: "empty", 2: "gone"}, latency=0.5,
        robots="a\nb", challenge="521", challenge_lasts=9,
    )  # fmt: skip
    assert site_options(parser().parse_args(["--robots", "missing"])).robots is None


@pytest.mark.parametrize("words", ["--fault 1=x", "--fault x", "--port 70000", "--articles 0", "--pager x"])
def test_wrong_arguments_are_refused(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refusal:
        parser().parse_args(words.split())
    assert refusal.value.code == 2
    assert words.split()[0] in capsys.readouterr().err


def test_help_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["--help"])
    text = capsys.readouterr().out
    assert "control-character" in text
    assert "html-error-page" in text


def test_import_is_light() -> None:
    code = "import sys, tests.mocksite; sys.exit('scrapy' in sys.modules or 'lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
