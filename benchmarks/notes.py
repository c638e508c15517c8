"""Why a figure is short of its goal, as profiles tell: said in the document where the goal is not met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.figures import Figure

# Part of the figure's name, and what the profile of that work says.
WHY = {
    "time by the ideal": (
        "What is beyond the ideal is robots.txt and the first list page, one after the other, and processor time: "
        "a page takes a few milliseconds, and a late event loop makes each answer late."
    ),
    "faster on two cores": (
        "The processes share nothing but the archive, which they read; compare what two that share nothing gain "
        "on this machine, in the line above."
    ),
}
UNKNOWN = "not met, and no profile says why yet."


def explain(figures: Iterable[Figure]) -> Iterator[str]:
    """One line for each figure that is short of its goal."""
    for figure in figures:
        if figure.verdict.startswith("not met"):
            why = next((text for part, text in WHY.items() if part in figure.name), UNKNOWN)
            yield f"- {figure.name}: {figure.cells()[1]}, wanted {figure.goal}: {why}"
