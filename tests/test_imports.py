"""What every command imports, as each is a wait for somebody at a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .crawling import environment

# What ``scrapy list`` does: the settings, every command, every spider.
START = """
import sys
from scrapy.commands import ScrapyCommand
from scrapy.cmdline import _get_commands_from_module
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

settings = get_project_settings()
assert "reparse" in _get_commands_from_module(settings["COMMANDS_MODULE"], inproject=True)
assert "commentary" in get_spider_loader(settings).list()
print(*sys.modules, sep="\\n")
"""
HEAVY = {
    "sqlalchemy",
    "spidermon",
    "pyarrow",
    "psycopg",
    "playwright",
    "scrapy_playwright",
    "rich",
    "requests",
    "multiprocessing",
    "scrapy.exporters",
    "tests",
}


@pytest.fixture(scope="module")
def imported() -> set[str]:
    done = subprocess.run([sys.executable, "-c", START], env=environment(), capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", sorted(HEAVY))
def test_a_command_that_crawls_nothing_does_not_import(module: str, imported: set[str]) -> None:
    assert "scrapy" in imported
    assert module not in imported
