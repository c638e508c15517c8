"""What a passed challenge leaves: cookies, and the user agent that they count for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of a browser. ``domain`` starts with a dot where subdomains get it too; ``expires`` is -1 for never."""

    name: str
    value: str
    domain: str
    path: str
    secure: bool
    expires: float

    def fits(self, url: str, now: float) -> bool:
        """Whether it goes with a request for ``url`` at ``now``, seconds of the epoch (RFC 6265, section 5.4)."""
        parts = urlsplit(url)
        host, path = (parts.hostname or "").lower(), parts.path or "/"
        domain = self.domain.lower()
        return (
            (host == domain.removeprefix(".") or (domain.startswith(".") and host.endswith(domain)))
            and (path == self.path or path.startswith(self.path.removesuffix("/") + "/"))
            and (parts.scheme == "https" or not self.secure)
            and (self.expires < 0 or self.expires > now)
        )


@dataclass(frozen=True, slots=True)
class Won:
    """To be sent with plain requests from now on."""

    cookies: tuple[Cookie, ...]
    user_agent: str

    @classmethod
    def from_browser(cls, cookies: Iterable[Mapping[str, Any]], user_agent: str) -> Self:
        """Take cookies as Playwright gives them."""
        fields = ("name", "value", "domain", "path", "secure", "expires")
        return cls(tuple(Cookie(*(one[name] for name in fields)) for one in cookies), user_agent)

    def header(self, url: str, now: float) -> str:
        """The value of Cookie for a request, "" if no cookie goes with it."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies if one.fits(url, now))
