"""Text as it stands in articles: words with numbers, among marks that mean something to HTML or Markdown."""

# ruff: noqa: RUF001 - articles have such characters

from __future__ import annotations

from html import escape
from random import Random

# fmt: off
# `{}` is the word. What is not escaped here is put in as it stands.
AROUND = [
    "{},", "{}.", "{}:", "({})", "“{}”", "‘{}’", "\"{}\"", "{}’s", "渡口{}", "{}。", "，{}", "《{}》", "（{}）", "{}——",
    "{}…", "–{}", "*{}*", "_{}_", "__{}__", "**{}**", "`{}`", "[{}]", "({}](", "[{}](/x)", "![{}", "{}!", "!{}",
    "~{}~", "~~{}~~", "\\{}", "{}\\", "{}|", "|{}", "#{}", "{}#", "={}", "+{}", "-{}", "{}-", "@{}", "${}$", "{}%",
    "{}*", "*{}", "_{}", "{}_", "{}_x", "x*{}", "[^{}]", "[{}]:", "{}:/", "🚢{}", "{}🌾", "é{}", "{}ß", "“{}", "{}”",
    "\u2014{}", "{};", "{}?",
]
ALONE = [
    "*", "**", "***", "_", "__", "`", "``", "```", "~~~", "[", "]", "](", "[]", "()", "!", "!!", "|", "||", "#", "##",
    "+", "-", "--", "---", "===", "=", "* * *", "- - -", "1.", "2)", "1986.", "10)", ">", ">>", "<", "&", "\\",
    "\\\\", ":", "|---|", ":--", "0.", "•", "—", "~", "/", "...", "&copy;", "&#42;", "&lt;", "<b>", "</b>", "<!--",
    "-->", "<http://a.cn>", "<a@b.cn>", "http://a.cn/b_c_d", "[x]: /y", "![x](/y)", "_x_y_", "a*b*c", "\\*", "<br>",
    "5%",
]
RAW = [
    "&amp;copy;", " & ", "&", " < ", " <3", "&nbsp;", "&#150;", "\x96", "It\x92s", "\x93x\x94", "&mdash;", "&#8203;",
    "&shy;", "\ufeff", "\u2060", "&ldquo;", "&quot;", "&#x1F6A2;", "x&y", "&amp;amp;", "&notit;", "AT&T",
]
SPACES = [" ", " ", " ", " ", "\n", "\n  ", "  ", "&nbsp;", "&nbsp;&nbsp;", "\u3000", " &nbsp;", "\t", "\r\n", "&emsp;"]
HANZI = "江河渡口农村发展研究所"
# fmt: on


class Words:
    """A source of random words, each with a number of its own."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.count = 0

    def word(self) -> str:
        """Return a new word, such as ``w17k``."""
        self.count += 1
        return f"w{self.count}{self.rng.choice('abcdk')}"

    def piece(self) -> str:
        """Return a word with what stands around it, or some marks alone, as HTML."""
        chance = self.rng.random()
        if chance < 0.5:
            return self.word()
        if chance < 0.78:
            return escape(self.rng.choice(AROUND).replace("{}", self.word()), quote=False)
        if chance < 0.88:
            return escape(self.rng.choice(ALONE), quote=False)
        if chance < 0.94:
            return self.rng.choice(RAW)
        return "".join(self.rng.sample(HANZI, self.rng.randint(1, 3)))

    def space(self, joined: float = 0.0) -> str:
        """Return white space, or with the probability ``joined`` none."""
        return "" if self.rng.random() < joined else self.rng.choice(SPACES)

    def text(self, most: int = 4) -> str:
        """Return some pieces with white space between them."""
        pieces = [self.piece() for _ in range(self.rng.randint(1, most))]
        return "".join(piece + self.space(0.1) for piece in pieces[:-1]) + pieces[-1]
