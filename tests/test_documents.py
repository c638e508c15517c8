"""Files that readers download, and their names."""

from __future__ import annotations

import pytest

from sassspider import documents

SITE = "http://en.sass.cn"


def test_documents_and_their_names() -> None:
    assert documents.is_document(f"{SITE}/upload/Toll%20book.PDF?v=2")
    assert not documents.is_document(f"{SITE}/upload/pdf")
    assert not documents.is_document("mailto:press@en.sass.cn/a.pdf")
    assert documents.file_name(f"{SITE}/upload/Toll%20book.PDF?v=2") == "Toll book.PDF"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/upload/..%2f..%2fetc%2fpasswd", "passwd"),
        ("/upload/%2e%2e%5c%2e%2e%5cboot.ini", "boot.ini"),
        ("/upload/..", ""),
        ("/upload/%2e%2e", ""),
        ("/%2f", ""),
        ("/", ""),
    ],
)
def test_a_file_name_leads_to_no_folder(path: str, name: str) -> None:
    assert documents.file_name(f"{SITE}{path}") == name
