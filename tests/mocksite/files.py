"""The site's pictures and files: small, valid, and a different one for each address."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from tests.mocksite.responses import Response

# A grey pixel; between the parts stands a comment.
_JPEG = (
    bytes.fromhex("ffd8"),
    bytes.fromhex("ffdb004300") + b"\x01" * 64 + bytes.fromhex("ffc0000b080001000101011100") +
    bytes.fromhex("ffc4001400010000000000000000000000000000000000") +
    bytes.fromhex("ffc4001410010000000000000000000000000000000000") +
    bytes.fromhex("ffda0008010100003f00") + b"\x3f" + bytes.fromhex("ffd9"),
)  # fmt: skip
_GIF = (bytes.fromhex("47494638396101000100800000808080000000"), bytes.fromhex("2c00000000010001000002024401003b"))


def make_file(path: str) -> Response | None:
    """Return the file at a path below ``/upload/``; None if its ending is unknown."""
    kind, make = _KINDS.get(PurePosixPath(path).suffix.lower(), ("", None))
    return Response(200, (("Content-Type", kind),), make(path.encode())) if make else None


def _png(comment: bytes) -> bytes:
    parts = (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)),
        (b"tEXt", b"Comment\0" + comment),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _jpeg(comment: bytes) -> bytes:
    return _JPEG[0] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + _JPEG[1]


def _gif(comment: bytes) -> bytes:
    text = comment[-200:]
    return _GIF[0] + b"\x21\xfe" + bytes([len(text)]) + text + b"\0" + _GIF[1]


def _pdf(comment: bytes) -> bytes:
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
    )
    text, offsets = b"%PDF-1.4\n% " + comment + b"\n", []
    for number, one in enumerate(objects, start=1):
        offsets.append(b"%010d 00000 n \n" % len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(offsets) + b"trailer\n<< /Size 4 /Root 1 0 R >>\n"
    return text + table + b"startxref\n%d\n%%%%EOF\n" % len(text)


def _zip(comment: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr(ZipInfo("name.txt"), comment)
    return file.getvalue()


def _ole(comment: bytes) -> bytes:
    """Return the first bytes of a file of Word 97; no more than a type's check reads."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + comment


def _rar(comment: bytes) -> bytes:
    """Return the first bytes of a RAR archive."""
    return b"Rar!\x1a\x07\0" + comment


def _mp4(comment: bytes) -> bytes:
    """Return the first box of a film, and one that players skip."""
    return struct.pack(">I", 16) + b"ftypisom\0\0\2\0" + struct.pack(">I", 8 + len(comment)) + b"free" + comment


def _mp3(comment: bytes) -> bytes:
    """Return the tag of a sound (ID3 2.3) with a frame of text."""
    frame = b"TIT2" + struct.pack(">I", len(comment) + 1) + b"\0\0\0" + comment
    return b"ID3\3\0\0\0\0" + bytes([len(frame) >> 7, len(frame) & 127]) + frame


_KINDS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    ".png": ("image/png", _png),
    ".jpg": ("image/jpeg", _jpeg),
    ".jpeg": ("image/jpeg", _jpeg),
    ".gif": ("image/gif", _gif),
    ".mp4": ("video/mp4", _mp4),
    ".mp3": ("audio/mpeg", _mp3),
    ".pdf": ("application/pdf", _pdf),
    ".zip": ("application/zip", _zip),
    ".docx": ("application/octet-stream", _zip),
    ".xlsx": ("application/octet-stream", _zip),
    ".pptx": ("application/octet-stream", _zip),
    ".doc": ("application/msword", _ole),
    ".xls": ("application/vnd.ms-excel", _ole),
    ".ppt": ("application/vnd.ms-powerpoint", _ole),
    ".rar": ("application/octet-stream", _rar),
}
