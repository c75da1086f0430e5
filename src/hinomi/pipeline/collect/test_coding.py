"""What was packed comes out as it was, and a bomb goes off in nobody's memory."""

import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.collect.coding import decoded
from hinomi.pipeline.collect.refusals import BadBody, Refused, TooLarge, Unsupported

MIB = 1024 * 1024


def zstd(payload: bytes, **options: int) -> bytes:
    return zstandard.ZstdCompressor(**options).compress(payload)


@given(
    st.lists(st.binary(max_size=5000), min_size=1, max_size=4), st.sampled_from(["gzip", "zstd", "x-gzip", " GZIP "])
)
def test_packed_in_one_or_more_members_it_comes_out_whole(parts: list[bytes], coding: str) -> None:
    pack = zstd if coding == "zstd" else gzip.compress

    assert decoded(b"".join(map(pack, parts)), coding, 20_000) == b"".join(parts)


@pytest.mark.parametrize("coding", ["", "identity"])
def test_what_was_not_packed_stays(coding: str) -> None:
    assert decoded(b"\x1f\x8b is how gzip starts", coding, 100) == b"\x1f\x8b is how gzip starts"


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstd)])
def test_exactly_as_much_as_may_be_is_not_too_much(coding: str, pack) -> None:
    assert decoded(pack(b"x" * MIB), coding, MIB) == b"x" * MIB
    with pytest.raises(TooLarge):
        decoded(pack(b"x" * MIB + b"x"), coding, MIB)


def bomb(coding: str) -> bytes:
    """A small thing that stands for 256 MiB."""
    packing = zlib.compressobj(1, wbits=31) if coding == "gzip" else zstandard.ZstdCompressor().compressobj()
    mebibyte = bytes(MIB)
    return b"".join(packing.compress(mebibyte) for _ in range(256)) + packing.flush()


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_bomb_is_refused_before_it_fills_the_memory(coding: str) -> None:
    packed = bomb(coding)
    tracemalloc.start()

    with pytest.raises(TooLarge):
        decoded(packed, coding, MIB)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 25 * MIB


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstd)])
@given(cut=st.integers(min_value=1, max_value=60))
def test_what_breaks_off_is_not_taken(coding: str, pack, cut: int) -> None:
    packed = pack(bytes(range(256)))

    with pytest.raises(BadBody, match=coding):
        decoded(packed[:-cut], coding, MIB)


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "zstd"]))
def test_noise_is_refused_and_never_raises_anything_else(noise: bytes, coding: str) -> None:
    with suppress(Refused):
        decoded(noise, coding, MIB)


def test_a_window_larger_than_the_standard_allows_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = stream.compress(b"x" * 1000) + stream.flush()

    with pytest.raises(BadBody, match="memory"):
        decoded(packed, "zstd", MIB)


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "snappy"])
def test_other_codings_are_named_and_those_we_read_are_offered(coding: str) -> None:
    with pytest.raises(Unsupported, match=coding) as refusal:
        decoded(b"x", coding, MIB)

    assert refusal.value.headers == {"accept-encoding": "gzip, zstd"}
