"""Why a figure misses its goal, from profiles; ``make bench`` prints the reason beside the figure."""

from __future__ import annotations

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
        "One interpreter does all the work. Of the time for a page, Scrapy takes 35%, as in the bare spider, reading "
        "the page 30%, its links 5%, its transaction 14%, its line in the export 5%, the health checks 4%, and "
        "middlewares, pipelines and signals the rest. Tried and dropped: reading pages in a second process, a tenth "
        "faster, which a crash can leave behind; reading pages in threads, slower."
    ),
    "articles crawled: peak memory by": (
        "Waiting requests take about 0.4 kB each, and the ids that are known grow with the section."
    ),
    "by those of a bare spider with as many requests": (
        "Of what is beyond the bare spider, importing SQLAlchemy takes 29%, searching a list of three megabytes for "
        "20,000 links 24%, importing Spidermon 18%, importing sassspider 15%, and reading as many ids from the "
        "archive 14%."
    ),
    "times latency": (
        "robots.txt and the first list page are fetched one after the other, and the processor time of a page, a few "
        "milliseconds, delays the answers that come meanwhile."
    ),
    "times faster with two processes": (
        "The processes share nothing but the archive, which they read. Two busy loops, in the first row, show what two "
        "processes gain on this machine."
    ),
}
