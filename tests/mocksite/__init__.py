"""A mock of the site for tests, demo and benchmarks: pages, a server, and the expected article of each page.

    site = build_site(seed=1, articles=60, pager="query")
    with Server(site) as server:
        ...                                  # crawl server.url + "/103002/default.aspx"
    site.expected(4001, server.url)          # the article that a crawl must give

No sentence, name or address in it is real. Nothing here uses sassspider: the expected articles are independent of it.
"""

from tests.mocksite.challenge import challenge_page
from tests.mocksite.corpus import ARTICLE_SECTIONS, COMMENTARY
from tests.mocksite.faults import CAPTCHA, FAULTS, LOGIN_PAGE, RESPONSE_FAULTS
from tests.mocksite.lists import PAGERS
from tests.mocksite.options import LIST_SHAPES, Outage
from tests.mocksite.responses import Request, Response, error_response
from tests.mocksite.server import Server
from tests.mocksite.site import Site, build_site

__all__ = [
    "ARTICLE_SECTIONS",
    "CAPTCHA",
    "COMMENTARY",
    "FAULTS",
    "LIST_SHAPES",
    "LOGIN_PAGE",
    "PAGERS",
    "RESPONSE_FAULTS",
    "Outage",
    "Request",
    "Response",
    "Server",
    "Site",
    "build_site",
    "challenge_page",
    "error_response",
]
