"""The documents agree with the code."""

from __future__ import annotations

import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from sassspider import arguments, settings
from sassspider.archive.tables import metadata
from sassspider.items import ARTICLE_FIELDS, Article

from .crawling import PROJECT

TYPES = {
    "list[Breadcrumb]": "list of {name, url}",
    "list[Image]": "list of {url, alt}",
    "list[Attachment]": "list of {url, name}",
    "list[str]": "list of str",
}
COMMANDS = PROJECT / "sassspider/commands"
DOCUMENTS = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]


def rows(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, and the empty one of the document itself."""
    headings = re.findall("^#+ (.+)", path.read_text(encoding="utf-8"), re.MULTILINE) if path.suffix == ".md" else []
    return {"", *(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)}


def test_fields_are_documented_in_order() -> None:
    described = rows(PROJECT / "docs/article.md")[: len(fields(Article))]  # other tables follow
    documented = [(row[0].strip("`"), row[1]) for row in described]
    declared = [(f.name, TYPES.get(str(f.type), str(f.type).replace(" | None", " or null"))) for f in fields(Article)]
    assert documented == declared


def test_arguments_and_settings_are_documented() -> None:
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    source = Path(settings.__file__).read_text(encoding="utf-8")
    ours = re.findall(r"^([A-Z_]+) =", source.split("# Ours\n")[1].split("\n\n")[0], re.MULTILINE)
    assert len(ours) > 3
    assert [name for name in (*arguments.NAMES, *ours) if f"`{name}`" not in text] == []


def test_tables_are_documented() -> None:
    documented = {
        row[0].strip("`"): set(re.findall(r"`([a-z_0-9]+)`", row[2]))
        for row in rows(PROJECT / "docs/archive.md")
        if row[0].strip("`") in metadata.tables
    }
    declared = {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}
    declared["articles"] -= set(ARTICLE_FIELDS) - {"id"}
    assert documented == declared


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_are_not_broken(path: Path) -> None:
    targets = re.findall(r"\]\((?!http)([^)#]*)#?([^)]*)\)", path.read_text(encoding="utf-8"))
    files = [(path.parent / name if name else path, heading) for name, heading in targets]
    assert [(file, heading) for file, heading in files if not file.exists() or heading not in anchors(file)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_have_documented_options(path: Path) -> None:
    modules = {one.stem: import_module(f"sassspider.commands.{one.stem}") for one in COMMANDS.glob("[a-z]*.py")}
    known = {name: {word for words, _ in module.Command.options for word in words} for name, module in modules.items()}
    typed = re.findall(r"scrapy ([a-z]+)([^\n`#|]*)", path.read_text(encoding="utf-8"))
    given = {(name, word) for name, rest in typed for word in re.findall(r"(?<!\S)--[a-z-]+", rest) if name in known}
    assert [(name, word) for name, word in given if word not in known[name]] == []
