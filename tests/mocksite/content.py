"""The content of an article before any markup: its header, and its body as blocks.

Both the served page and the expected article are written from these blocks, so neither is read from the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.mocksite import words
from tests.mocksite.words import between, chance, pick

PROSE, CHINESE, IMAGES_ONLY = "prose", "chinese", "images"
PARAGRAPHS = (8, 15)  # with the markup, pages of about 20 KB, like the site's
SOURCE_NAME_LIMIT = 32  # characters; the site cuts longer names: 'Scientific Research Management O' was seen


class Run(NamedTuple):
    """Text in one style. `mark` is ``""``, ``strong`` or ``em``; a run with `href` is a link."""

    text: str
    mark: str = ""
    href: str = ""


class Break(NamedTuple):
    """One or more ``<br>`` in a row."""

    times: int = 1


class Image(NamedTuple):
    """An image. `printed_alt` is the served attribute (None: no attribute), `alt` the expected text."""

    src: str
    printed_alt: str | None
    alt: str


Inline = Run | Break | Image


class Paragraph(NamedTuple):
    """A paragraph, or a heading (`tag` ``h2``, ``h3``)."""

    inlines: tuple[Inline, ...]
    tag: str = "p"


class Quote(NamedTuple):
    """A block quotation of whole paragraphs."""

    paragraphs: tuple[Paragraph, ...]


class Items(NamedTuple):
    """A list. A `start` other than 1 is served as an attribute of an ordered list."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False
    start: int = 1


class Table(NamedTuple):
    """A table of plain text. `caption_row` spans all columns; `in_paragraphs`: each cell holds a ``<p>``."""

    caption_row: str
    rows: tuple[tuple[str, ...], ...]
    in_paragraphs: bool = False


Block = Paragraph | Quote | Items | Table


class Attachment(NamedTuple):
    """A linked file: its address and the printed link text, which may be empty."""

    href: str
    printed: str


class Header(NamedTuple):
    """The printed header of an article; `authors` are the names in its byline."""

    subtitle: str
    byline: str
    authors: tuple[str, ...]
    source_name: str
    source_href: str
    attachments: tuple[Attachment, ...]


def plain(text: str, mark: str = "", tag: str = "p") -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph((Run(text, mark),), tag)


def header(rng: Random, kind: str) -> Header:
    """Return the header of an article of this kind."""
    byline, authors = _han_byline(rng) if kind == CHINESE else _byline(rng)
    name, href = _source(rng)
    subtitle = words.subtitle(rng) if chance(rng, 0.1) else ""
    return Header(subtitle, byline, authors, name, href, _attachments(rng) if chance(rng, 0.08) else ())


def blocks(rng: Random, kind: str, header: Header) -> tuple[Block, ...]:
    """Return the body of an article of this kind."""
    if kind == IMAGES_ONLY:
        return tuple(Paragraph((_image(rng),)) for _ in range(between(rng, 2, 5)))
    chinese = kind == CHINESE
    made: list[Block] = [plain(words.sentences(rng, 1, chinese=chinese), "strong")]
    paragraph = _han_paragraph if chinese else _paragraph
    made += [paragraph(rng) for _ in range(between(rng, *PARAGRAPHS))]
    for extra in list(_extras(rng)):
        made.insert(between(rng, 1, len(made)), extra)
    return (*made, *_closing(rng, header, chinese=chinese))


def _byline(rng: Random) -> tuple[str, tuple[str, ...]]:
    a, b, c = words.person(rng), words.person(rng), words.person(rng)
    forms: tuple[tuple[str, tuple[str, ...]], ...] = (
        (a, (a,)), (a, (a,)), (f"{a} and {b}", (a, b)), (f"{a} and {b}", (a, b)), (a.upper(), (a.upper(),)),
        (f"{a},{b}", (a, b)), (f"{a}, {b} and {c}", (a, b, c)), (f"{a}; {b}", (a, b)), (f"{a} & {b}", (a, b)), ("", ()),
    )  # fmt: skip
    return pick(rng, forms)


def _han_byline(rng: Random) -> tuple[str, tuple[str, ...]]:
    a, b = words.han_person(rng), words.han_person(rng)
    return pick(rng, ((a, (a,)), (f"{a}、{b}", (a, b)), (f"{a}，{b}", (a, b)), ("", ())))  # noqa: RUF001


def _source(rng: Random) -> tuple[str, str]:
    """Return the printed name and the link of a source."""
    name, site = pick(rng, words.SOURCES)
    link = f"{site}/a/{between(rng, 200000, 299999)}.html?from=web&id={between(rng, 10, 99)}"
    host, cut = site.partition("://")[2], name[:SOURCE_NAME_LIMIT]
    forms = (
        (cut, link), (cut, link), (cut, link), (cut, link), (cut, link.partition("?")[0]),
        (cut, ""), (host, link), (host, ""), ("", link), ("", ""),
        (cut, f"{host}/a/1.html"), (cut, "/103/default.aspx"),
    )  # fmt: skip
    return pick(rng, forms)


def _attachments(rng: Random) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(_file_href(rng), "" if chance(rng, 0.2) else f"Annex {number}: {words.subtitle(rng)}")
        for number in range(1, between(rng, 2, 3))
    )


def _file_href(rng: Random) -> str:
    ending = pick(rng, ("pdf", "docx", "xlsx", "PDF", "zip", "doc"))
    return f"/upload/files/2026/{between(rng, 1, 12)}/{between(rng, 1, 28)}/{words.guid(rng)}.{ending}"


def _paragraph(rng: Random) -> Paragraph:
    """Return one paragraph; about one in three holds more than plain text."""
    prose = words.sentences(rng, between(rng, 3, 5))
    form = rng.random()
    if form > 0.35:
        return plain(prose)
    if form > 0.25:
        return Paragraph((Run("As readers of "), Run(words.word(rng, "works"), "em"), Run(f" will recall: {prose}")))
    if form > 0.18:
        ordinal = pick(rng, ("First", "Second", "Third", "Finally"))
        return Paragraph((Run(f"{ordinal}, {words.word(rng, 'things')}.", "strong"), Run(f" {prose}")))
    if form > 0.07:
        return Paragraph((Run("See "), _link(rng), Run(f", which shows the other side. {prose}")))
    more = words.sentences(rng, 2)
    return Paragraph((Run(prose), Break(2 if form > 0.04 else 1), Run(more)))


def _han_paragraph(rng: Random) -> Paragraph:
    return plain(words.sentences(rng, between(rng, 3, 6), chinese=True))


def _link(rng: Random) -> Run:
    """Return a link: absolute, relative, to a person, to a document or to a script."""
    number = between(rng, 100, 999)
    hrefs = (
        f"https://www.basin-daily.example/a/{number}.html?page=1&lang=en", f"http://review.county.example/{number}",
        "../101000/default.aspx", f"/103001/{number}.aspx", f"mailto:desk{number}@county.example",
        _file_href(rng), "javascript:void(0)",
    )  # fmt: skip
    return Run(f"the {words.word(rng, 'adjectives')} note no. {number}", href=pick(rng, hrefs))


def _image(rng: Random) -> Image:
    name = words.guid(rng)
    month, day = between(rng, 1, 12), between(rng, 1, 28)
    real = f"A street in {words.word(rng, 'places')} & its “market”"
    alts = (
        (f"{name}.jpeg", ""), (f"C:\\fakepath\\{day}.png", ""), (f"img/{day}.jpg", ""),
        (f"微信图片_2026{month:02}{day:02}.png", ""), (real, real), (None, ""),
    )  # fmt: skip
    return Image(f"/upload/images/2026/{month}/{day}/{name}.jpeg", *pick(rng, alts))


def _extras(rng: Random) -> Iterator[Block]:
    """Yield the other blocks of an article."""
    if chance(rng, 0.4):
        yield Paragraph((_image(rng),))
    if chance(rng, 0.25):
        mark, tag = pick(rng, (("strong", "h2"), ("", "h2"), ("", "h3"), ("strong", "p")))
        for heading in words.words_of(rng, "headings", between(rng, 2, 3)):
            yield plain(heading, mark, tag)
    if chance(rng, 0.12):
        yield _table(rng)
    if chance(rng, 0.15):
        yield _items(rng)
    if chance(rng, 0.1):
        yield Quote((plain(words.sentences(rng, 2)), plain(words.sentences(rng, 1), "em")))


def _table(rng: Random) -> Table:
    rows = [("District", "2024", "2025", "Note")]
    for place in words.words_of(rng, "places", between(rng, 2, 5)):
        note = pick(rng, ("", "estimate", "R&D only", "< 1 percent left out"))
        share = f"{between(rng, 10, 99)}.{between(rng, 0, 9)}"
        rows.append((place, share, str(between(rng, 10, 99)), note))
    caption = words.subtitle(rng) if chance(rng, 0.5) else ""
    return Table(caption, tuple(rows), in_paragraphs=chance(rng, 0.5))


def _items(rng: Random) -> Items:
    ordered = chance(rng, 0.5)
    items: list[tuple[Inline, ...]] = [(Run(words.sentences(rng, 1)),) for _ in range(between(rng, 2, 4))]
    items.append((Run("In short:", "strong"), Run(f" {words.word(rng, 'reasons')}.")))
    return Items(tuple(items), ordered, 3 if ordered and chance(rng, 0.3) else 1)


def _closing(rng: Random, header: Header, *, chinese: bool) -> list[Paragraph]:
    """Return the notes on authors and source that end most articles, in italics."""
    if not header.authors:
        return []
    if chinese:
        return [plain(f"（作者{header.authors[0]}系特约研究员）", "em")]  # noqa: RUF001
    place = words.word(rng, "institutes")
    notes = [plain(f"{name} is {words.word(rng, 'roles')} at {place}.", "em") for name in header.authors]
    if chance(rng, 0.4):
        notes.append(plain("The views above are those of an invented author — no institution holds them.", "em"))
    return notes
