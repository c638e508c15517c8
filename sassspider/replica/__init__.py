"""An embedded, synthetic copy of the site: pages, a server, and the truth about every article.

    site = build_site(seed=1, articles=60, options=SiteOptions(pager="query"))
    with Server(site) as server:
        ...                                  # crawl server.url + "/103002/default.aspx"
    site.expected(4001, server.url)          # what must have come out

No sentence, name or address in it is real. Nothing here uses the rest of the project: its truth is independent of it.
"""

from sassspider.replica.corpus import Corpus, build_corpus
from sassspider.replica.options import Outage, SiteOptions
from sassspider.replica.responses import Request, Response
from sassspider.replica.server import Connection, Served, Server
from sassspider.replica.site import Site, build_site

__all__ = [
    "Connection",
    "Corpus",
    "Outage",
    "Request",
    "Response",
    "Served",
    "Server",
    "Site",
    "SiteOptions",
    "build_corpus",
    "build_site",
]
