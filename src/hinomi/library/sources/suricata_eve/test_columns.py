"""Records read column by column are the events that they are one by one."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hinomi.library.contracts import Context
from hinomi.library.formats.jsonscan import of_lines, scan
from hinomi.library.formats.lines import split
from hinomi.library.sources.suricata_eve import columns
from hinomi.library.sources.suricata_eve.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15))
SAMPLE = Path(__file__).parent / "samples" / "eve.log"
TIME = "2022-12-06T09:15:33.120045+0900"
TIMES = st.sampled_from(
    [TIME, TIME, TIME, "2022-12-06T00:15:33.120045Z", "2022-12-06T09:15:33.1+0900", "2022-12-06 09:15:33", "", None, 7,
     "2022-12-06T09:15:60.000000+0900", "2022-02-30T09:15:33.120045+0900", "0000-01-01T00:00:00.000000+0000"]
)  # fmt: skip
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2**65), st.floats(allow_nan=False), st.text(max_size=4), st.just([1]),
    st.just({"a": 1}), st.sampled_from(["443", "65536", "0", "192.0.2.1", "[2001:db8::1]", "TCP", "4294967296"]),
)  # fmt: skip
ADDRESSES = st.sampled_from(["192.0.2.1", "10.0.0.1", "2001:db8::1", "fe80::1%eth0", "0.0.0.0", "名前", ""])
PORTS = st.sampled_from([0, 53, 443, 50000, 65535, 65536])
COUNTS = st.integers(0, 2**63)
ANSWERS = st.lists(st.fixed_dictionaries({}, optional={"rrname": st.text(max_size=3), "rdata": ADDRESSES}), max_size=2)
PARTS = {
    "flow": {"bytes_toserver": COUNTS, "pkts_toclient": COUNTS, "start": TIMES, "end": TIMES},
    "tls": {"sni": st.text(max_size=5), "version": ODD},
    "quic": {"sni": st.text(max_size=5)},
    "dns": {
        "type": st.sampled_from(["query", "answer", "request"]), "rrname": st.text(max_size=3), "answers": ANSWERS,
        "queries": ANSWERS, "rcode": st.sampled_from(["NOERROR", "NXDOMAIN", "x"]),
    },
    "http": {
        "hostname": ADDRESSES, "url": st.sampled_from(["/", "/a?b", "http://[", "x"]), "http_port": PORTS,
        "status": PORTS, "length": COUNTS, "http_method": st.sampled_from(["GET", "POST", "FOO"]),
    },
    "ether": {"src_mac": st.just("02:00:5e:10:00:01")},
}  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> bytes:
    """Usual records, some with values that nobody expects."""
    eve = {
        "timestamp": draw(TIMES), "event_type": draw(st.sampled_from([*columns.KINDS, *columns.KINDS, "alert", "x"])),
        "flow_id": draw(COUNTS), "src_ip": draw(ADDRESSES), "dest_ip": draw(ADDRESSES), "src_port": draw(PORTS),
        "dest_port": draw(PORTS), "proto": draw(st.sampled_from(["TCP", "udp", "6", "300", "IPv6-ICMP", "", "?"])),
    }  # fmt: skip
    chosen = draw(st.sets(st.sampled_from([eve["event_type"], *PARTS]), max_size=2)) & PARTS.keys()
    for name in sorted(chosen):
        inner = draw(st.fixed_dictionaries({}, optional=PARTS[name]))
        if draw(st.integers(0, 5)) == 0:
            inner[draw(st.sampled_from(list(PARTS[name])))] = draw(ODD)
        eve[name] = inner
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        eve[draw(st.sampled_from([*eve, "direction", "app_proto", "in_iface", "dns", "http"]))] = draw(ODD)
    return json.dumps(eve).encode()


def compare(payload: bytes) -> None:
    one_by_one, by_columns = (normalize(payload, CONTEXT, compiled=compiled) for compiled in (False, True))
    events, others = (schema.conform(found.events.drop("line")).to_dicts() for found in (one_by_one, by_columns))
    assert by_columns.events["line"].to_list() == one_by_one.events["line"].to_list()
    assert events == others
    assert by_columns.rejects == one_by_one.rejects
    assert by_columns.records == one_by_one.records


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records() | st.sampled_from([b"", b"x", b'{"a":1}', b'<13>x: {"event_type":"flow"}']), max_size=8))
@example([b'{"timestamp":"%s","event_type":"%s"}' % (TIME.encode(), kind.encode()) for kind in columns.KINDS])
def test_columns_say_what_single_records_say(lines: list[bytes]):
    compare(b"\n".join(lines))


def test_the_sample_is_the_same_either_way():
    compare(SAMPLE.read_bytes())


@pytest.mark.parametrize("kind", columns.KINDS)
def test_the_commonest_records_are_read_by_columns(kind: str):
    eve = {"timestamp": TIME, "event_type": kind, "src_ip": "192.0.2.1", "src_port": 50000, kind: {"type": "query"}}

    (found,) = scan(of_lines(split(json.dumps(eve).encode())), columns.WANTED, compiled=True)

    assert columns.regular(found).all()
