"""What stands inside a paragraph: words in formats as word processors write them, links, pictures, line breaks."""

from __future__ import annotations

from random import Random

from .words import Words

# fmt: off
STYLES = [
    "font-weight:bold", "font-weight:bold", "font-weight:700", "font-weight:600", "font-weight:500",
    "FONT-WEIGHT: Bold", "font-weight:normal", "font-weight:normal", "font-weight:400", "font-weight:bold !important",
    "font-weight:bolder", "mso-bidi-font-weight:bold", "mso-bidi-font-weight:normal", "mso-bidi-font-style:italic",
    "mso-ansi-font-weight:bold", "font:bold 12pt Arial", "font:italic 700 10.5pt/1.5 'Times New Roman'",
    "font:7.0pt 'Times New Roman'", "font:italic 12px serif", "font:normal 12pt 宋体", "font-style:italic",
    "font-style:italic", "font-style:oblique", "font-style:normal", "font-weight:bold;font-style:italic",
    "font-weight:normal;font-weight:bold", "vertical-align:super", "vertical-align:3.0pt", "vertical-align:-2px",
    "vertical-align:sub", "vertical-align:baseline", "text-decoration:line-through", "text-decoration:underline",
    "text-decoration:underline line-through", "text-decoration:none", "display:inline", "display:inline-block",
    "color:red", "font-family:宋体", "mso-spacerun:yes", "font-size:12.0pt",
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
HIDDEN = ["display:none", "visibility:hidden", "mso-hide:all", "display: none;color:red", "DISPLAY:NONE"]
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
# fmt: on


class Inline:
    """A source of random contents of a paragraph."""

    def __init__(self, rng: Random):
        self.rng = rng
        self.words = Words(rng)
        self.kinds = {
            self.words.text: 30,
            self._element: 22,
            self._styled: 18,
            self._line_break: 5,
            self._link: 6,
            self._power: 5,
            self._plain: 4,
            self._picture: 3,
            self._unseen: 3,
            self._hidden: 2,
            self._deleted: 2,
            self._block_span: 1,
            self._oddity: 2,
        }
        self.depth = 0

    def content(self, most: int = 5) -> str:
        """Return some words with formats, as HTML."""
        if self.depth > 3:
            return self.words.text(2)
        self.depth += 1
        kinds = self.rng.choices(list(self.kinds), list(self.kinds.values()), k=self.rng.randint(1, most))
        made = "".join(make() + self.words.space(0.4) for make in kinds)
        self.depth -= 1
        return made if self.rng.random() < 0.3 else made.strip()

    def style(self) -> str:
        """Return a start tag's attribute ``style``."""
        return f' style="{self.rng.choice(STYLES)}"'

    def _element(self) -> str:
        tag = self.rng.choice(TAGS)
        return f"<{tag}{self.style() if self.rng.random() < 0.1 else ''}>{self.content(3)}</{tag}>"

    def _styled(self) -> str:
        return f"<span{self.style()}>{self.content(3)}</span>"

    def _plain(self) -> str:
        start = self.rng.choice(PLAIN)
        return f"{start}{self.content(3)}</{start.strip('<>').split()[0]}>"

    def _link(self) -> str:
        return f'<a href="{self.rng.choice(LINKS)}"{self.rng.choice(TITLES)}>{self.content(2)}</a>'

    def _picture(self) -> str:
        return f"<img {self.rng.choice(SOURCES)}{self.rng.choice(ALTS)}>"

    def _line_break(self) -> str:
        return self.rng.choice(BREAKS)

    def _power(self) -> str:
        start, end = self.rng.choice(
            [("<sup>", "</sup>"), ("<sub>", "</sub>"), ("<span style='vertical-align:super'>", "</span>")]
        )
        return f"{self.words.word()}{start}{self.rng.choice(POWERS)}{end}{self.rng.choice([' ', ',', ''])}"

    def _unseen(self) -> str:
        return self.rng.choice(UNSEEN)

    def _hidden(self) -> str:
        attribute = self.rng.choice([f'style="{self.rng.choice(HIDDEN)}"', "hidden"])
        return f" <span {attribute}>{self.content(2)}</span>"

    def _deleted(self) -> str:
        return f"<del>{self.content(2)}</del>"

    def _block_span(self) -> str:
        return f"<span style='display:block'>{self.content(2)}</span>"

    def _oddity(self) -> str:
        return self.rng.choice([*EMBEDDED, *MATHS, *BULLETS, f"<q>{self.words.text(2)}</q>"])
