"""Packages that no command imports before it needs them: optional ones, and slow ones."""

from __future__ import annotations

import subprocess
import sys

from .crawling import environment

# What ``scrapy list`` does: the settings, every command, every spider.
START = """
import sys
from scrapy.utils.misc import walk_modules
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

settings = get_project_settings()
assert "sassspider.commands.reparse" in [module.__name__ for module in walk_modules(settings["COMMANDS_MODULE"])]
assert "commentary" in get_spider_loader(settings).list()
import sassspider.handlers, sassspider.extensions.terminal, sassspider.extensions.archive  # for each crawl
print(*sys.modules, sep="\\n")
"""
HEAVY = {
    *("pyarrow", "psycopg", "procrastinate", "jinja2", "apprise", "playwright", "scrapy_playwright"),
    *("requests", "rich", "sqlalchemy.dialects.postgresql", "tests"),
}


def test_commands_import_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", START], env=environment(), capture_output=True, text=True, check=True)
    imported = set(done.stdout.split())
    assert "scrapy" in imported
    assert imported & HEAVY == set()
