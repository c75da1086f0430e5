"""Every source under bad input: whatever becomes of a sample, nothing raises and no record is lost.

``make fuzz`` (HINOMI_FUZZ=examples a source) goes on for longer than ``make test`` does.
"""

import os
from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hinomi.library import catalog
from hinomi.library.contracts import Context, Framing, Manifest, Normalized
from hinomi.library.formats.lines import split
from hinomi.ocsf import nested, schema

EXAMPLES = int(os.environ.get("HINOMI_FUZZ", "20"))
SAMPLE_BYTES = 64 * 1024
NOON = datetime(2023, 1, 15, 3)
SPICE = [
    b"\x00", b"\xff", b"\x83\x5c", "表".encode(), "表".encode("cp932"), b'"', b"\\", b"|", b"=", b",", b";", b"[", b"]",
    b"{", b"}", b"<", b">", b"%", b"\n", b"\r\n", b"\t", b"-1", b"0", b"99999999999999999999", b"1e400", b"NaN",
    b"message repeated 3 times: [ ", b"9999-12-31T23:59:59Z", b"0001-01-01", b"Feb 30 25:61:61", b"\xed\xa0\x80",
]  # fmt: skip
CONTEXTS = st.builds(
    Context,
    timezone=st.sampled_from([ZoneInfo("Asia/Tokyo"), ZoneInfo("America/St_Johns")]),
    received=st.just(NOON),
    live=st.booleans(),
)


def samples(manifest: Manifest) -> list[bytes]:
    paths = sorted((manifest.folder / "samples").glob("*"))
    return [path.read_bytes()[:SAMPLE_BYTES] for path in paths if not path.name.endswith(".ocsf.json")]


@st.composite
def damaged(draw: st.DrawFn, pool: list[bytes]) -> bytes:
    """A sample with its lines cut, doubled, shuffled and spiced."""
    payload = draw(st.sampled_from(pool))
    lines = draw(st.permutations(payload.split(b"\n")[:12])) if draw(st.booleans()) else [payload]
    payload = b"\n".join(lines)
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(payload)))
        match draw(st.sampled_from(["cut", "insert", "remove", "replace", "double"])):
            case "cut":
                payload = payload[:start]
            case "insert":
                payload = payload[:start] + draw(st.sampled_from(SPICE)) + payload[start:]
            case "remove":
                payload = payload[:start] + payload[start + draw(st.integers(1, 40)) :]
            case "replace":
                payload = payload[:start] + draw(st.binary(min_size=1, max_size=4)) + payload[start + 1 :]
            case _:
                payload = payload[:start] + payload[start : start + 200] * 2
    return payload


@pytest.mark.parametrize("name", catalog.manifests())
def test_nothing_raises_and_no_record_is_lost(name: str) -> None:
    manifest, read = catalog.source_manifest(name), catalog.source(name)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(payload=st.one_of(damaged(samples(manifest)), st.binary(max_size=300)), context=CONTEXTS)
    @example(payload=b"", context=Context(ZoneInfo("Asia/Tokyo"), NOON))
    @example(payload=b"\n\n \r\n", context=Context(ZoneInfo("Asia/Tokyo"), NOON))
    def survive(payload: bytes, context: Context) -> None:
        every_record_is_accounted_for(read(payload, context), payload, manifest.framing)

    survive()


def every_record_is_accounted_for(found: Normalized, payload: bytes, framing: Framing) -> None:
    numbers = Counter([*found.events["line"], *(reject.line for reject in found.rejects)])
    assert found.records == found.events.height + len(found.rejects)
    assert [number for number, times in numbers.items() if times > 1 or number < 1] == []
    if framing is Framing.LINES:
        lines = split(payload)
        rows = {int(number) for number in lines.numbers} | {reject.line for reject in lines.rejects}
        headers = {number for number, raw in lines if raw.startswith(b"#")}
        assert rows - headers <= set(numbers) <= rows
    events = schema.conform(found.events.drop("line"))
    assert events["time"].null_count() == events["class_uid"].null_count() == 0
    nested.to_objects(events)
