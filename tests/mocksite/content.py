"""The content of an article: its header, and its body as blocks of clean HTML.

A block is one top-level element, with root-relative links. `markup` writes the served body from the blocks, and
`expected` the expected one, so neither is read from the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from tests.mocksite import words
from tests.mocksite.words import between, chance, pick

FORMS = (
    *("{prose}",) * 7,
    "As readers of <em>{work}</em> will recall: {prose}",
    "<strong>First, {thing}.</strong> {prose}",
    "See {link}, which shows the other side. {prose}",
    "{prose}<br>Finally, {thing}.",
    "{prose}<br><br>Secondly, {thing}. {prose}",
)
EXTRAS = (
    "<h2><strong>{headings}</strong></h2>",
    "<h2>{headings}</h2>",
    "<h3>{headings}</h3>",
    "<p><strong>{headings}</strong></p>",
    "<ul><li>{sentence}</li><li><strong>In short:</strong> {reasons}.</li></ul>",
    '<ol start="3"><li>{sentence}</li><li>{reasons}</li></ol>',
    "<blockquote><p>{sentence}</p><p><em>{reasons}</em></p></blockquote>",
    '<table><tbody><tr><td colspan="3">{headings}</td></tr><tr><td>District</td><td>2025</td><td>Note</td></tr>'
    "<tr><td>{places}</td><td>{number}.5</td><td></td></tr><tr><td>Others</td><td>9</td><td>R&amp;D, &lt; 1</td></tr>"
    "</tbody></table>",
)
PARAGRAPHS = (8, 15)  # with the markup, pages of about 20 KB, like the site's
SOURCE_NAME_LIMIT = 32  # characters; the site cuts longer names: 'Scientific Research Management O' was seen


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


def escape(text: str) -> str:
    """Return text for use in an element."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return text for use in an attribute in double quotes."""
    return escape(text).replace('"', "&quot;")


def element(tag: str, text: str) -> str:
    """Return an element that holds text."""
    return f"<{tag}>{escape(text)}</{tag}>"


def header(rng: Random, *, chinese: bool) -> Header:
    """Return the header of an article."""
    byline, authors = _byline(rng, chinese=chinese)
    name, href = _source(rng)
    subtitle = words.fill(rng, "subtitles") if chance(rng, 0.1) else ""
    return Header(subtitle, byline, authors, name, href, _attachments(rng) if chance(rng, 0.08) else ())


def blocks(rng: Random, header: Header, *, chinese: bool) -> tuple[str, ...]:
    """Return the body of an article with text."""
    made = [f"<p>{element('strong', words.sentences(rng, 1, chinese=chinese))}</p>"]
    paragraph = _han_paragraph if chinese else _paragraph
    made += [paragraph(rng) for _ in range(between(rng, *PARAGRAPHS))]
    for extra in list(_extras(rng)):
        made.insert(between(rng, 1, len(made)), extra)
    note = "（作者{}系特约研究员）" if chinese else "{} is {} at {}."  # noqa: RUF001
    for name in header.authors:
        about = note.format(name, words.word(rng, "roles"), words.word(rng, "institutes"))
        made.append(f"<p>{element('em', about)}</p>")
    return tuple(made)


def pictures(rng: Random) -> tuple[str, ...]:
    """Return a body of pictures only."""
    return tuple(f"<p>{_image(rng)}</p>" for _ in range(between(rng, 2, 5)))


def _byline(rng: Random, *, chinese: bool) -> tuple[str, tuple[str, ...]]:
    if chinese:
        a, b = (words.person(rng, chinese=True) for _ in range(2))
        return pick(rng, ((a, (a,)), (f"{a}、{b}", (a, b)), (f"{a}，{b}", (a, b)), ("", ())))  # noqa: RUF001
    a, b, c = (words.person(rng) for _ in range(3))
    forms: tuple[tuple[str, tuple[str, ...]], ...] = (
        (a, (a,)), (a, (a,)), (f"{a} and {b}", (a, b)), (f"{a} and {b}", (a, b)), (a.upper(), (a.upper(),)),
        (f"{a},{b}", (a, b)), (f"{a}, {b} and {c}", (a, b, c)), (f"{a}; {b}", (a, b)), (f"{a} & {b}", (a, b)), ("", ()),
    )  # fmt: skip
    return pick(rng, forms)


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
        Attachment(_file_href(rng), "" if chance(rng, 0.2) else f"Annex {number}: {words.fill(rng, 'subtitles')}")
        for number in range(1, between(rng, 2, 3))
    )


def _file_href(rng: Random) -> str:
    ending = pick(rng, ("pdf", "docx", "xlsx", "PDF", "zip", "doc"))
    return f"/upload/files/2026/{between(rng, 1, 12)}/{between(rng, 1, 28)}/{words.guid(rng)}.{ending}"


def _paragraph(rng: Random) -> str:
    """Return one paragraph; about one in three holds more than plain text."""
    form, prose = pick(rng, FORMS), escape(words.sentences(rng, between(rng, 3, 5)))
    work, thing = (escape(words.word(rng, bank)) for bank in ("works", "things"))
    link = _link(rng) if "{link}" in form else ""
    return f"<p>{form.format(prose=prose, work=work, thing=thing, link=link)}</p>"


def _han_paragraph(rng: Random) -> str:
    return element("p", words.sentences(rng, 4, chinese=True))


def _link(rng: Random) -> str:
    """Return a link: absolute, relative, to a person, to a document or to a script."""
    number = between(rng, 100, 999)
    hrefs = (
        f"https://www.basin-daily.example/a/{number}.html?page=1&lang=en", f"http://review.county.example/{number}",
        "../101000/default.aspx", f"/103001/{number}.aspx", f"mailto:desk{number}@county.example",
        _file_href(rng), "javascript:void(0)",
    )  # fmt: skip
    text = escape(f"the {words.word(rng, 'adjectives')} note no. {number}")
    return f'<a href="{attribute(pick(rng, hrefs))}">{text}</a>'


def _image(rng: Random) -> str:
    name = words.guid(rng)
    month, day = between(rng, 1, 12), between(rng, 1, 28)
    real = f"A street in {words.word(rng, 'places')} & its “market”"
    alt = pick(rng, ("", "", "", "", real, ""))
    return f'<img src="/upload/images/2026/{month}/{day}/{name}.jpeg" alt="{attribute(alt)}">'


def _extras(rng: Random) -> Iterator[str]:
    """Yield the other blocks of an article."""
    if chance(rng, 0.4):
        yield f"<p>{_image(rng)}</p>"
    for form in EXTRAS:
        if chance(rng, 0.1):
            parts = {name: escape(words.word(rng, name)) for name in ("headings", "places", "reasons")}
            yield form.format(number=between(rng, 10, 99), sentence=escape(words.sentences(rng, 1)), **parts)
