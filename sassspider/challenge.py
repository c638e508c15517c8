"""Detect challenges: pages that a firewall serves in place of the site's own until a browser has set a cookie.

XML, a page with links to articles and an error page are no challenge, as plain HTTP can use them. A CAPTCHA or a
login form is none, as it asks for a person.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

MAX_SIZE = 256 * 1024  # bytes; a challenge has a few kB
_MAX_TEXT = 1500  # visible characters; a challenge says "one moment" and no more
_STATUSES = frozenset({200, 202, 203, 401, 403, 405, 412, 429, 503, 521})
_CHALLENGE_STATUSES = frozenset({412, 521})  # hardly used for anything else
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# No pattern may backtrack over a long stretch, as a hostile page could make that take hours.
_FIREWALLS = re.compile(
    r"__jsl_clearance|acw_sc__v\d|\$_ts\b|cf-chl|cf_chl_|__cf_chl|challenge-platform|_incapsula_|ak_bmsc|bm-verify"
    r"|yunsuo_session|__tst_status|waf_sign|aws-waf-token|awswaf"
)
_SETS_COOKIE = re.compile(r"document\s*(?:\.\s*cookie|\[\s*['\"]cookie['\"]\s*\])\s*=(?!=)|cookiestore\s*\.\s*set")
_NAVIGATES = re.compile(
    r"location(?:['\"]\s*+\])?\s*+(?:(?:\.\s*+|\[\s*+['\"])(?:reload|replace|assign)(?:['\"]\s*+\])?\s*+\("
    r"|(?:\.\s*+href|\[\s*+['\"]href['\"]\s*+\])?\s*+=(?!=))|\.\s*+submit\s*+\(|history\s*+\.\s*+go\s*+\("
)
_META_REFRESH = re.compile(r"<meta\b(?=[^<>]*\bhttp-equiv\s*=\s*['\"]?refresh)[^<>]*>")
_REFRESH_URL = re.compile(r"\burl\s*=\s*['\"]?([^'\"\s<>;]*)")
_NEEDS_PERSON = re.compile(
    r"type\s*=\s*['\"]?password|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/|geetest|<input[^<>]*captcha|验证码|滑块"
)
_SCRIPT = re.compile(r"<script\b[^<>]*>(.*?)(?:</script\s*>|\Z)", re.DOTALL)
_INVISIBLE = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|title|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL)
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_TAG = re.compile(r"<[^<>]*>")
_ARTICLE_LINK = re.compile(r"<a\b[^<>]*\.aspx")
_ARTICLE_URL = re.compile(r"/[0-9]{1,18}/[0-9]{1,18}\.aspx")
_LINK_OR_FRAME = re.compile(r"<(?:a|area|frame|iframe|object)\b")
_HTML = re.compile(r"(?>\s++|<!--.*?-->)*+<(?:!doctype\s+html|html|head|title|body|script|meta|noscript)\b", re.DOTALL)


def describe_challenge(request: Request, response: Response) -> str:
    """Return which kind of challenge a response is, with its status; "" for any other response."""
    sets_cookie = "Set-Cookie" in response.headers
    headers = {name: (response.headers.get(name) or b"").decode("latin-1") for name in ("Content-Type", "Location")}
    if is_cookie_redirect(response.status, request.url, headers["Location"], sets_cookie):
        return f"a cookie challenge (HTTP status {response.status})"
    if is_challenge(response.status, headers["Content-Type"], response.body, request.url, sets_cookie):
        return f"a JavaScript challenge (HTTP status {response.status})"
    return ""


def is_cookie_redirect(status: int, url: str, location: str, sets_cookie: bool) -> bool:
    """Return whether a response sets a cookie and redirects to the requested URL itself."""
    return status in _REDIRECTS and sets_cookie and _is_same_url(url, location)


def is_challenge(status: int, content_type: str, body: bytes, url: str = "", sets_cookie: bool = False) -> bool:
    """Return whether a page is a challenge.

    ``content_type`` is the header's value or "", ``url`` the requested URL, ``sets_cookie`` whether there is a
    Set-Cookie header.
    """
    if status not in _STATUSES or not 0 < len(body) <= MAX_SIZE or body.lstrip(_BLANKS).startswith(b"<?xml"):
        return False
    html = _decode(body).lower()
    starts_as_html = _HTML.match(html) or ("html" in content_type.lower() and html.lstrip().startswith("<"))
    if not starts_as_html or _NEEDS_PERSON.search(html):
        return False
    visible = _INVISIBLE.sub(" ", html)
    text = " ".join(_TAG.sub(" ", visible).split())
    if _ARTICLE_LINK.search(visible) or len(set(_ARTICLE_URL.findall(html))) > 1 or len(text) > _MAX_TEXT:
        return False
    return _is_passed_by_script(status, html, visible, text) or (sets_cookie and _refreshes_itself(visible, url))


def _is_passed_by_script(status: int, html: str, visible: str, text: str) -> bool:
    scripts = [match[0] for match in _SCRIPT.finditer(html)]
    if not scripts:
        return False
    code = "\n".join(scripts)
    return bool(
        status in _CHALLENGE_STATUSES
        or _FIREWALLS.search(html)
        or (_SETS_COOKIE.search(code) and _NAVIGATES.search(code))
        # An obfuscated script can't be read; it is a challenge if the page has nothing else.
        or (not text and _SCRIPT.sub(r"\1", code).strip() and not _LINK_OR_FRAME.search(visible))
    )


def _refreshes_itself(visible: str, url: str) -> bool:
    refresh = _META_REFRESH.search(visible)
    target = _REFRESH_URL.search(refresh[0]) if refresh else None
    return refresh is not None and (target is None or _is_same_url(url.lower(), target[1]))


def _is_same_url(url: str, target: str) -> bool:
    try:
        return urljoin(url, target).partition("#")[0] == url
    except ValueError:  # the target is no URL
        return False


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
