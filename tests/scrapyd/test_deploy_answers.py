"""Where to deploy to, as scrapy.cfg says. Deploying itself is tested with a real Scrapyd."""

from __future__ import annotations

from pathlib import Path

import pytest

from sassspider.scrapyd.deploy import DeployError, Target, read_target

from ..crawling import PROJECT

CFG = """
[deploy]
url = http://127.0.0.1:6800
project = sassspider
username = $SCRAPYD_USERNAME
password = $SCRAPYD_PASSWORD

[deploy:staging]
url = http://staging:6800

[deploy:nowhere]
url = $NO_SUCH_NAME
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with that scrapy.cfg, and no other one at home."""
    (tmp_path / "scrapy.cfg").write_text(CFG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("SCRAPYD_USERNAME", "SCRAPYD_PASSWORD", "NO_SUCH_NAME"):
        monkeypatch.delenv(name, raising=False)


def test_a_named_target_adds_to_the_default_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_target("default") == Target("http://127.0.0.1:6800", "sassspider")
    monkeypatch.setenv("SCRAPYD_USERNAME", "me")
    monkeypatch.setenv("SCRAPYD_PASSWORD", "100% secret")
    assert read_target("staging") == Target("http://staging:6800", "sassspider", "me", "100% secret")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("production", "no target 'production'; it has default, staging, nowhere"),
        ("nowhere", r"\[deploy:nowhere\] lacks url"),
    ],
)
def test_what_is_missing_is_named(name: str, says: str) -> None:
    with pytest.raises(DeployError, match=says):
        read_target(name)


def test_the_project_has_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    assert read_target("default") == Target("http://127.0.0.1:6800", "sassspider")
