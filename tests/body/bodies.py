"""Random bodies as word processors and old editors write them; the same seed gives the same body."""

# ruff: noqa: RUF001 - articles have such characters

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from itertools import count
from random import Random

# fmt: off
# `{}` is the word; these and the next are escaped.
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
# These stand in the HTML as they are.
RAW = [
    "&amp;copy;", " & ", "&", " < ", " <3", "&nbsp;", "&#150;", "\x96", "It\x92s", "\x93x\x94", "&mdash;", "&#8203;",
    "&shy;", "\ufeff", "\u2060", "&ldquo;", "&quot;", "&#x1F6A2;", "x&y", "&amp;amp;", "&notit;", "AT&T",
]
SPACES = [" ", " ", " ", " ", "\n", "\n  ", "  ", "&nbsp;", "&nbsp;&nbsp;", "\u3000", " &nbsp;", "\t", "\r\n", "&emsp;"]
STYLES = [
    "font-weight:bold", "font-weight:bold", "font-weight:700", "font-weight:600", "font-weight:500",
    "FONT-WEIGHT: Bold", "font-weight:normal", "font-weight:normal", "font-weight:400", "font-weight:bold !important",
    "font-weight:bolder", "mso-bidi-font-weight:bold", "mso-bidi-font-weight:normal", "mso-bidi-font-style:italic",
    "mso-ansi-font-weight:bold", "font:bold 12pt Arial", "font:italic 700 10.5pt/1.5 'Times New Roman'",
    "font:7.0pt 'Times New Roman'", "font:italic 12px serif", "font:normal 12pt 宋体", "font-style:italic",
    "font-style:italic", "font-style:oblique", "font-style:normal", "font-weight:bold;font-style:italic",
    "font-weight:normal;font-weight:bold", "vertical-align:super", "vertical-align:3.0pt", "vertical-align:-4px",
    "vertical-align:sub", "vertical-align:baseline", "text-decoration:line-through", "text-decoration:underline",
    "text-decoration:underline line-through", "text-decoration:none", "display:inline", "display:inline-block",
    "color:red", "font-family:宋体", "mso-spacerun:yes", "font-size:12.0pt", "font-size:1.5em",
    "mso-fareast-font-family:宋体;mso-hansi-font-family:Calibri", "background:#fff;mso-highlight:yellow", "",
]
TAGS = ["b", "b", "strong", "i", "em", "u", "s", "strike", "ins", "sup", "sub", "code", "span", "font", "o:p", "small"]
PLAIN = [
    "<span lang=EN-US>", "<span class='a b'>", "<font face=Arial size=2>", "<a name=_ftnref1>", "<label>",
    "<st1:place w:st='on'>", "<nobr>", "<big>", "<abbr title='x > y'>",
    "<span\nlang=EN-US\nstyle='mso-bidi-font-size:\n12pt'>",
]
LINKS = [
    "/x.aspx", "#_ftn1", "b.pdf", "http://a.cn/?a=1&copy=2", "http://a.cn/a_b_(c)", "http://a.cn/*x*",
    "mailto:a@b.cn", "www.example.com/x", "javascript:go()", "http://a.cn/a b", "http://a.cn/渡口", "http://a.cn/[1]",
    "/upload/报告.docx", "HTTP://A.cn/x\\y", "http://a.cn/<x>", "",
]
TITLES = ["", "", "", "", " title='t'", " title='a \"b\" *c*'", " title=\"it's (x)\"", " title='a&amp;lt;b\\'"]
SOURCES = [
    "src='/upload/a.jpg'", "src='\\upload\\a.jpg'", "src='http://a.cn/a_b_(1).png'", "src='b.png' width=3",
    "src='data:image/png;base64,iVBORw0KGgo='", "src='file:///C:/a.png'", "data-src='/upload/c.jpg'",
    "src='/static/loading.gif' data-original='/upload/d.jpg'", "src='//a.cn/e f.png'",
]
ALTS = ["", "", " alt=''", " alt='A pier'", " alt='image001.png'", " alt='[x] *y* &quot;z&quot;'", " alt='a_b_ ]( `c`'"]
HIDDEN = [
    "display:none", "visibility:hidden", "mso-hide:all", "display: none;color:red", "DISPLAY:NONE", "font-size:0pt",
]
EMBEDDED = [
    "<iframe src='https://v.example.com/1.html'></iframe>", "<video src='/upload/v.mp4'>old browser</video>",
    "<embed src='/upload/a.swf'>", "<object data='/upload/a.pdf'></object>", "<audio src='/upload/a.mp3'></audio>",
]
UNSEEN = [
    "<!-- c -->", "<!--[if gte mso 9]><xml><w:x>no</w:x></xml><![endif]-->", "<![if !supportLists]>", "<![endif]>",
    "<?xml:namespace prefix = o />", "<script>no()</script>", "<style>p{x:no}</style>", "<wbr>", "<!--StartFragment-->",
    "<a class='msocomanchor' href='#_msocom_1'>[A1]</a>", "<input type=hidden value=no>", "<o:p></o:p>", "<b></b>",
    "<title>no</title>", "<meta name=x content=no>", "<span></span>", "<a href='/x'></a>", "<o:p>&nbsp;</o:p>",
]
POWERS = ["1", "2", "3", "-6", "+", "-", "10", "[1]", "st", "th", "n", "a2", "\u22121"]
WORD_BULLET = (
    "<span style=\"font-family:'Symbol'\"><span style='mso-list:Ignore'>·<span style='font:7.0pt \"Times New Roman\"'>"
    "&nbsp;&nbsp; </span></span></span>"
)
BULLETS = [
    "<span style='font-family:Wingdings'>l</span>", "<font face=Wingdings>n</font>", "\uf0b7", WORD_BULLET,
]
BREAKS = [
    "<br>", "<br>", "<br/>\n", "<br><br>", "<br>&nbsp;<br>", "<br>\n<br>", "<br>&nbsp;&nbsp;", "<br>\u3000\u3000",
    "<br>\n&nbsp; ", "<br><br><br>", "<span><br></span>", "<b><br></b>",
]
MATHS = ["<math><msup><mi>c</mi><mn>2</mn></msup></math>", "<math><msub><mi>x</mi><mn>1</mn></msub></math>"]
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
_NAME = re.compile(r"\{(\w+)\}")
DEEPEST = 4  # of one rule in itself


def _elements(starts: Iterable[str], inside: str) -> list[str]:
    """Return an element for each start tag."""
    return [f"<{start}>{inside}</{start.partition('{')[0].split()[0]}>" for start in starts]


def _several(one: str, between: str, *weights: int) -> dict[str, int]:
    """Return one, two … of them, each with its weight."""
    return {between.join([one] * number): weight for number, weight in enumerate(weights, 1)}


def _tables(width: int) -> list[str]:
    """Return tables of ``width`` columns, with a row of another width now and then."""
    row, head = (f"<tr{{hiding_row}}>{cell * width}</tr>" for cell in ("{cell}", "{head_cell}"))
    return [
        f"<table border=1>{{caption}}{inside}</table>"
        for first in (row, row, head)
        for rest in ("", row, f"{row}\n{row}", f"{row}{{ragged_row}}", row * 3)
        for inside in (first + rest, f"{first}\n{rest}", f"<tbody>{first}{rest}</tbody>",
                       f"<thead>{first}</thead><tbody>{rest}</tbody>")
    ]  # fmt: skip


# fmt: off
# Each rule's alternatives, of which one is chosen, with or without weights; `{name}` stands for that rule.
GRAMMAR: dict[str, list[str] | dict[str, int]] = {
    "body": {"{blocks}": 97, f"{{blocks}}{COMMENTS}": 3},
    "blocks": _several("{block}", "{line_end}", 58, 26, 10, 4, 2),
    "line_end": ["", "\n", "\r\n  "],
    "block": {
        "{paragraph}": 40, "{list}": 12, "{heading}": 8, "{quotation}": 8, "{table}": 9, "{wrapper}": 10, "{bare}": 8,
        "{preformatted}": 2, "<hr>": 2, '<p style="{hiding}">{inline}</p>': 2, "<dl><dt>{inline}<dd>{inline}</dl>": 2,
        "<svg><foreignObject><p>{text}</p></foreignObject></svg>": 1,
    },
    "paragraph": _elements(PARAGRAPHS, "{inline}"),
    "heading": _elements((f"h{level}" for level in range(1, 7)), "{inline}"),
    "quotation": {"<blockquote>{inline}</blockquote>": 3, "<blockquote>{blocks}</blockquote>": 7},
    "wrapper": _elements(WRAPPERS, "{blocks}"),
    "bare": {
        **_several("{indent}{inline}", "<br>", 3, 1, 1),
        **_several("{indent}{inline}", "<br>\n", 3, 1, 1),
        **_several("{indent}{inline}", "<br><br>", 3, 1, 1),
    },
    "indent": ["", "&nbsp;&nbsp;", "\u3000\u3000"],
    "preformatted": {
        **{f"<pre>{lines}</pre>": weight for lines, weight in _several("{code}", "\n", 3, 2, 2).items()},
        "<pre>{code}\nabout 10<sup>3</sup> <b>people</b></pre>": 3,
    },
    "code": ["{word}", "  {word} {around}", "    {around}  {around}", "  {hanzi} {word}"],
    "list": _elements(LISTS, "{items}"),
    "items": {**_several("{item}", "", 2, 2, 1, 1), **_several("{item}", "\n", 2, 2, 1, 1)},
    "item": {"<li{value}>{item_content}</li>": 2, "<li{value}>{item_content}": 1},
    "value": {"": 9, " value=0": 1, " value=7": 1},
    "item_content": {"": 4, "{inline}": 65, "{blocks}": 13, "{inline}{list}": 18},
    "table": [*_tables(1), *_tables(2), *_tables(3)],
    "ragged_row": _several("<tr>{cell}</tr>", "", 1, 1),
    "caption": {"": 85, "<caption>{inline}</caption>": 15},
    "hiding_row": {"": 49, " style='display:none'": 1},
    "cell": ["<td{span}>{cell_content}</td>"],
    "head_cell": ["<th{span}>{cell_content}</th>"],
    "span": {"": 34, **{f" {one}": 1 for one in SPANS}},
    "cell_content": {"&nbsp;": 8, "{inline}": 67, "{blocks}": 25},
    "inline": {**_several("{piece}", "{gap}", 42, 28, 14, 6, 4), "{space}{piece}{gap}{piece}{space}": 8},
    "piece": {
        "{text}": 30, "{element}": 22, '<span style="{style}">{inline}</span>': 18, "{break}": 5, "{plain}": 4,
        '{bang}<a href="{address}"{title}>{inline}</a>': 6, "{word}{power}{power_end}": 5, "<img {source}{alt}>": 3,
        "{unseen}": 3, ' <span style="{hiding}">{inline}</span>': 1, " <span hidden>{inline}</span>": 1,
        "<del>{inline}</del>": 2, "<span style='display:block'>{inline}</span>": 1, "{oddity}": 2,
    },
    "element": _elements((f"{tag}{{attribute}}" for tag in TAGS), "{inline}"),
    "attribute": {"": 9, ' style="{style}"': 1},
    "style": STYLES,
    "hiding": HIDDEN,
    "plain": _elements((start.strip("<>") for start in PLAIN), "{inline}"),
    "bang": {"": 5, "!": 1},
    "address": LINKS,
    "title": TITLES,
    "source": SOURCES,
    "alt": ALTS,
    "break": BREAKS,
    "unseen": UNSEEN,
    "power": _elements(("sup", "sub", "span style='vertical-align:super'"), "{exponent}"),
    "exponent": POWERS,
    "power_end": [" ", ",", ""],
    "oddity": [*EMBEDDED, *MATHS, *BULLETS, "<q>{text}</q>"],
    "text": _several("{token}", "{text_gap}", 1, 1, 1, 1),
    "text_gap": {"": 1, "{space}": 9},
    "gap": {"": 4, "{space}": 6},
    "space": SPACES,
    "token": {"{word}": 50, "{around}": 28, "{alone}": 10, "{raw}": 6, "{hanzi}": 6},
    "around": [escape(one, quote=False).replace("{}", "{word}") for one in AROUND],
    "alone": [escape(one, quote=False) for one in ALONE],
    "raw": RAW,
    "hanzi": ["江", "河渡", "农村发", "展", "研究", "所"],
}
# fmt: on
SHALLOW = {"blocks": "<p>{text}</p>", "inline": "{text}", "list": "<ul><li>{text}</li></ul>"}


def make_body(seed: int | str) -> str:
    """Return the HTML of a random body, of which each word has a number of its own (``w17k``)."""
    rng, numbers, depths = Random(seed), count(1), Counter[str]()

    def expand(match: re.Match[str]) -> str:
        name = match[1]
        if name == "word":
            return f"w{next(numbers)}{rng.choice('abcdk')}"
        options = GRAMMAR[name]
        weights = list(options.values()) if isinstance(options, dict) else None
        (chosen,) = rng.choices(list(options), weights)
        if depths[name] >= DEEPEST:
            chosen = SHALLOW.get(name, chosen)
        depths[name] += 1
        made = _NAME.sub(expand, chosen)
        depths[name] -= 1
        return made

    made = _NAME.sub(expand, "{body}")
    return _break(made, rng) if rng.random() < 0.25 else made


def split_markup(markup: str) -> list[str]:
    """Split HTML into tags, texts and whole unseen elements; joined, they are the same HTML."""
    return [match[0] for match in _TOKEN.finditer(markup)]


def _break(markup: str, rng: Random) -> str:
    """Drop, swap or put in some tags."""
    tokens = split_markup(markup)
    for _ in range(rng.randint(1, 3)):
        ends = [at for at, token in enumerate(tokens) if token.startswith("</")]
        kind = rng.choice(["drop", "drop", "swap", "stray"])
        if kind == "stray" or len(ends) < 2:
            tokens.insert(rng.randint(0, len(tokens)), rng.choice(STRAY))
        elif kind == "drop":
            del tokens[rng.choice(ends)]
        else:
            first, second = rng.sample(ends, 2)
            tokens[first], tokens[second] = tokens[second], tokens[first]
    return "".join(tokens)
