"""The site's pictures and files: small, and a different one for each address, which follows the end of each."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from tests.mocksite.responses import Response


def make_file(path: str) -> Response | None:
    """Return the file at a path below ``/upload/``; None if its ending is unknown."""
    kind, start = FILES.get(PurePosixPath(path).suffix.lower(), ("", b""))
    return Response(200, (("Content-Type", kind),), start + path.encode()) if kind else None


def _zip() -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(ZipInfo("name.txt"), b"")
    return file.getvalue()


_JPEG = (
    bytes.fromhex("ffd8ffdb004300") + b"\x01" * 64 + bytes.fromhex("ffc0000b080001000101011100") +
    bytes.fromhex("ffc4001400010000000000000000000000000000000000") +
    bytes.fromhex("ffc4001410010000000000000000000000000000000000") +
    bytes.fromhex("ffda0008010100003f003fffd9")
)  # fmt: skip
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b5500"
    "00000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
_GIF = bytes.fromhex("474946383961010001008000008080800000002c00000000010001000002024401003b")
_PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n%"
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)  # of Word 97; no more than a type's check reads
FILES = {
    ".png": ("image/png", _PNG),
    ".jpg": ("image/jpeg", _JPEG),
    ".jpeg": ("image/jpeg", _JPEG),
    ".gif": ("image/gif", _GIF),
    ".mp4": ("video/mp4", b"\0\0\0\x10ftypisom\0\0\2\0"),
    ".mp3": ("audio/mpeg", b"ID3\3\0\0\0\0\0\0"),
    ".pdf": ("application/pdf", _PDF),
    ".zip": ("application/zip", _zip()),
    ".docx": ("application/octet-stream", _zip()),
    ".xlsx": ("application/octet-stream", _zip()),
    ".pptx": ("application/octet-stream", _zip()),
    ".doc": ("application/msword", _OLE),
    ".xls": ("application/vnd.ms-excel", _OLE),
    ".ppt": ("application/vnd.ms-powerpoint", _OLE),
    ".rar": ("application/octet-stream", b"Rar!\x1a\7\0"),
}
