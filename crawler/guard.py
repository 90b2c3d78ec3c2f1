"""The guard at the gate: no request leaves for anything but the site itself.

A link, a redirect or a poisoned name could lead a crawler into the network it runs in. Every request is
checked here before it is sent, a redirected one too (Scrapy sends those through the downloader middlewares
again): scheme, host and port against the site's, and the addresses its host resolves to. These come from
the reactor's own resolver: it does not block, and Scrapy keeps its answers, so the one checked is used.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IAddress, IHostResolution

from pipelines.urls import Site, canonical_url

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

FINDS_ORIGIN = "finds_origin"
"""Key of `Request.meta` for the request of `base_url`: where its redirects end is the site, on any host."""

Address = IPv4Address | IPv6Address


class OffLimits(IgnoreRequest):
    """A request that was not sent.

    Args:
        reason: the name it is counted under: `scheme`, `offsite:host`, `offsite:port`, `private-address`.
        url: where it would have gone.
    """

    def __init__(self, reason: str, url: str) -> None:
        super().__init__(f"{reason}: {url}")
        self.reason = reason


class SiteGuard:
    """Downloader middleware; the spider has the `Site` it crawls as its `site`."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self._own: frozenset[Address] | None = None
        self._found: Site | None = None

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy makes it."""
        return cls(crawler)

    async def process_request(self, request: "Request") -> None:
        """Let the request pass, or refuse it by name.

        Raises:
            OffLimits: it leads off the site, or into a private network.
            DNSLookupError: the host has no address; retried as any failed lookup is.
        """
        site: Site = self.crawler.spider.site  # type: ignore[union-attr]  # set by every spider of this project
        if self._own is None:
            self._own = frozenset(await self.resolve(site.host))
        reason = offsite_reason(request.url, *filter(None, (site, self._found)))
        if reason and reason != "scheme" and request.meta.get(FINDS_ORIGIN):
            reason = None
            self._found = Site.of(request.url)
        if reason is None:
            reason = private_reason(await self.resolve(urlsplit(request.url).hostname or ""), self._own)
        if reason:
            self._count(reason)
            raise OffLimits(reason, request.url)

    async def resolve(self, host: str) -> tuple[Address, ...]:
        """The addresses of a host."""
        return await resolve(host)

    def _count(self, reason: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("guard/refused")
        self.crawler.stats.inc_value(f"guard/refused/{reason}")


def offsite_reason(url: str, *sites: Site) -> str | None:
    """Why an address is on none of the sites, None where it is on one."""
    try:
        canonical_url(url)
    except ValueError:
        return "scheme"
    return None if any(site.same_site(url) for site in sites) else sites[0].offsite_reason(url)


def private_reason(addresses: Sequence[Address], own: frozenset[Address]) -> str | None:
    """Refuses a host if any of its addresses is not public, unless it is the address the operator named."""
    return None if all(address in own or _is_public(address) for address in addresses) else "private-address"


def _is_public(address: Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)


async def resolve(host: str) -> tuple[Address, ...]:
    """The addresses of a host, from the resolver the connection will use.

    Raises:
        DNSLookupError: it has none.
    """
    try:
        return (ip_address(host),)
    except ValueError:
        pass
    from twisted.internet import reactor  # noqa: PLC0415 - importing it earlier would install the wrong one

    answer = _Answer()
    reactor.nameResolver.resolveHostName(answer, host)
    addresses = await maybe_deferred_to_future(answer.complete)
    if not addresses:
        raise DNSLookupError(host)
    return addresses


class _Answer:
    """Collects what the resolver finds: an `IResolutionReceiver`, hence the names."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.complete: Deferred[tuple[Address, ...]] = Deferred()

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803
        """Nothing to do: it is not cancelled."""

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        self.found.append(ip_address(address.host))

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete.callback(tuple(self.found))
