"""Why a figure is short of its goal, as profiles tell: said in the document where the goal is not met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.figures import Figure

# Part of the figure's name, and what the profile of that work says.
WHY = {
    "times a bare XmlResponse and h1": (
        "ItemLoader and parsel, used as documented, take 37% of a page's time: 19 XPaths of 15 µs each, of which the "
        "evaluation is a tenth. The body takes 38%: the walk 21%, lexbor 3%, Markdown 4%, HTML and nh3 4%, text 1%; "
        "the XML 5%, words, language and digest 6%. Tried: a table of compiled XPaths beside ItemLoader's is 0.15 ms "
        "quicker and no Scrapy user's loader; lines of plain text, which most are, written without nesting marks saved "
        "0.12 ms; white space normalized only where there is any saved 0.07 ms."
    ),
    "by our time": ("The other side of the same millisecond, see above."),
    "pages/s by the bare spider's": (
        "One interpreter does it all: of a page's time Scrapy takes 35%, as in the bare spider, reading it 30%, its "
        "links 5%, its transaction 14%, its line in the file 5%, what the health checks count 4%; the rest are "
        "middlewares, pipelines and signals. One statement for each kind of row in a transaction that articles share, "
        "and a backlog beside Scrapy's queue, brought 0.27 to here. Tried in five alternating rounds and dropped: "
        "pages read in a process of their own, 0.36 to 0.40, which is still short, for a process more that a crash can "
        "leave behind, in a crawl that courtesy makes wait for seconds between two pages; pages read in a thread, 0.35 "
        "to 0.30, for threads wait for one another; threads that take turns more often, no gain."
    ),
    "peak memory by": (
        "What waits is a step of the walk, of 0.4 kB; the rest grows with the ids that are known. Imports take 30 MB: "
        "SQLAlchemy, Spidermon and lxml are not in the bare spider."
    ),
    "wall time by that of scrapy version": (
        "A bare spider with as many requests already takes twice as long as scrapy version. Of what is beyond it "
        "SQLAlchemy's import takes 29%, a list of three megabytes searched for 20,000 links 24%, Spidermon's import "
        "18%, our own modules 15%, as many ids read from the archive 14%. An index that covers what is "
        "asked of the archive, a second look at it that counts instead of reading, a pattern for the section's own "
        "links and the loader left unimported brought 3.6 to here. Tried and dropped: fewer garbage collections, which "
        "gain a twentieth here and nothing in a crawl."
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
