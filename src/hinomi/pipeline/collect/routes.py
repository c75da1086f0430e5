"""Who sent this: the sender is known by listener port, peer address or certificate, never by content."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Route:
    """What arrives this way belongs to this sensor. Of ``port``, ``peer`` and ``certificate`` (SHA-256
    fingerprint, lower-case hex) those given must all match; more given outranks fewer, a certificate most."""

    tenant: str
    sensor: str
    source: str
    timezone: str
    port: int | None = None
    peer: str | None = None
    certificate: str | None = None

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        return (self.certificate is not None, self.peer is not None, self.port is not None)

    def matches(self, port: int, peer: str, certificate: str | None) -> bool:
        return (
            self.port in (None, port)
            and self.peer in (None, peer)
            and self.certificate in (None, certificate)
            and any(self.rank)
        )


class Routes:
    """The routes of a deployment, most specific first."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = sorted(routes, key=lambda route: route.rank, reverse=True)

    def find(self, port: int, peer: str, certificate: str | None = None) -> Route | None:
        return next((route for route in self.routes if route.matches(port, peer, certificate)), None)
