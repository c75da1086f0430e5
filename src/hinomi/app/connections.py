"""Connections to our HTTP servers, bounded in number and in patience: uvicorn waits for a head for ever."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 15.0
"""From a connection, or from the first byte after an answer, until the whole head of a request is there."""
MOST = 1000
MOST_AN_ADDRESS = 200
PROXIES = ("127.0.0.1", "::1", "")
"""Behind a proxy on this machine, or a socket in its file system, everybody has one address."""


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on whoever is slow with a request's head or has very many connections open."""

    patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if len(self.connections) > MOST or (address not in PROXIES and self.from_address(address) > MOST_AN_ADDRESS):
            transport.abort()
        else:
            self.wait_for_head()

    def from_address(self, address: str) -> int:
        others = (other for other in self.connections if isinstance(other, BoundedProtocol))
        return sum(1 for other in others if other.client and other.client[0] == address)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self.wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_waiting()
        super().connection_lost(exc)

    def wait_for_head(self) -> None:
        """Count down while no request is being answered; more bytes of the same head do not start again."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.stop_waiting()
        elif self.patience is None:
            self.patience = self.loop.call_later(HEAD_SECONDS, self.hang_up)

    def stop_waiting(self) -> None:
        if self.patience is not None:
            self.patience.cancel()
            self.patience = None

    def hang_up(self) -> None:
        self.patience = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()
