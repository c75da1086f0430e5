"""Profiles are what a plain count of the events gives, in whatever order and pieces these come."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.schema import conform
from hinomi.pipeline.behaviour import local, profile
from hinomi.pipeline.behaviour.registered import registered
from hinomi.pipeline.behaviour.store import Store
from hinomi.pipeline.hours.workdays import is_working_day

BEGIN = datetime(2026, 11, 20)
event = st.fixed_dictionaries(
    {
        "tenant": st.sampled_from(["101", "102"]),
        "sensor": st.just("gate"),
        "source": st.just("fortinet_fortigate"),
        "time": st.integers(0, 6 * 3600 - 1).map(lambda second: BEGIN + timedelta(seconds=second)),
        "class_uid": st.just(4001),
        "activity_id": st.just(2),
        "src_endpoint.ip": st.sampled_from(["192.168.1.7", "192.168.1.8", "203.0.113.1"]),
        "src_endpoint.hostname": st.sampled_from([None, "PC-07", "PC-08.factory.example"]),
        "dst_endpoint.ip": st.sampled_from(["198.51.100.1", "198.51.100.2", "192.168.1.9", "255.255.255.255"]),
        "dst_endpoint.port": st.sampled_from([443, 445, 123]),
        "traffic.bytes_out": st.integers(0, 10**9),
        "disposition_id": st.sampled_from([1, 2]),
        "metadata.uid": st.uuids().map(str),
    }
)


def of(events: list[dict[str, object]]) -> pl.DataFrame:
    rows = conform(pl.DataFrame(events, infer_schema_length=None)).select(profile.COLUMNS)
    return profile.contacts(profile.with_machine(rows))


def plainly(events: list[dict[str, object]]) -> dict[tuple[object, ...], list[int]]:
    """Bytes, connections and refusals by a loop over the events."""
    found: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for one in events:
        source, target = str(one["src_endpoint.ip"]), str(one["dst_endpoint.ip"])
        if not source.startswith("192.168.") or target.startswith("255.") or one["dst_endpoint.port"] == 123:
            continue
        time = one["time"]
        assert isinstance(time, datetime)
        name = one["src_endpoint.hostname"]
        key = (
            one["tenant"],
            time.replace(minute=0, second=0),
            source,
            str(name).partition(".")[0] if name else None,
            target,
        )
        found[key][0] += int(str(one["traffic.bytes_out"]))
        found[key][1] += 1
        found[key][2] += one["disposition_id"] == 2
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(event, min_size=1, max_size=40))
def test_the_numbers_are_those_of_a_plain_count(events: list[dict[str, object]]):
    counted = {
        (row["tenant"], row["hour"], row["ip"], row["name"], row["peer_ip"]): [
            row["sent_flow"],
            row["count"],
            row["denied"],
        ]
        for row in of(events).iter_rows(named=True)
    }
    assert counted == plainly(events)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(event, min_size=2, max_size=30), data=st.data())
def test_pieces_in_any_order_leave_the_same_profiles(
    tmp_path: Path, events: list[dict[str, object]], data: st.DataObject
):
    pieces = data.draw(st.permutations(events))
    cut = data.draw(st.integers(0, len(pieces)))
    store = Store(tmp_path / "lake")
    store.clear()
    known: list[dict[str, object]] = []
    for piece in (pieces[:cut], pieces[cut:]):
        known += piece
        hours = {one["time"].replace(minute=0, second=0) for one in piece}  # type: ignore[attr-defined]
        again = [one for one in known if one["time"].replace(minute=0, second=0) in hours]  # type: ignore[attr-defined]
        if again:
            store.put({"contacts": of(again)}, hours)

    whole = of(events)
    held = store.day("contacts", BEGIN.date())
    held = whole.clear() if held is None else held
    keys = ["tenant", "hour", "ip", "name", "peer_ip"]
    assert held.sort(keys).select(whole.columns).equals(whole.sort(keys))


def test_an_address_that_changed_hands_stands_for_itself():
    rows = pl.DataFrame(
        {
            "tenant": ["101"] * 4,
            "day": [date(2026, 11, 20)] * 4,
            "ip": ["192.168.1.7", "192.168.1.7", "192.168.1.8", "192.168.1.8"],
            "name": ["PC-07", None, "PC-08", "PC-09"],
        }
    )
    nameless = rows.with_columns(pl.lit(None, dtype=pl.String).alias("name")).unique(maintain_order=True)
    named = local.with_machine(nameless, local.names_of_addresses(rows))

    assert named["machine"].to_list() == ["PC-07", "192.168.1.8"]
    assert named["nameless"].to_list() == [False, True]


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.co.jp", "example.co.jp"),
        ("WWW.Example.COM.", "example.com"),
        ("one.duckdns.org", "one.duckdns.org"),
        ("198.51.100.7", "198.51.100.7"),
        ("7.100.51.198.in-addr.arpa", None),
        ("fileserver", None),
        ("printer.local", None),
    ],
)
def test_the_registered_domain_is_what_somebody_rented(host: str, domain: str | None):
    assert registered(host) == domain


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 5, 6), False),  # 振替休日
        (date(2026, 9, 22), False),  # 国民の休日 between two holidays
        (date(2026, 8, 14), False),  # Obon
        (date(2026, 12, 30), False),  # turn of the year
    ],
)
def test_factories_rest_on_the_days_of_the_japanese_calendar(day: date, works: bool):
    assert is_working_day(day) is works


def test_local_days_follow_the_companys_zone():
    rows = pl.DataFrame({"tenant": ["101"], "hour": [datetime(2026, 11, 20, 16)]})
    tokyo = local.in_zone(rows, ZoneInfo("Asia/Tokyo").key)
    assert (tokyo["day"][0], tokyo["clock"][0]) == (date(2026, 11, 21), 1)
