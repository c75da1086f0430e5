"""Who sent this: the sender is known by listener port, peer address or certificate, never by content."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

MOST_KNOWN = 10_000


@dataclass(frozen=True)
class Route:
    """What arrives this way belongs to this sensor.

    Of ``port``, ``peer`` (an address or a network) and ``certificate`` (SHA-256 fingerprint in lower-case
    hex, common name or DNS name of the sender's verified certificate) those given must all match. A
    certificate outranks a port, for a port of one's own is chosen on purpose; a port outranks a peer.
    """

    tenant: str
    sensor: str
    source: str
    timezone: str
    port: int | None = None
    peer: str | None = None
    certificate: str | None = None

    @property
    def network(self) -> IPv4Network | IPv6Network | None:
        """Raises ValueError for a peer that is neither an address nor a network."""
        return ip_network(self.peer, strict=False) if self.peer else None

    @property
    def rank(self) -> tuple[bool, bool, int]:
        width = self.network.prefixlen + 1 if self.network else 0
        return (self.certificate is not None, self.port is not None, width)

    def says_only(self, ports: Collection[int]) -> bool:
        """Whether nothing but one of these ports tells the sender."""
        return self.port in ports and self.peer is None and self.certificate is None

    def matches(self, port: int, peer: str, identities: frozenset[str]) -> bool:
        return (
            any(self.rank)
            and self.port in (None, port)
            and (self.network is None or ip_address(peer) in self.network)
            and (self.certificate is None or self.certificate in identities)
        )


class Routes:
    """The routes of a deployment, most specific first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = sorted(routes, key=lambda route: route.rank, reverse=True)
        self.known: dict[tuple[int, str, frozenset[str]], Route | None] = {}

    def find(self, port: int, peer: str, identities: frozenset[str] = frozenset()) -> Route | None:
        sender = (port, peer, identities)
        if sender not in self.known:
            if len(self.known) >= MOST_KNOWN:  # addresses can be forged without end
                self.known.clear()
            self.known[sender] = next((route for route in self.routes if route.matches(*sender)), None)
        return self.known[sender]
