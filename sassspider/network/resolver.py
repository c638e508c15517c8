"""Which addresses a host name may stand for."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet: not private, link-local, loopback, or reserved."""
    one = ipaddress.ip_address(address)
    inner = getattr(one, "ipv4_mapped", None) or one
    return bool(inner.is_global) and not inner.is_multicast


def is_ip(name: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


async def find_address(name: str) -> str:
    """The address of a host as the crawl's resolver gives it; raises OSError."""
    from twisted.internet import reactor  # there is none before Scrapy has chosen one

    address: str = await maybe_deferred_to_future(reactor.resolve(name))  # type: ignore[arg-type]
    return address


def _find_proxies() -> Iterator[str]:
    """Hosts of the environment's proxies, but not those of NO_PROXY, which are the opposite."""
    urls = (url for scheme, url in getproxies().items() if scheme != "no")
    yield from filter(None, (urlsplit(url if "//" in url else f"//{url}").hostname for url in urls))


class PublicResolver(CachingThreadedResolver):
    """Scrapy's own, without the answers that lead into the network of whoever crawls (SSRF by DNS).

    ``localhost`` is this machine by its name (RFC 6761, section 6.3), the proxies of the environment are the
    operator's, and ``PRIVATE_HOSTS`` names hosts of a private network that are meant.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, private_hosts: Iterable[str] = ()):
        super().__init__(reactor, cache_size, timeout)
        self.trusted = {"localhost", *private_hosts, *_find_proxies()}

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        hosts = settings.getlist("PRIVATE_HOSTS")
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), hosts)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 -- Twisted's name
        """Fires with an IPv4 address, or fails with DNSLookupError."""
        found = super().getHostByName(name, timeout)
        # An address in place of a name is the site's own: SiteMiddleware lets no other host through.
        return found if name in self.trusted or is_ip(name) else found.addCallback(self._check, name)

    def _check(self, address: str, name: str) -> str:
        if not is_public(address):
            logger.error(
                "%s is refused: its address %s is not one of the internet. If you mean that host, name it in "
                "PRIVATE_HOSTS",
                name,
                address,
            )
            raise DNSLookupError(f"{address}, the address of {name}, is not one of the internet")
        return address
