"""The sections of the synthetic site: ids of three, six and nine digits, two or three levels, as seen on the site."""

from __future__ import annotations

from typing import NamedTuple

COMMENTARY = "103002"


class Section(NamedTuple):
    """A section of the site. `path` holds the ids of its ancestors, root first, and its own."""

    id: str
    name: str
    path: tuple[str, ...]


ARTICLE_SECTIONS: dict[str, Section] = {
    section.id: section
    for section in (
        Section(COMMENTARY, "Commentary", ("103", COMMENTARY)),
        Section("101000", "Local News", ("101", "101000")),
        Section("103001", "Research Findings", ("103", "103001")),
        Section("105001002", "Field Notes", ("105", "105001", "105001002")),
    )
}
PARENT_SECTIONS: dict[str, Section] = {
    section.id: section
    for section in (
        Section("101", "NEWS & EVENTS", ("101",)),
        Section("103", "RESEARCH", ("103",)),
        Section("105", "RESOURCES", ("105",)),
        Section("105001", "Publications", ("105", "105001")),
    )
}
SECTIONS: dict[str, Section] = PARENT_SECTIONS | ARTICLE_SECTIONS


def section_url(section_id: str) -> str:
    """Return the root-relative address of a section's page."""
    return f"/{section_id}/default.aspx"


def article_url(section_id: str, article_id: int) -> str:
    """Return the root-relative address of an article's page."""
    return f"/{section_id}/{article_id}.aspx"


def children(parent_id: str) -> list[Section]:
    """Return the sections that hold articles and stand anywhere below a parent section, by id."""
    return [s for _, s in sorted(ARTICLE_SECTIONS.items()) if parent_id in s.path[:-1]]
