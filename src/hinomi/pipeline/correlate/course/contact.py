"""Whom a machine turned to: C&C servers, by what any sensor calls one, and whether a gate can read what they send."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hinomi.ocsf.inside import lies_inside
from hinomi.pipeline.correlate.sighting import Sighting

CALLS: Final = ("cnc_callback", "dns_tunnel")
FILES: Final = ("malware", "ransomware")
"""What a gate calls a file that passes through it."""
DNS: Final = 53
HTTP: Final = 80
HTTPS: Final = 443


class Scheme(StrEnum):
    """How a machine talks to its C&C server; a gate reads downloads over http only."""

    HTTP = "http"
    HTTPS = "https"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Servers:
    """Destinations that some finding of a story calls C&C."""

    sites: frozenset[str]
    addresses: frozenset[str]
    nameless: frozenset[str]
    """Those of the addresses that are known by no name."""

    def hold(self, one: Sighting) -> bool:
        """Names decide; an address does where one of the two has no name."""
        if one.site in self.sites:
            return True
        return far_address(one) in (self.nameless if one.site else self.addresses)


def servers(group: Iterable[Sighting]) -> Servers:
    calls = [one for one in group if one.aspect in CALLS]
    return Servers(
        sites=frozenset(one.site for one in calls if one.site),
        addresses=frozenset(address for one in calls if (address := far_address(one))),
        nameless=frozenset(address for one in calls if not one.site and (address := far_address(one))),
    )


def far_address(one: Sighting) -> str | None:
    """Address of the other end; of a name lookup none, for it is the resolver's."""
    address = one.row["dst_endpoint.ip"]
    if not address or lies_inside(address) or one.row.get("dst_endpoint.port") == DNS:
        return None if one.site or not one.outside else one.outside
    return str(address)


def is_call(one: Sighting, known: Servers) -> bool:
    """A request to a C&C server: by this sensor's own verdict, or by another's about the same destination."""
    return one.aspect in CALLS or (one.aspect not in FILES and known.hold(one))


def scheme(contacts: Iterable[Sighting]) -> Scheme:
    """Of a machine's calls and downloads together: http only where it is known of every destination."""
    by_destination: dict[str | None, set[Scheme]] = defaultdict(set)
    for one in contacts:
        by_destination[one.outside].add(scheme_of(one))
    known = [schemes - {Scheme.UNKNOWN} or schemes for schemes in by_destination.values()]
    spoken = set[Scheme]().union(*known)
    if Scheme.HTTPS in spoken:
        return Scheme.HTTPS
    return Scheme.HTTP if spoken == {Scheme.HTTP} else Scheme.UNKNOWN


def scheme_of(one: Sighting) -> Scheme:
    """By the URL, else by the port. Port 443 is https whatever the URL says: some devices write http before each."""
    url, port = str(one.row["url.url_string"] or "").lower(), one.row.get("dst_endpoint.port")
    if url.startswith("https://") or port == HTTPS:
        return Scheme.HTTPS
    return Scheme.HTTP if url.startswith("http://") or port == HTTP else Scheme.UNKNOWN
