"""Runs of equal elements side by side, as word processors write them, made into one."""

from __future__ import annotations

from lxml import etree

from sassspider.markup.nodes import last_text, remove, set_last_text


def merge_neighbours(root: etree._Element, tag: str) -> None:
    """Join an emphasis with an equal one right after it: ``<em>a</em> <em>b</em>`` is ``<em>a b</em>``."""
    for element in reversed(list(root.iter(tag))):
        before = element.getprevious()
        if before is None or _equal_after(before, tag) is None:
            _merge_run(element, tag)


def _merge_run(first: etree._Element, tag: str) -> None:
    """Join all that follow; the text is put together at the end, for each time it is set, it is copied."""
    pieces = [last_text(first)]
    while (after := _equal_after(first, tag)) is not None:
        for piece in (first.tail or "", after.text or ""):
            pieces.append(piece.lstrip(" ") if "".join(pieces[-2:]).endswith(" ") else piece)
        if inside := list(after):
            set_last_text(first, "".join(pieces))
            first.extend(inside)
            pieces = [inside[-1].tail or ""]
        first.tail, after.tail = after.tail, None
        remove(after)
    if len(pieces) > 1:
        set_last_text(first, "".join(pieces))


def _equal_after(element: etree._Element, tag: str) -> etree._Element | None:
    after = element.getnext()
    is_equal = element.tag == tag and after is not None and after.tag == tag and not (element.tail or "").strip()
    return after if is_equal else None
