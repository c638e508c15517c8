"""The body of an article as blocks, before any markup: `blocks` is a pure function of the generator it is given."""

from __future__ import annotations

from random import Random

from tests.mocksite import text, words
from tests.mocksite.blocks import Block, Break, Image, Inline, Items, Paragraph, Quote, Run, Table, plain
from tests.mocksite.header import CHINESE, Header, file_href

IMAGES_ONLY = "images"
PARAGRAPHS = (8, 15)  # together with the markup, pages of about 20 KB, like the site's


def blocks(rng: Random, kind: str, header: Header) -> tuple[Block, ...]:
    """Return the blocks of an article of the given kind."""
    if kind == IMAGES_ONLY:
        return tuple(Paragraph((_image(rng),)) for _ in range(text.between(rng, 2, 5)))
    chinese = kind == CHINESE
    made: list[Block] = [plain(text.sentences(rng, 1, chinese=chinese), "strong")]
    paragraph = _han_paragraph if chinese else _paragraph
    made += [paragraph(rng) for _ in range(text.between(rng, *PARAGRAPHS))]
    for extra in _extras(rng):
        made.insert(text.between(rng, 1, len(made)), extra)
    return (*made, *_closing(rng, header, chinese=chinese))


def _paragraph(rng: Random) -> Paragraph:
    """Return one paragraph; about one in three holds more than plain text."""
    prose = text.sentences(rng, text.between(rng, 3, 5))
    form = rng.random()
    if form > 0.35:
        return plain(prose)
    if form > 0.25:
        return Paragraph((Run("As readers of "), Run(text.pick(rng, words.WORKS), "em"), Run(f" will recall: {prose}")))
    if form > 0.18:
        ordinal = text.pick(rng, ("First", "Second", "Third", "Finally"))
        return Paragraph((Run(f"{ordinal}, {text.pick(rng, words.THINGS)}.", "strong"), Run(f" {prose}")))
    if form > 0.07:
        return Paragraph((Run("See "), _link(rng), Run(f", which shows the other side. {prose}")))
    more = text.sentences(rng, 2)
    return Paragraph((Run(prose), Break(2 if form > 0.04 else 1), Run(more)))


def _han_paragraph(rng: Random) -> Paragraph:
    return plain(text.sentences(rng, text.between(rng, 3, 6), chinese=True))


def _link(rng: Random) -> Run:
    """Return a link: absolute, relative, to a person, to a document or, now and then, to a script."""
    number = text.between(rng, 100, 999)
    hrefs = (
        f"https://www.basin-daily.example/a/{number}.html?page=1&lang=en", f"http://review.county.example/{number}",
        "../101000/default.aspx", f"/103001/{number}.aspx", f"mailto:desk{number}@county.example",
        file_href(rng), "javascript:void(0)",
    )  # fmt: skip
    return Run(f"the {text.pick(rng, words.ADJECTIVES)} note no. {number}", href=text.pick(rng, hrefs))


def _image(rng: Random) -> Image:
    name = text.guid(rng)
    month, day = text.between(rng, 1, 12), text.between(rng, 1, 28)
    real = f"A street in {text.pick(rng, words.PLACES)} & its “market”"
    printed, alt = text.pick(
        rng,
        (
            (f"{name}.jpeg", ""), (f"C:\\fakepath\\{day}.png", ""), (f"img/{day}.jpg", ""),
            (f"微信图片_2026{month:02}{day:02}.png", ""), (real, real), (None, ""),
        ),
    )  # fmt: skip
    return Image(f"/upload/images/2026/{month}/{day}/{name}.jpeg", printed, alt)


def _extras(rng: Random) -> list[Block]:
    """Return what stands between the paragraphs of an article."""
    extras: list[Block] = []
    if text.chance(rng, 0.4):
        extras.append(Paragraph((_image(rng),)))
    if text.chance(rng, 0.25):
        mark, tag = text.pick(rng, (("strong", "h2"), ("", "h2"), ("", "h3"), ("strong", "p")))
        extras += [plain(heading, mark, tag) for heading in _headings(rng)]
    if text.chance(rng, 0.12):
        extras.append(_table(rng))
    if text.chance(rng, 0.15):
        extras.append(_items(rng))
    if text.chance(rng, 0.1):
        extras.append(Quote((plain(text.sentences(rng, 2)), plain(text.sentences(rng, 1), "em"))))
    return extras


def _headings(rng: Random) -> list[str]:
    """Return two or three headings."""
    return text.words_of(rng, words.HEADINGS, text.between(rng, 2, 3))


def _table(rng: Random) -> Table:
    rows = [("District", "2024", "2025", "Note")]
    for place in text.words_of(rng, words.PLACES, text.between(rng, 2, 5)):
        note = text.pick(rng, ("", "estimate", "R&D only", "< 1 percent left out"))
        share = f"{text.between(rng, 10, 99)}.{text.between(rng, 0, 9)}"
        rows.append((place, share, str(text.between(rng, 10, 99)), note))
    caption = text.subtitle(rng) if text.chance(rng, 0.5) else ""
    return Table(caption, tuple(rows), in_paragraphs=text.chance(rng, 0.5))


def _items(rng: Random) -> Items:
    ordered = text.chance(rng, 0.5)
    items: list[tuple[Inline, ...]] = [(Run(text.sentences(rng, 1)),) for _ in range(text.between(rng, 2, 4))]
    items.append((Run("In short:", "strong"), Run(f" {text.pick(rng, words.REASONS)}.")))
    return Items(tuple(items), ordered, 3 if ordered and text.chance(rng, 0.3) else 1)


def _closing(rng: Random, header: Header, *, chinese: bool) -> list[Paragraph]:
    """Return the notes on authors and source that end most articles, in italics."""
    if not header.authors:
        return []
    if chinese:
        return [plain(f"（作者{header.authors[0]}系特约研究员）", "em")]  # noqa: RUF001
    place = text.pick(rng, words.INSTITUTES)
    notes = [plain(f"{name} is {text.pick(rng, words.ROLES)} at {place}.", "em") for name in header.authors]
    if text.chance(rng, 0.4):
        notes.append(plain("The views above are those of an invented author — no institution holds them.", "em"))
    return notes
