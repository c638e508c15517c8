"""Files that readers download, told by their URL."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from sassspider.sites import DEFAULT_PORTS

_SUFFIXES = {".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".rar"}


def is_document(url: str) -> bool:
    """Whether ``url`` names a file that readers download (PDF, Office, archives)."""
    if not may_name_document(url):
        return False
    parts = urlsplit(url)  # of a clean body, whose links may also be mail addresses
    return parts.scheme in DEFAULT_PORTS and PurePosixPath(parts.path).suffix.lower() in _SUFFIXES


def may_name_document(text: str) -> bool:
    """Whether a text may have such a URL in it: a quick look."""
    lower = text.lower()
    return any(suffix in lower for suffix in _SUFFIXES)


def file_name(url: str) -> str:
    """Last part of a URL's path, percent-decoded; empty where that names no file (``..``). It leads to no folder."""
    name = PurePosixPath(unquote(urlsplit(url).path).replace("\\", "/")).name
    return "" if name == ".." else name
