"""Random bodies as word processors and old editors write them; the same seed gives the same body."""

from __future__ import annotations

import re
from random import Random

from .inline import BULLETS, HIDDEN, Inline

# fmt: off
WRAPPERS = [
    "div", "div", "form", "center", "section", "article", "div class=a", "main", "aside", "header", "fieldset",
    "address", "font size=2", "b", "i", "span style='font-weight:bold'", "div style='font-style:italic'",
    "a href='/x.aspx'", "u", "div align=center", "span style='font-size:12pt'", "o:p", "figure", "em",
]
LISTS = ["ul", "ul", "ul type=disc", "ol", "ol start=3", "ol start=0", "ol type=a", "ol start=-2"]
SPANS = ["colspan=2", "colspan=3", "colspan=1000", "rowspan=2", "rowspan=3", "rowspan=1000"]
PARAGRAPHS = [
    "p", "p", "p", "p", "p class=MsoNormal", "p style='text-indent:24pt'", "p style='font-weight:bold'", "div",
    "p align=center style='text-align:center'", "p style='font:italic bold 12pt Arial'", "p\nclass=MsoNormal",
]
STRAY = [
    "</p>", "</b>", "</div>", "</span>", "</td>", "</table>", "</li>", "</ul>", "</a>", "<p>", "<b>", "<div>", "<i>",
    "<li>", "</form>", "</h2>", "<td>", "</br>", "<span style='font-weight:bold'>", "<a href='/y'>", "</blockquote>",
]
COMMENTS = (
    "<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>"
    "<a class=msocomoff href='#_msoanchor_1'>[A1]</a>No.</p></div></div>"
)
# fmt: on
# Elements whose text is never shown stay whole: a body that ends inside one is damaged, not read.
_TOKEN = re.compile(
    "|".join(map(re.escape, BULLETS))
    + r"|<!--.*?-->|<(script|style|title|iframe|video|audio|object|math|svg)\b.*?</\1>|<[^<>]*>|[^<]+|<",
    re.DOTALL,
)


def make_body(seed: int | str) -> str:
    """Return the HTML of a random body."""
    return _Bodies(Random(seed)).body()


def split_markup(markup: str) -> list[str]:
    """Split HTML into tags, texts and whole unseen elements; joined, they are the same HTML."""
    return [match[0] for match in _TOKEN.finditer(markup)]


class _Bodies:
    def __init__(self, rng: Random):
        self.rng = rng
        self.inline = Inline(rng)
        self.depth = 0
        self.kinds = {
            self._paragraph: 40,
            self._list: 12,
            self._heading: 8,
            self._quotation: 8,
            self._table: 9,
            self._wrapper: 10,
            self._bare: 8,
            self._preformatted: 2,
            self._rule: 2,
            self._hidden: 2,
            self._terms: 2,
            self._foreign: 1,
        }

    def body(self) -> str:
        made = self.blocks(self.rng.choice([1, 1, 2, 3, 5]))
        if self.rng.random() < 0.03:
            made += COMMENTS
        return self._break(made) if self.rng.random() < 0.25 else made

    def blocks(self, most: int) -> str:
        """Return at most so many blocks, with or without a line between them."""
        if self.depth > 3:
            return self._paragraph()
        self.depth += 1
        kinds = self.rng.choices(list(self.kinds), list(self.kinds.values()), k=self.rng.randint(1, most))
        made = self.rng.choice(["", "\n", "\r\n  "]).join(make() for make in kinds)
        self.depth -= 1
        return made

    def _break(self, markup: str) -> str:
        """Drop, swap or put in some tags."""
        tokens = split_markup(markup)
        for _ in range(self.rng.randint(1, 3)):
            ends = [at for at, token in enumerate(tokens) if token.startswith("</")]
            kind = self.rng.choice(["drop", "drop", "swap", "stray"])
            if kind == "stray" or len(ends) < 2:
                tokens.insert(self.rng.randint(0, len(tokens)), self.rng.choice(STRAY))
            elif kind == "drop":
                del tokens[self.rng.choice(ends)]
            else:
                first, second = self.rng.sample(ends, 2)
                tokens[first], tokens[second] = tokens[second], tokens[first]
        return "".join(tokens)

    def _element(self, start: str, inside: str) -> str:
        return f"<{start}>{inside}</{start.split()[0]}>"

    def _paragraph(self) -> str:
        return self._element(self.rng.choice(PARAGRAPHS), self.inline.content())

    def _bare(self) -> str:
        indent = self.rng.choice(["", "&nbsp;&nbsp;", "\u3000\u3000"])
        lines = [indent + self.inline.content(3) for _ in range(self.rng.randint(1, 3))]
        return self.rng.choice(["<br>", "<br>\n", "<br><br>"]).join(lines)

    def _heading(self) -> str:
        return self._element(f"h{self.rng.randint(1, 6)}", self.inline.content(3))

    def _wrapper(self) -> str:
        return self._element(self.rng.choice(WRAPPERS), self.blocks(3))

    def _quotation(self) -> str:
        inside = self.inline.content(3) if self.rng.random() < 0.3 else self.blocks(3)
        return self._element("blockquote", inside)

    def _preformatted(self) -> str:
        lines = [f"{'  ' * self.rng.randint(0, 2)}{self.inline.words.text(3)}" for _ in range(self.rng.randint(1, 3))]
        if self.rng.random() < 0.3:
            lines.append("about 10<sup>3</sup> <b>people</b>")
        return self._element("pre", "\n".join(re.sub(r"\s|&nbsp;|&emsp;", " ", line) for line in lines))

    def _rule(self) -> str:
        return "<hr>"

    def _hidden(self) -> str:
        return f'<p style="{self.rng.choice(HIDDEN)}">{self.inline.content(2)}</p>'

    def _terms(self) -> str:
        return f"<dl><dt>{self.inline.content(2)}<dd>{self.inline.content(2)}</dl>"

    def _foreign(self) -> str:
        return f"<svg><foreignObject><p>{self.inline.words.text(2)}</p></foreignObject></svg>"

    def _list(self) -> str:
        start = self.rng.choice(LISTS)
        items = [self._item(start.startswith("ol")) for _ in range(self.rng.randint(1, 4))]
        return self._element(start, self.rng.choice(["", "\n"]).join(items))

    def _item(self, is_numbered: bool) -> str:
        value = f" value={self.rng.randint(0, 20)}" if is_numbered and self.rng.random() < 0.1 else ""
        chance = self.rng.random()
        inside = "" if chance < 0.04 else self.inline.content(3) if chance < 0.85 else self.blocks(2)
        if self.rng.random() < 0.2 and self.depth < 3:
            self.depth += 1
            inside += self._list()
            self.depth -= 1
        return f"<li{value}>{inside}{self.rng.choice(['</li>', '</li>', ''])}"

    def _table(self) -> str:
        width = self.rng.choice([1, 1, 2, 2, 3])
        head = "th" if self.rng.random() < 0.3 else "td"
        rows = [self._row(width, head)]
        rows += [self._row(width, "td") for _ in range(self.rng.randint(0, 3))]
        caption = f"<caption>{self.inline.content(2)}</caption>" if self.rng.random() < 0.15 else ""
        inside = "\n".join(rows)
        headed = f"<thead>{rows[0]}</thead><tbody>{''.join(rows[1:])}</tbody>"
        inside = self.rng.choice([inside, inside, inside, self._element("tbody", inside), headed])
        return f"<table border=1>{caption}{inside}</table>"

    def _row(self, width: int, tag: str) -> str:
        count = width if self.rng.random() < 0.85 else self.rng.randint(1, width)
        hidden = " style='display:none'" if self.rng.random() < 0.02 else ""
        return f"<tr{hidden}>{''.join(self._cell(tag) for _ in range(count))}</tr>"

    def _cell(self, tag: str) -> str:
        span = "" if self.rng.random() < 0.85 else f" {self.rng.choice(SPANS)}"
        chance = self.rng.random()
        inside = "&nbsp;" if chance < 0.08 else self.inline.content(3) if chance < 0.75 else self.blocks(2)
        return f"<{tag}{span}>{inside}</{tag}>"
