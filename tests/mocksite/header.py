"""What stands around a body: byline, source, subtitle, attachments, each in every form seen on the site."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tests.mocksite import text, words

SOURCE_NAME_LIMIT = 32  # the site cuts longer names: 'Scientific Research Management O' was seen
CHINESE = "chinese"


class Attachment(NamedTuple):
    """A linked file: where it is, and the printed link text, which may be empty."""

    href: str
    printed: str


class Header(NamedTuple):
    """The printed header of an article, with the names that its byline stands for."""

    subtitle: str
    byline: str
    authors: tuple[str, ...]
    source_name: str
    source_href: str
    attachments: tuple[Attachment, ...]


def header(rng: Random, kind: str) -> Header:
    """Return the header of an article of the given kind."""
    byline, authors = _han_byline(rng) if kind == CHINESE else _byline(rng)
    name, href = _source(rng)
    subtitle = text.subtitle(rng) if text.chance(rng, 0.1) else ""
    return Header(subtitle, byline, authors, name, href, _attachments(rng) if text.chance(rng, 0.08) else ())


def _byline(rng: Random) -> tuple[str, tuple[str, ...]]:
    """Return a byline and its authors, without parsing the one to get the others."""
    a, b, c = text.person(rng), text.person(rng), text.person(rng)
    forms: tuple[tuple[str, tuple[str, ...]], ...] = (
        (a, (a,)),
        (a, (a,)),
        (f"{a} and {b}", (a, b)),
        (f"{a} and {b}", (a, b)),
        (a.upper(), (a.upper(),)),
        (f"{a},{b}", (a, b)),
        (f"{a}, {b} and {c}", (a, b, c)),
        (f"{a}; {b}", (a, b)),
        (f"{a} & {b}", (a, b)),
        ("", ()),
    )
    return text.pick(rng, forms)


def _han_byline(rng: Random) -> tuple[str, tuple[str, ...]]:
    a, b = text.han_person(rng), text.han_person(rng)
    printed = (a, f"{a}、{b}", f"{a}，{b}", "")  # noqa: RUF001
    names: tuple[tuple[str, ...], ...] = ((a,), (a, b), (a, b), ())
    return text.pick(rng, tuple(zip(printed, names, strict=True)))


def _source(rng: Random) -> tuple[str, str]:
    """Return the source's printed name and link."""
    name, site = text.pick(rng, words.SOURCES)
    link = f"{site}/a/{text.between(rng, 200000, 299999)}.html?from=web&id={text.between(rng, 10, 99)}"
    host = site.partition("://")[2]
    cut = name[:SOURCE_NAME_LIMIT]
    forms = (
        (cut, link), (cut, link), (cut, link), (cut, link), (cut, link.partition("?")[0]),
        (cut, ""), (host, link), (host, ""), ("", link), ("", ""),
        (cut, f"{host}/a/1.html"), (cut, "/103/default.aspx"),
    )  # fmt: skip
    return text.pick(rng, forms)


def _attachments(rng: Random) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(file_href(rng), "" if text.chance(rng, 0.2) else f"Annex {number}: {text.subtitle(rng)}")
        for number in range(1, text.between(rng, 2, 3))
    )


def file_href(rng: Random) -> str:
    """Return the root-relative address of an uploaded document."""
    ending = text.pick(rng, ("pdf", "docx", "xlsx", "PDF", "zip", "doc"))
    return f"/upload/files/2026/{text.between(rng, 1, 12)}/{text.between(rng, 1, 28)}/{text.guid(rng)}.{ending}"
