"""Who asks, where a proxy stands in front: the address it names, and only where we know the proxy."""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from hinomi.tenants.problems import DeskError

Network = IPv4Network | IPv6Network


class BadProxies(DeskError):
    def __init__(self, text: str) -> None:
        super().__init__(
            f"HINOMI_TRUSTED_PROXIES の「{text}」はアドレスでもネットワークでもありません "
            "(neither an address nor a network)."
        )


def networks(text: str) -> list[Network]:
    """Comma separated addresses and networks.

    Raises:
        BadProxies: one of them is neither.
    """
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        try:
            found.append(ip_network(part, strict=False))
        except ValueError as error:
            raise BadProxies(part) from error
    return found


class ClientAddress:
    """Puts the client's address where everybody looks for it (``REMOTE_ADDR``).

    ``X-Forwarded-For`` is read from its end: each trusted proxy has added whom it heard. What stands before the first
    that is not trusted, anybody may have written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.trusted: list[Network] = settings.TRUSTED_PROXIES

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self.trusted:
            heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            request.META["REMOTE_ADDR"] = client(str(request.META.get("REMOTE_ADDR", "")), heard, self.trusted)
        return self.get_response(request)


def client(peer: str, heard: Iterable[str], trusted: Iterable[Network]) -> str:
    """The first address from the end that is no trusted proxy; the peer, where the header says nothing of use."""
    known, address = list(trusted), peer
    for said in reversed([part.strip() for part in heard]):
        if not is_within(address, known):
            break
        try:
            address = str(ip_address(said))
        except ValueError:
            break
    return address


def is_within(address: str, known: list[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in known)
