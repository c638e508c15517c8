"""Articles that are hard to write down, and what writes them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from sassspider.files import atomic_folder
from sassspider.items import Article, Attachment, Image

from ..samples import make_article

TEXTS = [
    "<i>Ferries</i> & <script>alert(1)</script>",
    "He said \"go\", 'stay' and `wait`",
    "two\nlines\r\nand\ttabs",
    "{braces} }unbalanced{ \\command $x_1^2$ 100% #1 ~a",
    "=1+1",
    "word " * 60,
    "emoji \U0001f600 and \u202eright to left\u202c",
    "../../etc/passwd / C:\\name: [x](y) --- #",
    "TY  - JOUR\r\nER  - ",
    "成都的渡口",
]


def make_hostile(number: int, text: str) -> Article:
    """Return an article that has a text in each field that people fill in."""
    return make_article(
        id=100 + number,
        url=f"http://en.sass.cn/103002/{100 + number}.aspx",
        title=text,
        subtitle=text,
        byline=text,
        authors=[text, "Luo Wei"],
        source_name=text,
        source_url="https://example.org/a?b={c}&d=%zz\\e",
        body_markdown=f"---\n\n{text}",
        body_text=text,
        attachments=[Attachment(url="http://en.sass.cn/a%20b.pdf", name=text)],
        images=[Image(url="http://en.sass.cn/a.png", alt=text)],
    )


PLAIN = make_article(authors=["Tang Shuyi", "Luo Wei"], source_name="River Weekly")
CHINESE = make_article(id=42, title="渡口", language="zh", authors=["林薇"])
REMOVED = make_article(id=43, date_removed="2026-02-01")
REPOST = make_article(id=44, duplicate_of=41)
ARTICLES = [PLAIN, CHINESE, REMOVED, REPOST, *(make_hostile(number, text) for number, text in enumerate(TEXTS))]


def write_file(exporter: Any, *items: Any, encoding: str = "utf-8", **options: Any) -> bytes:
    """Return what an exporter writes of these items."""
    file = io.BytesIO()
    write(exporter(file, encoding=encoding, **options), *items)
    return file.getvalue()


def write_folder(exporter: Any, path: Path, *articles: Article) -> list[str]:
    """Write a folder; return the names of its files."""
    with atomic_folder(path) as folder:
        write(exporter(folder, encoding="utf-8"), *articles)
    return sorted(one.name for one in path.iterdir() if not one.name.startswith("."))


def write(exporter: Any, *items: Any) -> None:
    exporter.start_exporting()
    for item in items:
        exporter.export_item(item)
    exporter.finish_exporting()


def one_line(text: str) -> str:
    """Return a text with its white space collapsed."""
    return " ".join(text.split())
