"""The served body of an article: HTML pasted from Word, styled span by span, and with useless elements.

The markup does not change the content: `expected` writes the expected body from the same blocks.
"""

from __future__ import annotations

import re
from html import unescape
from random import Random
from typing import NamedTuple

from tests.mocksite.content import escape
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
TAGS = {"<br>": "<br />", "<tbody>": "", "</tbody>": "", "</tr>": "</tr>\n"}
ATTRIBUTES = {
    "a": 'target="_blank" onclick="hit()"',
    "table": "border='1' cellspacing='0' class='MsoTableGrid'",
    "td": "width='120' valign='top'",
    "ul": "type='disc'",
    "ol": "type='disc'",
}


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


def body(rng: Random, blocks: tuple[str, ...]) -> str:
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


def _block(rng: Random, block: str, markup: Markup) -> str:
    """Return a block with the markup: styled elements, and a span or more in place of each text."""
    block = block.replace("<td></td>", "<td>\xa0</td>")
    if block.startswith("<table") and chance(rng, 0.5):
        block = re.sub("(<td[^>]*>)(.*?)</td>", r"\1<p>\2</p></td>", block)
    parts: list[str] = []
    mark = ""
    for token in re.findall("<[^>]+>|[^<]+", block):
        if not token.startswith("<"):
            parts.append(_run(rng, unescape(token), mark, markup))
        elif token in {"<strong>", "<em>"}:
            mark = token[1:-1]
        elif token in {"</strong>", "</em>"}:
            mark = ""
        else:
            parts.append(_tag(rng, token, markup))
    return "".join(parts)


def _tag(rng: Random, tag: str, markup: Markup) -> str:
    """Return a tag as the editor writes it."""
    name = tag.strip("</>").split()[0]
    if name == "img":
        return _image(rng, tag)
    if name in {"p", "h2", "h3", "li"} and not tag.startswith("</"):
        return f"<{name}{markup.style}>" + ("\u3000\u3000" if chance(rng, 0.03) else "")
    if tag == "</p>" and chance(rng, 0.05):
        return f"{markup.opens['em']}&nbsp;{markup.closes['em']}</p>"
    if tag in {"</ul>", "</ol>"}:
        return f"<li>&nbsp;</li>{tag}"
    if name in ATTRIBUTES and not tag.startswith("</"):
        return f"{tag[:-1]} {ATTRIBUTES[name]}>"
    return TAGS.get(tag, tag)


def _image(rng: Random, tag: str) -> str:
    """Return an image as the editor writes it: a description that is missing is a file name, empty, or left out."""
    src = tag.split('"')[1]
    name = src.rpartition("/")[2]
    junk = (f'alt="{name}"', 'alt="C:\\fakepath\\7.png"', 'alt="img/7.jpg"', 'alt="微信图片_20260107.png"', "")
    tag = tag.replace('alt=""', pick(rng, junk))
    return f'{tag[:-1]} border="0" onload="fit(this)" style="width:600px" />'


def _run(rng: Random, text: str, mark: str, markup: Markup) -> str:
    """Return a text in one span or in several: cut inside words, or at spaces that get a span of their own."""
    opens, closes = markup.opens[mark], markup.closes[mark]
    pieces: list[str] = []
    start = 0
    for _ in range(int(rng.random() * 4) if rng.random() < 0.4 and opens else 0):
        cut = start + 1 + int(rng.random() * (len(text) - start - 1))
        space = text.find(" ", cut)
        if rng.random() < 0.7 and start < space < len(text) - 1:
            pieces += (_encode(text[start:space], markup), "&nbsp;")
            start = space + 1
        elif cut < len(text):
            pieces.append(_encode(text[start:cut], markup))
            start = cut
    pieces.append(_encode(text[start:], markup))
    return f"{opens}{f'{closes}{opens}'.join(pieces)}{closes}"


def _encode(text: str, markup: Markup) -> str:
    text = escape(text).replace("\xa0", "&nbsp;")
    if markup.entities:
        text = text.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("’", "&rsquo;").replace("—", "&mdash;")  # noqa: RUF001
        text = text.replace(" the ", " the\n\t")
    return text.replace("-", "-\u200b", 1) if markup.zero_width else text
