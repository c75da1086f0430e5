"""All indicators of all feeds, ready to be asked for: numbers of their values in memory, what they say on disk.

A million take about fifteen megabytes: eight octets of number and four of row each, and maps of bits. What a feed
says of an indicator is read from its file when it is hit. The file is held open: a feed that is replaced meanwhile
goes on telling what it told when the index was made.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_network
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hinomi.pipeline.intelligence import hashing
from hinomi.pipeline.intelligence.allow import AllowList
from hinomi.pipeline.intelligence.indicator import Indicator, Kind, Purpose, Tlp
from hinomi.pipeline.intelligence.scan import SMALL, laid_out, numbers_of
from hinomi.pipeline.intelligence.shelf import Shelf

log = logging.getLogger("hinomi")

NAMES = (Kind.DOMAIN, Kind.HOSTNAME)
REMEMBERED = 50_000
"""Indicators that were hit, of which it is remembered what the feed says."""
CLOSE = 4
"""Bits fewer for finding a number than for saying that there is none."""
FEWEST_BITS = 16
MOST_BITS = 24


@dataclass(frozen=True)
class Known:
    """An indicator as a feed tells it; ``added`` (naive UTC) is since when we know it."""

    feed: str
    indicator: Indicator
    added: datetime


class Feed:
    """A feed's open file; its rows are counted through from ``first``."""

    def __init__(self, name: str, file: pq.ParquetFile, first: int) -> None:
        self.name, self.file, self.first = name, file, first
        groups = range(file.num_row_groups)
        self.ends = np.cumsum([file.metadata.row_group(group).num_rows for group in groups], dtype=np.int64)

    @property
    def rows(self) -> int:
        return int(self.file.metadata.num_rows)

    def known(self, rows: Sequence[int]) -> Iterator[tuple[int, Known]]:
        """What is said in rows, which are in order; every group of rows that is needed is read once."""
        groups = np.searchsorted(self.ends, np.array(rows) - self.first, side="right")
        for group in np.unique(groups):
            begin = self.first + (int(self.ends[group - 1]) if group else 0)
            told = pl.DataFrame(pl.from_arrow(self.file.read_row_group(int(group))))
            here = [row for row, its in zip(rows, groups, strict=True) if its == group]
            said = told[[row - begin for row in here]].iter_rows(named=True)
            yield from ((row, as_known(self.name, one)) for row, one in zip(here, said, strict=True))


@dataclass(frozen=True)
class Ranges:
    """IPv4 addresses as sorted, disjoint ranges, both ends inclusive; ``nets`` has a bit for every /24."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    nets: NDArray[np.uint8]


class Index:
    """What is looked for. Build it with :func:`load`; an empty one costs nothing."""

    def __init__(
        self, feeds: Sequence[Feed], hashes: NDArray[np.uint64], rows: NDArray[np.uint32], addresses: "Addresses",
        kinds: frozenset[Kind], allow: AllowList,
    ) -> None:  # fmt: skip
        order = np.argsort(hashes)
        self.feeds, self.hashes, self.rows = list(feeds), hashes[order], rows[order]
        self.kinds, self.allow = kinds, allow
        self.addresses = addresses
        width = min(max(FEWEST_BITS, int(len(hashes) * 16).bit_length()), MOST_BITS)
        self.shift = np.uint64(64 - width)
        self.bits = bitmap(self.hashes >> self.shift, width)
        self.places = places(self.hashes, width - CLOSE)
        self._said: dict[int, Known] = {}
        self.remembered: dict[Any, tuple[Known, ...]] = {}
        """What values match; kept by :mod:`.matching`."""

    def __len__(self) -> int:
        return len(self.hashes)

    @cached_property
    def ranges(self) -> Ranges:
        return self.addresses.ranges()

    def of_name(self, name: str) -> list[Known]:
        """Indicators for a name in its one form, and for the domains it lies in."""
        labels = name.split(".")
        domains = [".".join(labels[at:]) for at in range(len(labels))]
        found = self.at({hashing.of_name(domain.encode()) for domain in domains})
        return [
            one for one in found
            if (one.indicator.kind is Kind.DOMAIN and one.indicator.value in domains)
            or (one.indicator.kind is Kind.HOSTNAME and one.indicator.value == name)
        ]  # fmt: skip

    def of_address(self, address: str) -> list[Known]:
        """Indicators for an address in its one form, and for the networks it lies in."""
        lengths = self.addresses.lengths[6 if ":" in address else 4]
        networks = {str(ip_network(f"{address}/{length}", strict=False)) for length in lengths} | {address}
        found = self.at({hashing.of_text(network.encode()) for network in networks})
        return [one for one in found if one.indicator.kind in (Kind.IP, Kind.CIDR) and one.indicator.value in networks]

    def of_url(self, key: str) -> list[Known]:
        """Indicators for a URL in its one form, and for shorter ones that it continues."""
        octets = key.encode()
        path = octets.find(b"/")
        ends = [at for at in range(path + 1, len(octets)) if octets[at] in hashing.ENDS] if path >= 0 else []
        beginnings = {octets[:end] for end in (*ends, len(octets))}
        found = self.at({hashing.of_url(beginning) for beginning in beginnings})
        return [one for one in found if one.indicator.kind is Kind.URL and one.indicator.value.encode() in beginnings]

    def of_text(self, text: str, kinds: Iterable[Kind]) -> list[Known]:
        """Indicators of these kinds for a digest, a mail address or a file's name, in lower case."""
        found = self.at({hashing.of_text(text.encode())})
        return [one for one in found if one.indicator.kind in kinds and one.indicator.value == text]

    def at(self, numbers: Iterable[int]) -> list[Known]:
        """What the feeds say of the indicators with these numbers; others may have the same number."""
        wanted = np.fromiter(numbers, dtype=np.uint64)
        first = np.searchsorted(self.hashes, wanted, side="left")
        last = np.searchsorted(self.hashes, wanted, side="right")
        rows = sorted(int(row) for low, high in zip(first, last, strict=True) for row in self.rows[low:high])
        if len(self._said) > REMEMBERED:
            self._said = {}
        self.learn([row for row in rows if row not in self._said])
        return [self._said[row] for row in rows]

    def learn(self, rows: Sequence[int]) -> None:
        for feed in self.feeds:
            mine = [row for row in rows if feed.first <= row < feed.first + feed.rows]
            if mine:
                self._said.update(feed.known(mine))


class Addresses:
    """Collects addresses and networks while an index is made."""

    def __init__(self) -> None:
        self.starts: list[NDArray[np.int64]] = []
        self.ends: list[NDArray[np.int64]] = []
        self.lengths: dict[int, set[int]] = {4: set(), 6: set()}
        self.has_v6 = False

    def add(self, values: pl.Series) -> None:
        """Single addresses."""
        found = numbers_of(values)
        self.has_v6 |= bool((found < 0).any())
        known = found[found >= 0]
        self.starts.append(known)
        self.ends.append(known)

    def add_networks(self, values: pl.Series) -> None:
        for version, length in split(values):
            self.lengths[version].add(length)
            self.has_v6 |= version == 6
        of_four = values.filter(~values.str.contains(":", literal=True))
        parts = of_four.str.split_exact("/", 1).struct.unnest()
        starts = numbers_of(parts["field_0"])
        sizes = np.int64(1) << (32 - parts["field_1"].cast(pl.Int64).to_numpy())
        self.starts.append(starts)
        self.ends.append(starts + sizes - 1)

    def ranges(self) -> Ranges:
        starts = np.concatenate([np.empty(0, np.int64), *self.starts])
        order = np.argsort(starts)
        starts, ends = starts[order], np.concatenate([np.empty(0, np.int64), *self.ends])[order]
        reach = np.maximum.accumulate(ends) if len(ends) else ends
        begins = np.ones(len(starts), dtype=np.bool_)
        begins[1:] = starts[1:] > reach[:-1] + 1
        closes = np.append(begins[1:], True)[: len(starts)]
        starts, ends = starts[begins], reach[closes]
        return Ranges(starts, ends, nets(starts, ends))


def split(values: pl.Series) -> Iterator[tuple[int, int]]:
    """Versions and lengths of prefixes that occur."""
    about = pl.DataFrame({"six": values.str.contains(":", literal=True), "length": values.str.extract(r"/(\d+)$")})
    for six, length in about.unique().iter_rows():
        yield 6 if six else 4, int(length)


def nets(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint8]:
    """A bit for every /24 that a range touches."""
    first, last = starts >> 8, ends >> 8
    flags = np.zeros(1 << 24, dtype=np.bool_)
    flags[first] = True
    flags[last] = True
    for index in np.flatnonzero(last - first > 1):
        flags[first[index] : last[index]] = True
    return np.packbits(flags, bitorder="little")


def bitmap(positions: NDArray[np.uint64], width: int) -> NDArray[np.uint8]:
    flags = np.zeros(1 << width, dtype=np.bool_)
    flags[positions] = True
    return np.packbits(flags, bitorder="little")


def places(hashes: NDArray[np.uint64], width: int) -> NDArray[np.uint32]:
    """Where the sorted numbers with the same first bits begin, and where the last end."""
    first = np.arange(1 << width, dtype=np.uint64) << np.uint64(64 - width)
    return np.append(np.searchsorted(hashes, first), len(hashes)).astype(np.uint32)


def load(shelf: Shelf, added_after: datetime | None = None, added_until: datetime | None = None) -> Index:
    """The index of a shelf; of the indicators alone that came after one time and until another, where given."""
    feeds: list[Feed] = []
    hashes, rows = [np.empty(0, np.uint64)], [np.empty(0, np.uint32)]
    addresses, kinds, first = Addresses(), set[Kind](), 0
    for name in shelf.names():
        try:
            feed = Feed(name, pq.ParquetFile(shelf.path(name)), first)
        except (OSError, pa.ArrowException) as error:
            log.error("脅威情報「%s」を読めません。取り込み直してください (damaged; import it again): %s", name, error)
            continue
        at = first
        for group in range(feed.file.num_row_groups):
            part = pl.DataFrame(pl.from_arrow(feed.file.read_row_group(group, columns=["kind", "value", "added"])))
            part = part.with_columns(pl.int_range(at, at + part.height, dtype=pl.UInt32).alias("row"))
            at += part.height
            if added_after is not None:
                part = part.filter(pl.col("added") > added_after)
            if added_until is not None:
                part = part.filter(pl.col("added") <= added_until)
            for (kind,), some in part.partition_by("kind", as_dict=True, maintain_order=True).items():
                kinds.add(Kind(kind))
                hashes.append(numbered(Kind(kind), some["value"]))
                rows.append(some["row"].to_numpy())
                if kind == Kind.IP:
                    addresses.add(some["value"])
                elif kind == Kind.CIDR:
                    addresses.add_networks(some["value"])
        feeds.append(feed)
        first = at
    return Index(feeds, np.concatenate(hashes), np.concatenate(rows), addresses, frozenset(kinds), shelf.allowed())


def numbered(kind: Kind, values: pl.Series) -> NDArray[np.uint64]:
    """The numbers of values of one kind."""
    if len(values) < SMALL:
        one = hashing.of_name if kind in NAMES else hashing.of_url if kind is Kind.URL else hashing.of_text
        return np.fromiter((one(value.encode()) for value in values), dtype=np.uint64, count=len(values))
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    out = np.empty(len(values), dtype=np.uint64)
    if kind in NAMES:
        run(kernel.hash_names, *laid_out(values), out)
    else:
        run(kernel.hash_texts, *laid_out(values), kernel.URL if kind is Kind.URL else kernel.TEXT, out)
    return out


def as_known(feed: str, said: dict[str, object]) -> Known:
    """A row of a feed as what it means."""
    told = dict(said)
    added = told.pop("added")
    assert isinstance(added, datetime)
    tlp = told.pop("tlp")
    return Known(
        feed,
        Indicator(
            **told  # type: ignore[arg-type]
            | {
                "kind": Kind(str(told["kind"])),
                "tlp": Tlp(str(tlp)) if tlp else None,
                "purpose": Purpose(str(told["purpose"])),
                "description": told["description"] or "",
                "reference": told["reference"] or "",
            }
        ),
        added,
    )
