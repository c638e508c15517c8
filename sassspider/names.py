"""The names in a byline: cut it at its separators, then take labels, roles and degrees from each piece."""

from __future__ import annotations

import html
import re
import unicodedata

from sassspider.processors import LINE_BREAK, normalize_whitespace

# ruff: noqa: RUF001
# Words of labels: who did it, in which rank, what was done.
_ROLES = (
    "(?:academician|author|candidate|c[efot]o|chair(?:man|person|woman)|columnist|commentator|contributor|correspondent"
    "|director(?:-general)?|editor|fellow|illustrator|interpreter|interviewer|journalist|lecturer|photographer"
    "|president|prof(?:essor)?|proofreader|reporter|researcher|reviewer|scholar|secretary|speaker|student|translator"
    "|writer)s?(?:-in-chief)?"
)
_RANKS = (
    "assistant|assoc(?:iate)?|chief|contributing|copy|corresponding|deputy|(?:post)?doctoral|executive|first|former"
    "|freelance|graduate|guest|intern|managing|master['’]s|our|research|responsible|senior|special|staff|vice"
    "|visiting"
)
_WORKS = (
    "adapted|articles?|compiled|contributed|drawn|e-?mail|edited|etc|filmed|graphics?|illustrat(?:ed|ions?)|images?"
    "|interview(?:s|ed)?|photo(?:s|graphed|graphs|graphy)?|phone|pictures?|posted|prepared|presented|produced|proofread"
    "|provided|published|report(?:s|ed|ing)?|reviewed|selected|source|stor(?:y|ies)|tel|text|trans"
    "|translat(?:ed|ions?)|videos?|words|written"
)
_BETWEEN = "a|an|and|&|by|from|others|the|with"
_CHINESE_ROLES = "作者|编辑|记者|译者|责编|评论员|通讯员"
_CHINESE_WORKS = "主编|编著|翻译|编译|校对|审核|摄影|撰文|撰稿|整理|供稿|供图|图文|文图|文字|图片|[等著译摄绘编]"
_CHINESE_LABELS = rf"\w*(?:{_CHINESE_ROLES})|{_CHINESE_WORKS}|[文图]"
_LABEL = re.compile(rf"(?:(?:\w+-)?{_ROLES}|{_RANKS}|{_WORKS})\.?|{_BETWEEN}|{_CHINESE_LABELS}", re.IGNORECASE)
_LABEL_BEFORE_SLASH = re.compile(rf"text|words|photos?|pictures?|{_CHINESE_LABELS}", re.IGNORECASE)
# Of other works: a few words, of which the last does not end like a name.
_ANY_LABEL = re.compile(r"(?:\S+ )+(?:[a-z]\S*|\S*(?i:[eo]r|ist)s?)")
_INSTITUTION = re.compile(
    r"\b(?:academ(?:y|ies)|(?:agenc|facult|institut|laborator|ministr|societ|universit)\w+|(?:administration|alliance"
    r"|association|board|bureau|center|centre|chamber|college|commission|committee|council|department|division"
    r"|federation|forum|foundation|journal|magazine|museum|office|organi[sz]ation|research group|school|team"
    r"|union)s?)\b",
    re.IGNORECASE,
)
# Where somebody is: up to the "and" behind an institution, which may have an "and" in its name, too.
_WHERE = rf"(?i:.*{_INSTITUTION.pattern}(?:(?:.* and .*)?(?= (?:and|&) )|.*)|.*)"
# A role before a name, what the role belongs to ("China Daily reporter"), and what it is "of".
_ROLE = re.compile(
    rf"\A.*\b(?:{_ROLES}\.?|{_CHINESE_LABELS}) (?:of {_WHERE}|(?=\S\S)(?!(?:Jr|Sr|II|III|IV|Ph\.?D|MD)\.?\Z))"
    rf"|(?-i:(?:\A| )(?:[a-z-]+ ){{0,2}}{_ROLES}\Z)",  # behind a name
    re.IGNORECASE,
)
# What somebody is, behind a name. Other words in lower case may be a name, too.
_DESCRIPTION = re.compile(
    rf"an? .*|(?:the|{_RANKS}) [a-z].*|[a-z-]{{4,}}(?: .*(?:\b(?:of|on|to) .*"
    r"|(?:[eou]r|ist|ian|yst|ant|critic|dean|diplomat|executive|expert|head|principal)s?))?\.?"
)

_PARENTHESES = re.compile(r"[(\[【〔][^(\[【〔)\]】〕]*[)\]】〕]")
_NO_NAME = re.compile(  # dates, telephones, addresses, and others without a name
    r"(?:\bon )?\b(?:[A-Z]\w+\.? \d{1,2}|\d{1,2} [A-Z]\w+\.?),? \d{4}\b"
    r"|(?:\bon |[+])?\b\d[\d ./年月-]{5,}[\d日][^\s,;、|]*"
    r"|\bhttps?://\S+|\bN/A\b|\bet\.? al\b\.?|\band (?:[a-z]+ )?team\b"
)
_SEPARATOR = re.compile(
    r"([,;\n、](?: ?(?:(?i:and)|&)(?= ))?|[:/|。丨(\[【〔)\]】〕]"  # a parenthesis that is never closed, too
    r"|\bby\b|\b(?i:by)\b(?= *[\w:])|\bas told to\b"  # as the last word of a piece "By" is a name
    rf"|(?:(?<!\S)(?:{_CHINESE_WORKS})|(?<=[㐀-鿿] )[文图]|(?<=[㐀-鿿]{{2}})等人?)(?!\w))"  # behind a name
)
_AND = re.compile(r"(?<![^ &])(?:(?i:and)|with)(?![^ &])|(?<=[㐀-鿿] )[和与及](?= )|&(?![A-Z](?: |$))")  # no "R&D"
_HAN = re.compile("[\u3400-\u9fff]+")
_PLACE = re.compile(rf"(?:\Aof|(?:\A| )(?:are|at|AT|contributed|[Ff]or|FOR|from|in|is|[Ss]pecial to)) {_WHERE}")
_MARKS = ' -–—*†‡§¶:·•●■"“”'
_END = re.compile(r"(?<=[^\W\d_]{2})\d{1,2}\Z|(?<=[a-z]{2})\.+\Z")  # a footnote's number, or full stops
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)
_DEGREE = re.compile(  # without dots
    "BA|BEd|BEng|BS|BSc|BTech|DBA|DDS|DLitt|DPhil|DSc|DVM|Dr|DrPH|EMBA|EdD|Esq|JD|LL[BDM]|MA|MBA|MBBS|MD|MEd|MEng|MFA"
    "|MLIS|MPA|MPH|MPP|MPhil|MRes|MS|MSW|MSc|MTech|PharmD|P[Hh]D|phd|PsyD"
)
_FAMILY_NAMES = {"MA", "BA"}  # which are degrees too


def parse_authors(byline: str) -> list[str]:
    """Return the names in a byline, in order, without labels, degrees and what is in parentheses."""
    lines = map(normalize_whitespace, LINE_BREAK.split(html.unescape(byline)))  # some systems escape twice
    text = unicodedata.normalize("NFKC", "\n".join(lines)).replace("Ph. D", "PhD")
    for _ in range(3):  # so many stand in each other
        text = _PARENTHESES.sub(" ", text)
    pieces = _SEPARATOR.split(_NO_NAME.sub("\n", text))
    names: list[list[str]] = []
    for piece, mark in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        words = [word for word in piece.split() if "@" not in word]
        piece = " ".join(_remove_label(words, mark.lower()))
        for name in _split(piece):
            _add_name(names, name.split())
    return [" ".join(words) for words in names]


def _remove_label(words: list[str], mark: str) -> list[str]:
    """Return the words before a separator without the label that it ends, if it is a colon, "by" or a slash."""
    ends_label = mark in {":", "by"}
    if not ends_label and mark not in {"/", "|", "丨"}:
        return words
    rest = words[:-1] if ends_label and words and _HAN.fullmatch(words[-1]) else words[:]
    label = _LABEL if ends_label else _LABEL_BEFORE_SLASH
    while rest and label.fullmatch(rest[-1]):
        rest.pop()
    is_word = len(rest) == 1 and not _HAN.fullmatch(rest[0])
    is_label = is_word or (len(rest) == len(words) and _ANY_LABEL.fullmatch(" ".join(rest)))
    return [] if ends_label and is_label else rest


def _split(piece: str) -> list[str]:
    """Return the names in a piece. An institution is a name, and not split, unless it belongs to a role or a place."""
    if not _INSTITUTION.search(_AND.split(piece)[-1]):  # an "and" may be a part of its name
        for pattern in (_PLACE, _ROLE):
            piece = _remove(piece, pattern) if _INSTITUTION.search(piece) else piece
    names = [_remove(part, _PLACE, _ROLE) for part in _AND.split(piece)]
    return [_remove(piece, _PLACE, _ROLE)] if any(map(_INSTITUTION.search, names)) else names


def _remove(text: str, *patterns: re.Pattern[str]) -> str:
    """Return the text without the places or roles that the patterns find, but an institution whole."""
    name = text
    for pattern in patterns:
        name = pattern.sub("", name)
    return (text if _INSTITUTION.search(name) else name).strip(_MARKS)


def _add_name(names: list[list[str]], words: list[str]) -> None:
    """Append a name to ``names``; add a suffix to the last name; leave out degrees, and roles alone."""
    if names and names[-1][0][0].isupper() and _DESCRIPTION.fullmatch(" ".join(words)):
        return
    if all(_LABEL.fullmatch(word) or (names and (_SUFFIX.fullmatch(word) or _is_degree(word))) for word in words):
        if names:
            names[-1] += filter(_SUFFIX.fullmatch, words)
        return
    while len(words) > 1 and _is_degree(words[-1]) and not _is_family_name(words):
        words.pop()
    if any(map(str.isalpha, "".join(words))):
        is_abbreviation = len(words) == 1 and words[0].isupper()  # "CCTV4"
        names.append(words if is_abbreviation else [*words[:-1], _END.sub("", words[-1])])


def _is_degree(word: str) -> bool:
    return _DEGREE.fullmatch(word.replace(".", "")) is not None


def _is_family_name(words: list[str]) -> bool:
    return words[-1] in _FAMILY_NAMES and (len(words) == 2 or words[-2].isupper())  # "Jack MA", "LI XIAO MA"
