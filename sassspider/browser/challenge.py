"""Whether an answer is a challenge: a page of JavaScript that a browser gets past by itself, given a moment.

Pure. The rules are cautious on both sides. What plain HTTP can use is never a challenge: XML, a page with links to
articles, an error page. Neither is what asks a person for something: a picture puzzle, a password.
"""

from __future__ import annotations

import re

LARGEST = 256 * 1024  # bytes; the site's firewall, not its content, fills a challenge
_MUCH_TEXT = 1500  # characters that a visitor reads; a challenge says "one moment" and no more
# None of the patterns goes back over a long stretch: hostile pages make that take hours. So a tag ends before the next.
# Statuses that firewalls give their challenges; 412 and 521 hardly come from anywhere else.
_TELLING = frozenset({412, 521})
_USUAL = frozenset({200, 202, 203, 401, 403, 405, 429, 503}) | _TELLING
# Names in the scripts and cookies of well-known firewalls.
_MARKS = re.compile(
    r"__jsl_clearance|acw_sc__v\d|\$_ts\b|cf-chl|cf_chl_|__cf_chl|challenge-platform|_incapsula_|ak_bmsc|bm-verify"
    r"|yunsuo_session|__tst_status|waf_sign|aws-waf-token|awswaf"
)
_SETS_COOKIE = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=(?!=)|cookiestore\s*\.\s*set")
_GOES_ON = re.compile(
    r"location\s*\.\s*(?:reload|replace|assign)\s*\(|location(?:\s*\.\s*href)?\s*=(?!=)|\.\s*submit\s*\("
)
_NEEDS_PERSON = re.compile(
    r"type\s*=\s*['\"]?password|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/|geetest|<input[^<>]*captcha|验证码|滑块"
)
_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)(?:</script\s*>|\Z)", re.DOTALL)
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|title|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL)
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_TAG = re.compile(r"<[^<>]*>")
_ARTICLE = re.compile(r"<a\b[^<>]*\.aspx")
_STARTS_AS_HTML = re.compile(
    r"(?>\s++|<!--.*?-->)*+<(?:!doctype\s+html|html|head|title|body|script|meta|noscript)\b", re.DOTALL
)


def is_challenge(status: int, content_type: str, body: bytes) -> bool:
    """Whether an answer with this status, Content-Type ("" for none) and body is a challenge."""
    if status not in _USUAL or not 0 < len(body) <= LARGEST or body.lstrip(_BLANKS).startswith(b"<?xml"):
        return False
    text = _decode(body).lower()
    if not _is_html(content_type.lower(), text):
        return False
    scripts = "\n".join(match[0] for match in _SCRIPT.finditer(text))
    seen = _UNSEEN.sub(" ", text)
    if not scripts or _ARTICLE.search(seen) or _NEEDS_PERSON.search(text):
        return False
    shown = " ".join(_TAG.sub(" ", seen).split())
    return len(shown) <= _MUCH_TEXT and (
        status in _TELLING
        or _MARKS.search(text) is not None
        or (_SETS_COOKIE.search(scripts) is not None and _GOES_ON.search(scripts) is not None)
        or _is_bare(scripts, seen, shown)
    )


def _is_bare(scripts: str, seen: str, shown: str) -> bool:
    """Whether a page is a script and nothing beside it: what a scrambled script does can't be read from it."""
    return not shown and bool(_SCRIPT.sub(r"\1", scripts).strip()) and re.search(r"<(?:a|frame|object)\b", seen) is None


def _is_html(content_type: str, text: str) -> bool:
    """Whether it is HTML by what it begins with; one of its elements will do where the header says so."""
    start = text.lstrip()
    return _STARTS_AS_HTML.match(start) is not None or ("html" in content_type and start.startswith("<"))


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
