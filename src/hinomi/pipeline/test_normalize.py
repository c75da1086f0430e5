"""Whatever a sender sends and whatever a source gets wrong, every record is an event or a reject."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from hinomi.lake.block import Block, Header
from hinomi.library import catalog
from hinomi.library.contracts import Context, Normalized
from hinomi.pipeline.normalize import normalize

NOON = datetime(2023, 1, 15, 3)
LINE = (
    b'<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime=%d tz="+0900" logid="0000000013" '
    b'type="traffic" subtype="forward" level="notice" srcip=192.168.1.5 dstip=203.0.113.9 action="close"\n'
)


def block(payload: bytes, source: str = "fortinet_fortigate", *, live: bool = False) -> Block:
    header = Header(
        "20230115-ab", "101", "gate", source, "Asia/Tokyo", NOON, "gate.log", live, len(payload), 0, "unused here"
    )
    return Block(header, payload)


def test_an_event_knows_its_company_and_its_raw_line() -> None:
    outcome = normalize(block(b"\n" + LINE % 1673751540))

    event = outcome.events.row(0, named=True)
    assert (event["tenant"], event["sensor"], event["source"]) == ("101", "gate", "fortinet_fortigate")
    assert event["raw_ref"] == "20230115-ab:2", "the blank first line is counted, not a record"
    assert event["time"] == datetime(2023, 1, 15, 2, 59)
    assert event["metadata.logged_time"] == NOON


def test_a_live_device_whose_clock_is_years_off_is_given_the_time_of_receipt() -> None:
    payload = LINE % 1673751540 + LINE % 1000

    live, imported = normalize(block(payload, live=True)), normalize(block(payload))

    assert live.events["time"].to_list() == [datetime(2023, 1, 15, 2, 59), NOON]
    assert live.events["metadata.labels"].to_list()[1] == ["time_source:receive"]
    assert imported.events["time"][1] == datetime(1970, 1, 1) + timedelta(seconds=1000)


def test_a_time_that_cannot_be_is_a_reject_and_stops_nobody() -> None:
    strange = (LINE % 1).replace(b"eventtime=1 ", b"").replace(b"2023-01-15", b"0001-01-01")
    far = (LINE % 1).replace(b"eventtime=1 ", b"").replace(b"2023-01-15", b"9999-12-31")

    outcome = normalize(block(LINE % 1673751540 + strange + far))

    assert (outcome.records, outcome.events.height) == (3, 1)
    assert outcome.rejects["reason"].to_list() == ["bad_time", "bad_time"]
    assert [raw[:25] for raw in outcome.rejects["raw"]] == [strange[:25], far[:25]]


def test_a_source_that_is_no_longer_on_the_shelf_rejects_each_line_and_says_why() -> None:
    outcome = normalize(block(b"one\n\ntwo\n", source="gone_away"))

    assert outcome.records == outcome.rejects.height == 2
    assert outcome.problem
    assert "gone_away" in outcome.problem
    assert outcome.rejects["line"].to_list() == [1, 3]
    assert outcome.rejects["raw"].to_list() == [b"one", b"two"]


@pytest.mark.parametrize("fault", ["raises", "loses a line"])
def test_a_source_with_a_fault_loses_nothing(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(payload: bytes, context: Context) -> Normalized:
        if fault == "raises":
            raise RuntimeError("a bug")
        return Normalized(pl.DataFrame(), (), 2)

    monkeypatch.setattr(catalog, "source", lambda name: broken)
    outcome = normalize(block(b"one\ntwo\n"))

    assert outcome.records == outcome.rejects.height == 2
    assert outcome.events.is_empty()
    assert outcome.problem
