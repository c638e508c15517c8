"""Detect challenges: pages that a firewall serves in place of the site's own until a browser has set a cookie.

No page of the site is HTML with a script and without any link, so this asks for little. A CAPTCHA or a login form is no
challenge, as it asks for a person.
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
_HTML = re.compile(r"(?>\s++|<!--.*?-->)*+<(?:!doctype\s+html|html|head|title|body|script|meta|noscript)\b", re.DOTALL)
_SCRIPT = re.compile(r"<script\b")
_REFRESH = re.compile(r"<meta\b(?=[^<>]*\bhttp-equiv\s*=\s*['\"]?refresh)")
_NEEDS_PERSON = re.compile(
    r"type\s*=\s*['\"]?password|g-recaptcha|h-captcha|hcaptcha\.com|recaptcha/|geetest|<input[^<>]*captcha|验证码|滑块"
)
_INVISIBLE = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|title|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL)
_LINK_OR_FRAME = re.compile(r"<(?:a|area|frame|iframe|object)\b")
_ARTICLE_URL = re.compile(r"/[0-9]{1,18}/[0-9]{1,18}\.aspx")
_TAG = re.compile(r"<[^<>]*>")


def describe_challenge(request: Request, response: Response, sets_cookie: bool) -> str:
    """Return which kind of challenge a response is, with its status; "" for any other response."""
    headers = {name: (response.headers.get(name) or b"").decode("latin-1") for name in ("Content-Type", "Location")}
    if sets_cookie and is_redirect_to_itself(response.status, request.url, headers["Location"]):
        return f"a cookie challenge (HTTP status {response.status})"
    if is_challenge(response.status, headers["Content-Type"], response.body, sets_cookie):
        return f"a JavaScript challenge (HTTP status {response.status})"
    return ""


def is_redirect_to_itself(status: int, url: str, location: str) -> bool:
    """Return whether a response redirects to the requested URL itself."""
    try:
        return status in _REDIRECTS and urljoin(url, location).partition("#")[0] == url
    except ValueError:  # the target is no URL
        return False


def is_challenge(status: int, content_type: str, body: bytes, sets_cookie: bool = False) -> bool:
    """Return whether a page is short HTML whose script, or whose refresh with a cookie, leads on to the page itself."""
    if status not in _STATUSES or not 0 < len(body) <= MAX_SIZE:
        return False
    html = _decode(body).lower()
    is_html = _HTML.match(html) or ("html" in content_type.lower() and html.lstrip().startswith("<"))
    if not is_html or html.lstrip().startswith("<?xml") or _NEEDS_PERSON.search(html):
        return False
    visible = _INVISIBLE.sub(" ", html)
    if len(" ".join(_TAG.sub(" ", visible).split())) > _MAX_TEXT or len(set(_ARTICLE_URL.findall(html))) > 1:
        return False
    leads_on = _SCRIPT.search(html) or (sets_cookie and _REFRESH.search(visible))
    return bool(leads_on and (status in _CHALLENGE_STATUSES or not _LINK_OR_FRAME.search(visible)))


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", errors="replace")
