"""Daemons behind headers, without headers, and what is no daemon's line at all."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized
from hinomi.library.formats import daemon, dhcpd, dnsmasq, unbound
from hinomi.library.formats.daemon import Told
from hinomi.library.formats.rows import Row

PRODUCT = ("Example", "daemon")
CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0))


def read(said: Told) -> Row | None:
    return (
        dhcpd.read(said.text, PRODUCT)
        or dnsmasq.read(said.text, said.line.whole, PRODUCT)
        or unbound.read(said.text, said.line.whole, PRODUCT)
    )


def normalize(*lines: str) -> Normalized:
    result = daemon.normalize("\n".join(lines).encode("utf-8", "replace"), CONTEXT, PRODUCT, read)
    assert result.records == result.events.height + len(result.rejects)
    return result


@pytest.mark.parametrize("header", ["Jan 12 10:00:00 ns1 ", "Jan 12 10:00:00 ", "<30>Jan 12 10:00:00 ns1 ", "", "ns1 "])
def test_a_message_is_found_behind_any_header(header: str):
    events = normalize(f"{header}dnsmasq[1]: query[A] www.example.jp from 192.168.0.3").events

    known = header != "ns1 "
    assert (events["class_uid"][0] == 4003) == known


def test_a_day_that_is_not_padded_is_a_day():
    events = normalize("Jan 2 10:00:00 r dnsmasq[1]: query[A] a.example from 192.168.0.3").events

    assert events["time"].to_list() == [datetime(2023, 1, 2, 1, 0)]
    assert events["device.hostname"].to_list() == ["r"]


def test_the_machine_of_an_alert_is_not_the_one_that_wrote_it():
    events = normalize("Jan 12 10:00:00 gw dnsmasq[1]: possible DNS-rebind attack detected: x.example").events

    assert events["is_alert"].to_list() == [True]
    assert "device.hostname" not in events.columns


@pytest.mark.parametrize("line", ['{"a":1}', "<xml/>", "CEF:0|a|b|c|d|e|1|", "a=1 b=2 c=3"])
def test_another_format_is_a_reject(line: str):
    assert len(normalize(line).rejects) == 1


@pytest.mark.parametrize("part", ["aaaa:", "1.", "from ", "DHCPACK on ", "[1] "])
def test_a_line_made_to_be_slow_is_not(part: str):
    begun = time.process_time()

    events = normalize(part * (900_000 // len(part))).events

    assert time.process_time() - begun < 2
    assert events["metadata.labels"].to_list()[0][0] == "truncated"


@given(
    st.lists(
        st.text(max_size=60) | st.from_regex(r"(DHCPACK|query\[A\]|reply|forwarded) [\x20-\x7e]{0,40}"), max_size=5
    )
)
def test_nothing_is_lost_of_any_text(lines: list[str]):
    normalize(*lines)
