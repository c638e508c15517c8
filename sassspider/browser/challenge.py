"""Whether an answer is a challenge: a page of JavaScript, or a cookie, that a browser gets past by itself in a moment.

Pure. The rules are cautious on both sides. What plain HTTP can use is never a challenge: XML, a page with links to
articles, an error page. Neither is what asks a person for something: a picture puzzle, a password.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

LARGEST = 256 * 1024  # bytes; the site's firewall, not its content, fills a challenge
_MUCH_TEXT = 1500  # characters that a visitor reads; a challenge says "one moment" and no more
# None of the patterns goes back over a long stretch: hostile pages make that take hours. So a tag ends before the next.
# Statuses that firewalls give their challenges; 412 and 521 hardly come from anywhere else.
_TELLING = frozenset({412, 521})
_USUAL = frozenset({200, 202, 203, 401, 403, 405, 429, 503}) | _TELLING
REDIRECTS = (301, 302, 303, 307, 308)
# Names in the scripts and cookies of well-known firewalls.
_MARKS = re.compile(
    r"__jsl_clearance|acw_sc__v\d|\$_ts\b|cf-chl|cf_chl_|__cf_chl|challenge-platform|_incapsula_|ak_bmsc|bm-verify"
    r"|yunsuo_session|__tst_status|waf_sign|aws-waf-token|awswaf"
)
_SETS_COOKIE = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=(?!=)|cookiestore\s*\.\s*set")
_GOES_ON = re.compile(
    r"location(?:['\"]\s*+\])?\s*+(?:(?:\.\s*+|\[\s*+['\"])(?:reload|replace|assign)(?:['\"]\s*+\])?\s*+\("
    r"|(?:\.\s*+href|\[\s*+['\"]href['\"]\s*+\])?\s*+=(?!=))|\.\s*+submit\s*+\(|history\s*+\.\s*+go\s*+\("
)
_REFRESH = re.compile(r"<meta\b(?=[^<>]*\bhttp-equiv\s*=\s*['\"]?refresh)[^<>]*>")
_TARGET = re.compile(r"\burl\s*=\s*['\"]?([^'\"\s<>;]*)")
_NEEDS_PERSON = re.compile(
    r"type\s*=\s*['\"]?password|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/|geetest|<input[^<>]*captcha|验证码|滑块"
)
_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)(?:</script\s*>|\Z)", re.DOTALL)
_UNSEEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|title|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL)
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_TAG = re.compile(r"<[^<>]*>")
_ARTICLE = re.compile(r"<a\b[^<>]*\.aspx")
_ARTICLE_URL = re.compile(r"/[0-9]{1,18}/[0-9]{1,18}\.aspx")
_INSIDE = re.compile(r"<(?:a|area|frame|iframe|object)\b")
_STARTS_AS_HTML = re.compile(
    r"(?>\s++|<!--.*?-->)*+<(?:!doctype\s+html|html|head|title|body|script|meta|noscript)\b", re.DOTALL
)


def is_challenge(status: int, content_type: str, body: bytes, url: str = "", sets_cookie: bool = False) -> bool:
    """Whether an answer with this status, Content-Type ("" for none) and body is a challenge.

    ``url`` is what was asked for, ``sets_cookie`` whether the answer has a Set-Cookie.
    """
    if status not in _USUAL or not 0 < len(body) <= LARGEST or body.lstrip(_BLANKS).startswith(b"<?xml"):
        return False
    text = _decode(body).lower()
    if not _is_html(content_type.lower(), text) or _NEEDS_PERSON.search(text) or _names_articles(text):
        return False
    scripts = "\n".join(match[0] for match in _SCRIPT.finditer(text))
    seen = _UNSEEN.sub(" ", text)
    shown = " ".join(_TAG.sub(" ", seen).split())
    if _ARTICLE.search(seen) or len(shown) > _MUCH_TEXT:
        return False
    return bool(scripts and _is_passed_by_script(status, text, scripts, seen, shown)) or (
        sets_cookie and _comes_again(seen, url.lower())
    )


def is_cookie_challenge(status: int, url: str, location: str, sets_cookie: bool) -> bool:
    """Whether an answer only leads back to what was asked for, to see whether its cookie comes along."""
    return status in REDIRECTS and sets_cookie and urljoin(url, location).partition("#")[0] == url


def _is_passed_by_script(status: int, text: str, scripts: str, seen: str, shown: str) -> bool:
    return (
        status in _TELLING
        or _MARKS.search(text) is not None
        or (_SETS_COOKIE.search(scripts) is not None and _GOES_ON.search(scripts) is not None)
        or _is_bare(scripts, seen, shown)
    )


def _names_articles(text: str) -> bool:
    """Whether it has the addresses of several articles, wherever they stand: a list may be made by a script."""
    return len({match[0] for match in _ARTICLE_URL.finditer(text)}) > 1


def _is_bare(scripts: str, seen: str, shown: str) -> bool:
    """Whether a page is a script and nothing beside it: what a scrambled script does can't be read from it."""
    return not shown and bool(_SCRIPT.sub(r"\1", scripts).strip()) and _INSIDE.search(seen) is None


def _comes_again(seen: str, url: str) -> bool:
    """Whether a page has a browser ask for the same again."""
    refresh = _REFRESH.search(seen)
    target = _TARGET.search(refresh[0]) if refresh else None
    return refresh is not None and (target is None or urljoin(url, target[1]) == url)


def _is_html(content_type: str, text: str) -> bool:
    """Whether it is HTML by what it begins with; one of its elements will do where the header says so."""
    start = text.lstrip()
    return _STARTS_AS_HTML.match(start) is not None or ("html" in content_type and start.startswith("<"))


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
