"""What must never be an indicator: ours in ``everybody.txt``, and the operator's list of own names and addresses.

A line is a name, an address, a network, a file name or a digest, with a remark behind ``#``. A name of the operator's
stands for all below it too; one of ours for itself alone, for attackers do use what lies below a cloud's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from hinomi.pipeline.intelligence.indicator import Kind
from hinomi.pipeline.intelligence.writing import DIGESTS, Unusable, is_address, normalised

NAMES = (Kind.DOMAIN, Kind.HOSTNAME)
ADDRESSES = (Kind.IP, Kind.CIDR)


@dataclass(frozen=True)
class Entry:
    """One line: what it allows, and whether all below a name goes with it."""

    kind: Kind
    value: str
    wide: bool


def entry(text: str, wide: bool = True) -> Entry:
    """Raises :class:`Unusable`."""
    kind, value = normalised(text.partition("#")[0])
    return Entry(Kind.DOMAIN if kind is Kind.HOSTNAME else kind, value, wide)


def read(path: Path, wide: bool = True) -> list[Entry]:
    """Entries of a file; lines that say nothing we know are left out (``hinomi intel list`` counts them)."""
    if not path.exists():
        return []
    return list(entries(path.read_text(encoding="utf-8", errors="replace").splitlines(), wide))


def entries(lines: Iterable[str], wide: bool) -> Iterable[Entry]:
    for line in lines:
        try:
            yield entry(line, wide)
        except Unusable:
            continue


@cache
def everybody() -> tuple[Entry, ...]:
    """Names and addresses that everyone's machines talk to, and ranges that are nobody's."""
    text = files("hinomi.pipeline.intelligence").joinpath("everybody.txt").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        word = line.partition("#")[0].strip()
        if "/" in word:
            found.append(Entry(Kind.CIDR, word, wide=False))  # also networks too wide for an indicator
        elif "." in word or len(word) in DIGESTS:
            kind, value = normalised(word, Kind.FILE_NAME if word.endswith((".exe", ".dll", ".sys")) else None)
            found.append(Entry(kind, value, wide=False))
        elif word:
            found.append(Entry(Kind.DOMAIN, word, wide=False))
    return tuple(found)


@dataclass
class AllowList:
    """Answers why a value is no indicator."""

    own: Iterable[Entry] = ()
    exact: dict[str, str] = field(init=False)
    below: dict[str, str] = field(init=False)
    networks: list[tuple[IPv4Network | IPv6Network, str]] = field(init=False)

    def __post_init__(self) -> None:
        ours = "だれもが使うもの (used by everybody)"
        theirs = "許可リスト (allow.txt)"
        told = [*((one, ours) for one in everybody()), *((one, theirs) for one in self.own)]
        self.exact = {one.value: why for one, why in told if one.kind not in ADDRESSES}
        self.below = {one.value: why for one, why in told if one.wide and one.kind is Kind.DOMAIN}
        self.networks = [(ip_network(one.value), why) for one, why in told if one.kind in ADDRESSES]

    def reason(self, kind: Kind, value: str) -> str | None:
        """Why it must not be an indicator, or must not be taken for one; None where it may."""
        if kind in ADDRESSES:
            return self.of_network(ip_network(value))
        if kind is Kind.URL:
            host = urlsplit(f"//{value}").hostname or ""
            return self.of_network(ip_network(host)) if is_address(host) else self.of_name(host, self.below)
        if kind is Kind.EMAIL:
            return self.exact.get(value) or self.of_name(value.rpartition("@")[2], self.below)
        if kind in NAMES:
            return self.exact.get(value) or self.of_name(value, self.below)
        return self.exact.get(value)

    def of_network(self, network: IPv4Network | IPv6Network) -> str | None:
        return next((why for known, why in self.networks if touches(network, known)), None)

    def of_name(self, name: str, names: dict[str, str]) -> str | None:
        """The reason of the name or of a domain it lies in."""
        labels = name.split(".")
        return next((why for at in range(len(labels)) if (why := names.get(".".join(labels[at:])))), None)


def touches(network: IPv4Network | IPv6Network, known: IPv4Network | IPv6Network) -> bool:
    """Whether one of the two lies in the other."""
    return network.version == known.version and network.overlaps(known)
