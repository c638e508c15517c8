"""The served body of an article: HTML pasted from Word, styled span by span, and with useless elements.

The markup does not change the content: `expected` writes the expected body from the same blocks.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from tests.mocksite.content import Block, Break, Image, Inline, Items, Paragraph, Quote, Run, Table
from tests.mocksite.words import between, chance, pick

BLOCK_STYLE = "background-color:#ffffff; line-height:{line}pt; margin:0pt 0pt 15pt; text-align:justify"
SPAN_STYLE = (
    "background-color:#ffffff; color:#414040; font-family:&#39;{font}&#39;; font-size:{size}pt; "
    "font-style:{slant}; {weight}text-transform:none"
)
WRAPPERS = (
    *(("<form>", "</form>"),) * 7, ("", ""), ("<form><center>", "</center></form>"), ("<section>", "</section>"),
)  # fmt: skip
LITTER = (
    "<p{style}><span>&nbsp;</span></p>",
    "<p{style}><br /></p>",
    "<p{style}>\u3000\u3000</p>",
    "<p{style}><span><o:p>&nbsp;</o:p></span></p>",
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->",
    "<![if !supportEmptyParas]>&nbsp;<![endif]>",
    "<style>p.MsoNormal{{margin:0cm; text-indent:21pt}}</style>",
    "<script type='text/javascript'>var visits = 1 < 2;</script>",
    "<p{style}><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' style='display:none' /></p>",
)


class Markup(NamedTuple):
    """The markup of one posting. `opens` and `closes` are the tags around a run, by its mark."""

    opens: dict[str, str]
    closes: dict[str, str]
    style: str
    wrapper: tuple[str, str]
    joiner: str
    entities: bool
    zero_width: bool
    litter: bool


def body(rng: Random, blocks: tuple[Block, ...]) -> str:
    """Return the served HTML of the blocks, in a markup drawn from the generator."""
    markup = _markup(rng)
    parts: list[str] = []
    for block in blocks:
        if markup.litter and chance(rng, 0.1):
            parts.append(pick(rng, LITTER).format(style=markup.style))
        parts.append(_block(rng, block, markup))
    before, after = markup.wrapper
    return f"{before}{markup.joiner.join(parts)}{after}"


def _markup(rng: Random) -> Markup:
    opens, closes = _tags(rng)
    style = f' style="{BLOCK_STYLE.format(line=between(rng, 16, 28))}"'
    return Markup(
        opens, closes, style if opens[""] else "", pick(rng, WRAPPERS), pick(rng, ("", "", "", "\n", "\n\t")),
        entities=chance(rng, 0.2), zero_width=chance(rng, 0.05), litter=chance(rng, 0.5),
    )  # fmt: skip


def _tags(rng: Random) -> tuple[dict[str, str], dict[str, str]]:
    """Return opening and closing tags by mark: styled spans mostly, else bare tags or fonts."""
    form = rng.random()
    if form < 0.05:
        return {"": "", "strong": "<b>", "em": "<i>"}, {"": "", "strong": "</b>", "em": "</i>"}
    if form < 0.08:
        font = "<font face='Arial' size='2'>"
        opens = {"": font, "strong": f"{font}<strong>", "em": f"{font}<em>"}
        return opens, {"": "</font>", "strong": "</strong></font>", "em": "</em></font>"}
    font, size = pick(rng, ("Times New Roman", "Times New Roman", "Calibri", "宋体")), between(rng, 11, 14)
    bold = pick(rng, ("bold", "bold", "700"))

    def span(slant: str = "normal", weight: str = "") -> str:
        return f'<span style="{SPAN_STYLE.format(font=font, size=size, slant=slant, weight=weight)}">'

    opens = {"": span(), "strong": span(weight=f"font-weight:{bold}; "), "em": span("italic")}
    return opens, dict.fromkeys(opens, "</span>")


def _block(rng: Random, block: Block, markup: Markup) -> str:
    if isinstance(block, Paragraph):
        indent = "\u3000\u3000" if chance(rng, 0.03) else ""
        tail = markup.opens["em"] + "&nbsp;" + markup.closes["em"] if chance(rng, 0.05) else ""
        return f"<{block.tag}{markup.style}>{indent}{_line(rng, block.inlines, markup)}{tail}</{block.tag}>"
    if isinstance(block, Quote):
        return f"<blockquote>{''.join([_block(rng, one, markup) for one in block.paragraphs])}</blockquote>"
    if isinstance(block, Items):
        tag = "ol" if block.ordered else "ul"
        start = f" start='{block.start}'" if block.start != 1 else ""
        items = [f"<li{markup.style}>{_line(rng, item, markup)}</li>" for item in block.items]
        return f"<{tag}{start} type='disc'>\n{''.join(items)}<li>&nbsp;</li></{tag}>"
    return _table(block, markup)


def _line(rng: Random, inlines: tuple[Inline, ...], markup: Markup) -> str:
    return "".join([_inline(rng, inline, markup) for inline in inlines])


def _inline(rng: Random, inline: Inline, markup: Markup) -> str:
    if isinstance(inline, Break):
        return "<br />" * inline.times
    if isinstance(inline, Image):
        alt = "" if inline.printed_alt is None else f' alt="{inline.printed_alt.replace("&", "&amp;")}"'
        return f'<img src="{inline.src}"{alt} border="0" onload="fit(this)" style="width:600px" />'
    if inline.href:
        text = f"{markup.opens['']}{_escape(inline.text, markup)}{markup.closes['']}"
        return f'<a href="{inline.href.replace("&", "&amp;")}" target="_blank" onclick="hit()">{text}</a>'
    return _run(rng, inline, markup)


def _run(rng: Random, run: Run, markup: Markup) -> str:
    """Return a run in one span or in several: cut inside words, or at spaces that get a span of their own."""
    opens, closes = markup.opens[run.mark], markup.closes[run.mark]
    text = run.text
    pieces: list[str] = []
    start = 0
    for _ in range(int(rng.random() * 4) if rng.random() < 0.4 and opens else 0):
        cut = start + 1 + int(rng.random() * (len(text) - start - 1))
        space = text.find(" ", cut)
        if rng.random() < 0.7 and start < space < len(text) - 1:
            pieces += (_escape(text[start:space], markup), "&nbsp;")
            start = space + 1
        elif cut < len(text):
            pieces.append(_escape(text[start:cut], markup))
            start = cut
    pieces.append(_escape(text[start:], markup))
    return f"{opens}{f'{closes}{opens}'.join(pieces)}{closes}"


def _escape(text: str, markup: Markup) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if markup.entities:
        text = text.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("’", "&rsquo;").replace("—", "&mdash;")  # noqa: RUF001
        text = text.replace(" the ", " the\n\t")
    return text.replace("-", "-\u200b", 1) if markup.zero_width else text


def _table(table: Table, markup: Markup) -> str:
    def cell(text: str, attribute: str = "") -> str:
        inner = f"{markup.opens['']}{_escape(text, markup) or '&nbsp;'}{markup.closes['']}"
        inner = f"<p{markup.style}>{inner}</p>" if table.in_paragraphs else inner
        return f"<td{attribute} width='120' valign='top'>{inner}</td>"

    rows = ["".join([cell(text) for text in row]) for row in table.rows]
    if table.caption_row:
        rows.insert(0, cell(table.caption_row, f" colspan='{len(table.rows[0])}'"))
    lines = "\n".join([f"<tr>{row}</tr>" for row in rows])
    return f"<table border='1' cellspacing='0' class='MsoTableGrid'>\n{lines}\n</table>"
