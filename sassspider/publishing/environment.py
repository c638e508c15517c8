"""Jinja, with the templates of this package and what they need to write dates and numbers."""

from __future__ import annotations

from datetime import date
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from sassspider.publishing.pages import page_name

PACKAGE = resources.files("sassspider.publishing")


def make_environment() -> Environment:
    """Return the environment of every page; the package may be a zipped egg."""
    made = Environment(
        loader=FunctionLoader(lambda name: (PACKAGE / "templates" / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    made.filters |= {"day": format_day, "month": format_month, "number": "{:,}".format, "page_name": page_name}
    return made


def format_day(day: str) -> str:
    """Return a day as people write it: ``2 March 2026``."""
    found = date.fromisoformat(day[:10])
    return f"{found.day} {found:%B %Y}"


def format_month(month: str) -> str:
    """Return a month, ``YYYY-MM``, as people write it."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
