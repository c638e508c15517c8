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
SPAN = (
    '<span style="background-color:#ffffff; color:#414040; font-family:&#39;{font}&#39;; font-size:{size}pt; '
    'font-style:{slant}; {weight}text-transform:none">'
)
WRAPPERS = (*(("<form>", "</form>"),) * 8, ("", ""), ("<section>", "</section>"))
LITTER = (
    "<p{style}><span>&nbsp;</span></p>",
    "<p{style}><br /></p>",
    "<p{style}><span><o:p>&nbsp;</o:p></span></p>",
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->",
    "<script type='text/javascript'>var visits = 1 < 2;</script>",
    "<p{style}><img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' style='display:none' /></p>",
)
TAGS = {
    "<br>": "<br />",
    "<tbody>": "",
    "</tbody>": "",
    "</tr>": "</tr>\n",
    "<table>": "<table border='1' cellspacing='0' class='MsoTableGrid'>",
    "<td>": "<td width='120' valign='top'>",
    "</ul>": "<li>&nbsp;</li></ul>",
    "</ol>": "<li>&nbsp;</li></ol>",
}
ALTS = ("{name}", "C:\\fakepath\\7.png", "img/7.jpg", "微信图片_20260107.png", "")  # where there is no description


class Markup(NamedTuple):
    """The markup of one posting. `opens` and `closes` are the tags around a run, by its mark."""

    opens: dict[str, str]
    closes: dict[str, str]
    style: str


def body(rng: Random, blocks: tuple[str, ...]) -> str:
    """Return the served HTML of the blocks, in a markup drawn from the generator."""
    markup = _markup(rng)
    litter = 0.1 if chance(rng, 0.5) else 0
    parts: list[str] = []
    for block in blocks:
        if chance(rng, litter):
            parts.append(pick(rng, LITTER).format(style=markup.style))
        parts.append(_block(rng, block, markup))
    before, after = pick(rng, WRAPPERS)
    return before + pick(rng, ("", "", "\n\t")).join(parts) + after


def _markup(rng: Random) -> Markup:
    """Return styled spans mostly, else bare tags."""
    if chance(rng, 0.05):
        return Markup({"": "", "strong": "<b>", "em": "<i>"}, {"": "", "strong": "</b>", "em": "</i>"}, "")
    font, size = pick(rng, ("Times New Roman", "Times New Roman", "Calibri", "宋体")), between(rng, 11, 14)
    styles = {"": ("normal", ""), "strong": ("normal", "font-weight:bold; "), "em": ("italic", "")}
    opens = {
        mark: SPAN.format(font=font, size=size, slant=slant, weight=weight) for mark, (slant, weight) in styles.items()
    }
    return Markup(opens, dict.fromkeys(opens, "</span>"), f' style="{BLOCK_STYLE.format(line=between(rng, 16, 28))}"')


def _block(rng: Random, block: str, markup: Markup) -> str:
    """Return a block with the markup: styled elements, and a span or more in place of each text."""
    parts: list[str] = []
    mark = ""
    for token in re.findall("<[^>]+>|[^<]+", block.replace("<td></td>", "<td>\xa0</td>")):
        if not token.startswith("<"):
            parts.append(_run(rng, unescape(token), mark, markup))
        elif token in {"<strong>", "<em>"}:
            mark = token[1:-1]
        elif token in {"</strong>", "</em>"}:
            mark = ""
        elif token.startswith("<img"):
            parts.append(_image(rng, token))
        elif token in {"<p>", "<h2>", "<h3>", "<li>"}:
            parts.append(f"{token[:-1]}{markup.style}>")
        else:
            parts.append(TAGS.get(token, token))
    return "".join(parts)


def _image(rng: Random, tag: str) -> str:
    """Return an image as the editor writes it: a description that is missing is a file name, or empty."""
    name = tag.split('"')[1].rpartition("/")[2]
    tag = tag.replace('alt=""', f'alt="{pick(rng, ALTS).format(name=name)}"')
    return f'{tag[:-1]} border="0" onload="fit(this)" style="width:600px" />'


def _run(rng: Random, text: str, mark: str, markup: Markup) -> str:
    """Return a text in one span or in several: cut inside words, or at spaces that get a span of their own."""
    opens, closes = markup.opens[mark], markup.closes[mark]
    pieces: list[str] = []
    for _ in range(between(rng, 0, 3) if opens and chance(rng, 0.4) else 0):
        cut = between(rng, 1, len(text))
        space = text.find(" ", cut)
        if chance(rng, 0.7) and 0 < space < len(text) - 1:
            pieces += (text[:space], "\xa0")
            text = text[space + 1 :]
        elif cut < len(text):
            pieces.append(text[:cut])
            text = text[cut:]
    pieces.append(text)
    return f"{opens}{f'{closes}{opens}'.join(map(_encode, pieces))}{closes}"


def _encode(text: str) -> str:
    return escape(text).replace("\xa0", "&nbsp;").replace("“", "&ldquo;").replace("”", "&rdquo;")
