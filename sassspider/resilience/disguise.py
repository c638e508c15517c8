"""What comes with status 200 in place of a page: the site's error page, a login, a captcha, nothing."""

from __future__ import annotations

import re

_LOOKED_AT = 65536  # bytes from the start: these pages are small, and say soon what they are
_ARTICLE_LINK = re.compile(rb"/\d+/\d+\.aspx", re.IGNORECASE)
_SIGNS = (
    (re.compile(rb"server error in '[^']*' application|<title>\s*runtime error", re.IGNORECASE), "an error page"),
    (re.compile(rb"<input[^<>]*type\s*=\s*[\"']?password", re.IGNORECASE), "a login page"),
    (re.compile("captcha|验证码".encode(), re.IGNORECASE), "a captcha"),
)


def find_disguise(body: bytes) -> str | None:
    """Say what the body of a successful answer is instead of a page of the site; None for what may be a page.

    Only what is surely no page is told: a list page may have any shape, and an article may write of captchas.
    """
    head = body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "an empty answer"
    if head.startswith(b"<?xml") or b"\0" in head or _ARTICLE_LINK.search(body):
        return None
    return next((what for sign, what in _SIGNS if sign.search(head)), None)
