"""A second reader of bodies, for tests: what a browser shows, by the rules of docs/article.md in their plainest form.

It shares no code with the project's reader: another parser (justhtml), and one string of characters with marks for what
parts paragraphs, which is cut afterwards.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any, NamedTuple

from justhtml import Element

from .tree import list_elements, list_nodes, list_rows, parse, place_cells, write_words

PLAIN_FONT = {"is_symbol": False, "is_sizeless": False}
# fmt: off
# What tags, fonts and declarations say of characters: of those that stand in random bodies, see bodies.py.
SAYS: dict[str, dict[str, Any]] = {one: says for says, those in (
    ({"bold": True}, ("b", "strong", *(f"font-weight:{one}" for one in ("bold", "bolder", "600", "700")))),
    ({"bold": False}, (f"font-weight:{one}" for one in ("normal", "400", "500"))),
    ({"italic": True}, ("i", "em", "address", "font-style:italic", "font-style:oblique")),
    ({"italic": False}, ("font-style:normal",)),
    ({"bold": True, "italic": False, **PLAIN_FONT}, ("font:bold 12pt arial",)),
    ({"bold": False, "italic": True, **PLAIN_FONT}, ("font:italic 12px serif",)),
    ({"bold": True, "italic": True, **PLAIN_FONT},
     ("font:italic bold 12pt arial", "font:italic 700 10.5pt/1.5 'times new roman'")),
    ({"bold": False, "italic": False, **PLAIN_FONT},
     ("font:normal 12pt 宋体", "font:7.0pt 'times new roman'", 'font:7.0pt "times new roman"')),
    ({"is_symbol": True}, ("font-family:wingdings", "font-family:'symbol'", "face:wingdings")),
    ({"is_symbol": False}, ("font-family:宋体", "face:arial")),
    ({"is_sizeless": True}, ("font-size:0pt",)),
    ({"is_sizeless": False}, ("font-size:12.0pt", "font-size:12pt", "size:2")),
    ({"struck": True},
     ("s", "strike", "del", "text-decoration:line-through", "text-decoration:underline line-through")),
    ({"struck": False}, ("text-decoration:none", "text-decoration:underline")),
    ({"raised": "sup"}, ("sup", "vertical-align:super", "vertical-align:3.0pt")),
    ({"raised": "sub"}, ("sub", "vertical-align:sub", "vertical-align:-4px")),
    ({"raised": ""}, ("vertical-align:baseline",)),
) for one in those}
BLOCKS = {
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "dir", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend",
    "li", "listing", "main", "menu", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul", "xmp", "foreignObject",
}
UNSEEN = {"script", "style", "title", "meta", "link", "head", "template", "textarea", "annotation", "input", ""}
# fmt: on
THINGS = {"img", "iframe", "video", "audio", "embed", "object"}
COMMENTS = re.compile(r"\b(?:msocomanchor|msocomoff|msocomtxt)\b", re.IGNORECASE)
OTHER_SCHEME = re.compile(r"\s*(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# Marks among the characters: a block's edge, a line break (of preformatted text), a picture, what is invisible.
EDGE, BREAK, LINE, THING, ROOM, CELL_EDGE, CELL_BREAK = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006"
IN_CELL = {EDGE: CELL_EDGE, BREAK: CELL_BREAK, LINE: CELL_BREAK}  # a row is one paragraph
NO_WORDS = {EDGE, BREAK, LINE, ROOM, CELL_EDGE, CELL_BREAK}
SPACES = {BREAK, LINE, THING, ROOM, CELL_EDGE, CELL_BREAK}
_BREAKS = "{0}[\\s{1}]*{0}|{0}[ \t\r\n]*(?=[\xa0\u3000\u2003])"
PARTING = re.compile(f"{EDGE}|{LINE}\\s*{LINE}|{_BREAKS.format(BREAK, ROOM)}")
CELL_PARTING = re.compile(_BREAKS.format(CELL_BREAK, ROOM))
INVISIBLE = re.compile("[\xad\u200b\u2060\ufeff]")
POWER = re.compile(r"[-+=(),.;*/%\d\u2212\u2013]+")  # digits and signs, and what parts them
SUPERSCRIPT = str.maketrans("0123456789+-=()\u2212", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻")
SUBSCRIPT = str.maketrans("0123456789+-=()\u2212", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋")


class Look(NamedTuple):
    """The formats of a character."""

    bold: bool = False
    italic: bool = False
    struck: bool = False
    sup: bool = False
    sub: bool = False
    deleted: bool = False  # by a tracked change, and left out


class Paragraph(NamedTuple):
    """A paragraph's text, and each character's look."""

    text: str
    looks: list[Look]

    def describe(self) -> str:
        """Write the paragraph with its formats."""
        return write_words((one, _name_formats(look)) for one, look in zip(self.text, self.looks, strict=True))


class _State(NamedTuple):
    """The state in which the content of an element is read."""

    look: Look = Look()
    is_symbol: bool = False
    is_layout: bool = False
    in_cell: bool = False
    in_pre: bool = False
    in_quotes: bool = False
    is_invisible: bool = False
    is_sizeless: bool = False


def read(markup: str, deleted: bool = False) -> list[Paragraph]:
    """Return the paragraphs that a reader sees; ``deleted`` tells that deleted text is shown as struck text."""
    return _Reader(deleted).read(markup)


class _Reader:
    def __init__(self, deleted: bool):
        self.shows_deleted = deleted
        self.characters: list[str] = []
        self.looks: list[Look] = []

    def read(self, markup: str) -> list[Paragraph]:
        self._read_children(parse(mark_rows(markup)), _State())
        text = CELL_PARTING.sub(lambda match: CELL_EDGE * len(match[0]), "".join(self.characters))
        start, paragraphs = 0, []
        for match in [*PARTING.finditer(text), None]:
            end = match.start() if match else len(text)
            paragraphs.append(_tidy(text[start:end], self.looks[start:end]))
            start = match.end() if match else end
        return [paragraph for paragraph in paragraphs if paragraph.text]

    def _read_children(self, element: Element, state: _State) -> None:
        nodes = list(list_nodes(element))
        if element.name == "table":
            nodes.sort(key=_place_in_table)
        for node in nodes:
            if isinstance(node, str):
                self._write_text(node, state)
            else:
                self._read_element(node, state)

    def _read_element(self, element: Element, state: _State) -> None:
        name, style = element.name, declarations(element.attrs.get("style", ""))
        if _is_unseen(element, name, style):
            return
        state = _inherit(element, name, style, state)
        if name == "del" and not self.shows_deleted:
            state = state._replace(look=state.look._replace(deleted=True))
        if name == "br":
            self._write(BREAK, state)
        elif name in THINGS:
            self._read_thing(name, element, state)
        elif name in ("td", "th") and not state.is_layout:
            self._wrap(EDGE, element, state._replace(in_cell=True))
        elif name in BLOCKS or style.get("display") == "block":
            self._wrap(EDGE, element, state)
        elif name == "q":
            self._read_quoted(element, state)
        elif name in ("msup", "msub"):
            self._read_power(element, name.removeprefix("m"), state)
        else:
            self._read_children(element, state)

    def _wrap(self, mark: str, element: Element, state: _State) -> None:
        if element.name == "table":
            state = state._replace(is_layout=_is_layout(element, state))
        self._write(mark, state)
        self._read_children(element, state)
        self._write(mark, state)

    def _read_power(self, element: Element, raised: str, state: _State) -> None:
        for number, child in enumerate(list_elements(element)):
            look = state.look._replace(**{raised: True}) if number else state.look
            self._read_element(child, state._replace(look=look))

    def _read_quoted(self, element: Element, state: _State) -> None:
        opening, closing = ("\u2018", "\u2019") if state.in_quotes else ("\u201c", "\u201d")
        self._write_text(opening, state)
        self._read_children(element, state._replace(in_quotes=True))
        self._write_text(closing, state)

    def _read_thing(self, name: str, element: Element, state: _State) -> None:
        address = element.attrs.get("data-src") or element.attrs.get("data-original") or element.attrs.get("src") or ""
        alt = " ".join(element.attrs.get("alt", "").split())
        alt = "" if alt.endswith(".png") else alt
        if name == "img" and not (address or alt):
            return
        self._write(THING, state)
        if name == "img" and (not address or OTHER_SCHEME.match(address)):
            self._write_text(f"[{alt or 'picture'}]", state._replace(is_sizeless=False))
            self._write(THING, state)

    def _write_text(self, text: str, state: _State) -> None:
        if state.is_sizeless:
            words = rf"[^\s{EDGE}](?:[^{EDGE}]*[^\s{EDGE}])?([ \xa0\u3000\u2003]*)"
            text = re.sub(words, lambda match: match[1] and " ", text)
        if state.is_symbol:
            text = re.sub(r"\S+", "•", text)
        for character in _map_characters(text):
            self._write(character, state)

    def _write(self, character: str, state: _State) -> None:
        if state.in_pre and character in ("\n", BREAK):
            character = LINE
        if state.is_invisible and character not in (EDGE, BREAK, LINE) and not character.isspace():
            character = ROOM
        if state.in_cell:
            character = IN_CELL.get(character, character)
        self.characters.append(character)
        self.looks.append(state.look)


def mark_rows(markup: str) -> str:
    """Part the words of rows and cells that stand in no table, whose tags a browser drops."""
    marked = re.sub(r"(?=</?(?:caption|tbody|tfoot|thead|tr)\b)", EDGE, markup, flags=re.IGNORECASE)
    return re.sub(r"(?=</?t[dh]\b)", " ", marked, flags=re.IGNORECASE)


def declarations(style: str) -> dict[str, str]:
    """Return the properties of an attribute ``style`` in lower case; the last of each name counts."""
    found: dict[str, str] = {}
    for declaration in style.lower().split(";"):
        name, _, value = declaration.partition(":")
        if value := value.replace("!important", "").strip():
            found.pop(name.strip(), None)  # so that the order is that of the last ones
            found[name.strip()] = value
    return found


def _is_unseen(element: Element, name: str, style: dict[str, str]) -> bool:
    is_comment = COMMENTS.search(element.attrs.get("class", "")) or style.get("mso-element", "").startswith("comment")
    is_hidden = style.get("display") == "none" or style.get("mso-hide") == "all"
    is_hidden = is_hidden or "hidden" in element.attrs
    return name in UNSEEN or is_hidden or bool(is_comment)


def _inherit(element: Element, name: str, style: dict[str, str], state: _State) -> _State:
    own: dict[str, Any] = {}
    font = (f"{one}:{element.attrs.get(one, '').lower()}" for one in ("face", "size"))
    for key in (name, *font, *map(":".join, style.items())):
        own |= SAYS.get(key, {})
    look = state.look
    look = Look(
        own.get("bold", look.bold),
        own.get("italic", look.italic),
        look.struck or own.get("struck", False),  # what an element adds can't be undone inside it
        look.sup or own.get("raised") == "sup",
        look.sub or own.get("raised") == "sub",
        look.deleted,
    )
    visibility, in_pre = style.get("visibility"), state.in_pre or name == "pre"
    is_invisible = visibility == "hidden" or (state.is_invisible and visibility != "visible")
    return state._replace(
        look=look,
        is_symbol=own.get("is_symbol", state.is_symbol),
        in_pre=in_pre,
        is_invisible=is_invisible,
        is_sizeless=own.get("is_sizeless", state.is_sizeless),
    )


def _place_in_table(node: str | Element) -> int:
    """Return the place of a part of a table: its head is shown first and its foot last, wherever they are written."""
    return 1 if isinstance(node, str) else {"caption": -1, "thead": 0, "tfoot": 2}.get(node.name, 1)


def _is_layout(table: Element, state: _State) -> bool:
    rows = [
        [cell for cell in cells if not _is_unseen(cell, cell.name, declarations(cell.attrs.get("style", "")))]
        for row, cells in list_rows(table)
        if not _is_unseen(row, "tr", declarations(row.attrs.get("style", "")))
    ]
    columns = {cell.column for cell in place_cells(rows) if _is_filled(cell.element, state)}
    return len(columns) == 1 and all(cell.name == "td" for row in rows for cell in row)


def _is_filled(cell: Element, state: _State) -> bool:
    """Return whether a cell holds words, a picture or a rule."""
    reader = _Reader(deleted=True)
    reader._read_element(cell, state._replace(in_cell=False, is_layout=True))
    return any(not one.isspace() and one not in NO_WORDS for one in reader.characters) or bool(cell.query("hr"))


def _map_characters(text: str) -> str:
    text = re.sub("[\x80-\x9f]", lambda match: match[0].encode("latin-1").decode("cp1252", "ignore"), text)
    return re.sub("[\uf020-\uf0ff]+", "•", INVISIBLE.sub("", text))


def _tidy(text: str, looks: list[Look]) -> Paragraph:
    kept: list[tuple[str, Look]] = []
    for character, look in zip(text, looks, strict=True):
        shown = " " if character.isspace() or character in SPACES else character
        if (not look.deleted or character == CELL_EDGE) and not (shown == " " and (not kept or kept[-1][0] == " ")):
            kept.append((shown, look))
    if kept and kept[-1][0] == " ":
        kept.pop()
    runs = groupby(kept, lambda one: (one[1].sup, one[1].sub, one[0] == " "))
    text = "".join(_raise(*position, "".join(one for one, _ in run)) for position, run in runs)
    return Paragraph(text, [look for _, look in kept])


def _raise(sup: bool, sub: bool, is_space: bool, text: str) -> str:
    if is_space or not (sup or sub) or not POWER.fullmatch(text):
        return text
    text = re.sub("^\u2013(?=[0-9])", "-", text)  # a dash before a number is its sign
    return text.translate(SUPERSCRIPT if sup else SUBSCRIPT)


def _name_formats(look: Look) -> tuple[str, ...]:
    return tuple(name for name, holds in look._asdict().items() if holds)
