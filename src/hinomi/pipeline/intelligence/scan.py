"""Which values of a column an indicator may be about: few are asked one by one, many by :mod:`.kernel`."""

import sys
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    from hinomi.pipeline.intelligence.index import Index

SMALL = 2_000
"""Values that plain Python works through in the time a process needs to load the compiled code."""
KERNEL = "hinomi.pipeline.intelligence.kernel"


def laid_out(values: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Octets of texts one after the other, and where each begins; nothing stands where there is none."""
    array = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, octets = array.buffers()
    starts = np.frombuffer(offsets, dtype=np.int64, count=len(array) + 1, offset=8 * array.offset)
    return (np.frombuffer(octets, dtype=np.uint8) if octets else np.empty(0, np.uint8)), starts


def numbers_of(values: pl.Series) -> NDArray[np.int64]:
    """IPv4 addresses as numbers, -1 for others."""
    if len(values) < SMALL:
        from ipaddress import IPv4Address

        return np.fromiter((-1 if ":" in value else int(IPv4Address(value)) for value in values), dtype=np.int64)
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    out = np.empty(len(values), dtype=np.int64)
    run(kernel.numbers, *laid_out(values), out)
    return out


def is_many(count: int) -> bool:
    """Whether the compiled code pays for that many values, or is loaded already."""
    return count >= SMALL or KERNEL in sys.modules


def names(index: "Index", values: pl.Series) -> NDArray[np.bool_]:
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    out = np.zeros(len(values), dtype=np.bool_)
    octets, offsets = laid_out(values)
    run(kernel.scan_names, octets, offsets, index.hashes, index.places, index.bits, index.shift, out)
    if index.addresses.starts or index.addresses.has_v6:
        scan_addresses(index, octets, offsets, out)
    return out


def addresses(index: "Index", values: pl.Series) -> NDArray[np.bool_]:
    out = np.zeros(len(values), dtype=np.bool_)
    scan_addresses(index, *laid_out(values), out)
    return out


def scan_addresses(
    index: "Index", octets: NDArray[np.uint8], offsets: NDArray[np.int64], out: NDArray[np.bool_]
) -> None:
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    ranges = index.ranges
    run(kernel.scan_addresses, octets, offsets, ranges.starts, ranges.ends, ranges.nets, index.addresses.has_v6, out)


def texts(index: "Index", values: pl.Series) -> NDArray[np.bool_]:
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    out = np.zeros(len(values), dtype=np.bool_)
    run(kernel.scan_texts, *laid_out(values), index.hashes, index.places, index.bits, index.shift, out)
    return out


def urls(index: "Index", values: pl.Series) -> NDArray[np.bool_]:
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.intelligence import kernel

    out = np.zeros(len(values), dtype=np.bool_)
    run(kernel.scan_urls, *laid_out(values), index.hashes, index.places, index.bits, index.shift, out)
    return out
