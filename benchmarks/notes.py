"""Why a figure is short of its goal, as profiles tell: said in the document where the goal is not met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.figures import Figure

# Part of the figure's name, and what the profile of that work says.
WHY = {
    "times a bare XmlResponse and h1": (
        "Of about 1.1 ms a page, half is spent in libraries: html-to-markdown 0.16, the XML 0.09, the HTML 0.07, nh3 "
        "0.06, digest and references 0.05; that alone is three times the bare reading. The rest is the canonical form: "
        "tidying 0.27, text 0.08, words 0.04. Tried and dropped: html-to-markdown's quick tier, which gives another "
        "Markdown for one body in twelve."
    ),
    "by our time": ("The other side of the same millisecond, see above."),
    "pages/s by the bare spider's": (
        "One interpreter does it all: of a page's 5 ms Scrapy takes 1.6, as in the bare spider, reading it 1.1, its "
        "links 0.2, its transaction (ten statements of SQLAlchemy, in a thread that waits for the same lock) 2. Shared "
        "transactions, fewer tasks and a heap for what waits brought 0.27 to here; reading pages in other processes "
        "would need a third core, as the site served takes one."
    ),
    "peak memory by": (
        "Requests that wait: Scrapy takes one kilobyte for each article that a list has named. The rest is what the "
        "imports take: SQLAlchemy, Spidermon and lxml are not in the bare spider."
    ),
    "wall time by that of scrapy version": (
        "A bare spider with as many requests already takes half as long again as scrapy version, or more. Beyond it: "
        "SQLAlchemy's import 0.1 s, Spidermon's 0.1 s, the archive's 20,000 ids read before and after, and a list of "
        "three megabytes searched for links."
    ),
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
