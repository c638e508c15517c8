"""Reasons why figures miss their goals, from profiles; ``make bench`` prints them."""

from __future__ import annotations

# Part of the figure's name, and what the profile of that work says.
WHY = {
    "times a bare XmlResponse and h1": (
        "What the libraries need for the XML (9%), to parse the body (5%), nh3 (6%), the XPaths (5%) and ItemLoader "
        "(8%) is a third of the time for a page. Of the rest the walk of the body takes 20%, its lines as HTML, text "
        "and Markdown 14%, words, language, hash and dates 7%, addresses 5%, authors 4%; no line of ours takes 2%. "
        "Each stage takes one and a half to two times as long as by itself in a loop, most likely because the others "
        "use the processor's cache. Three tenths of the time and 40% of the calls were saved: what a tag with its "
        "style means is looked up at once, a plain text is asked once whether it is one and escaped only if it has a "
        "character to escape, marks are put in order only where several begin, texts are counted by bytes, the links "
        "of a section are made absolute once, an article's URL is told by one pattern, empty elements for attachments "
        "are not read, and processors are not looked for in the item. Tried and dropped, for they save less than 2%: "
        "plain functions in place of MapCompose, the walk in one function, the XML parser's other options, lexbor "
        "without events, no garbage collection, all XPaths before the body, line ends only where a field is, a set of "
        "the links to files, and classes with slots in place of named tuples. `reparse` should be 1.3 times faster "
        "than with the first reader, which parsed bodies by lxml, not as browsers do: before the last three of these "
        "savings it was 1.07 times faster (1,500 pages of the mock site, one process, processor time, median of four "
        "pairs in turn)."
    ),
    "by our time": ("The time for a page again: see the first goal."),
    "pages/s by the bare spider's": (
        "One interpreter does it all. Of the processor time of 2,000 articles reading the pages takes 36%, Scrapy's "
        "work, as in the bare spider, 30%, the start 11%, the transactions in a thread of their own 10%, the links "
        "3%, the counts of the health check 3%, EXPORT_PATH 2%. Articles that wait for the disk share a transaction "
        "and its statements, which saved 0.3 ms a page. No copy of each response, no search of XML for challenges, no"
        " middleware that has nothing to do, one task for the items of a page and a query less saved 9% together, ids"
        " in place of links 4%, no garbage collection of what was imported 3%, and a rare one of what a crawl makes "
        "3%. Tried and dropped: reading pages in a second process, a tenth faster, which a crash can leave behind; "
        "reading pages in threads, slower; zlib's level 1, which saves 0.08 ms a page and stores a tenth more."
    ),
    "articles crawled: peak memory by": (
        "Waiting requests take about 0.4 kB each, and the ids that are known grow with the section."
    ),
    "by those of a bare spider with as many requests": (
        "When neither archive nor file changed since the section's last run, EXPORT_PATH is not compared with the "
        "archive: that took 2 s more for 20,000 articles. Of the rest importing SQLAlchemy takes 15%, importing "
        "sassspider 12%, reading a list of three megabytes with 20,000 links 10%, and reading as many ids from the "
        "archive 5%. Resolving each folder's address once saved 0.28 s, collecting no garbage while the crawl starts, "
        "nor of what it starts with, 0.3 s, nor while the commands are imported 0.1 s, Playwright imported with the "
        "first challenge 0.08 s, a summary by the database 0.06 s, and PostgreSQL's dialect and rich imported when "
        "they are used 0.07 s. Tried and dropped: EXTENSIONS_BASE without the remote control, and the same of cookies, "
        "save 0.15 s of imports, but Scrapy says not to change them, and imports what EXTENSIONS sets to None."
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

# Part of a table's title, and what was measured by hand: it takes too long for every run.
BY_HAND = {
    "reading site": (
        "50,000 articles with search, once, on 2026-11-28: 314 s of processor time, 1.7 GB of memory at the peak, "
        "2.0 GB on disk in 56,861 pages."
    ),
    "Reparse": ("The fleet's trials (two nodes, six sites, 200 sites) are in docs/scale.md: they need PostgreSQL."),
}
