"""Machines keep time, people do not."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.library.detections.beaconing.behaviour import TOGETHER, judge
from hinomi.ocsf.notable import Notable

BEGIN = datetime(2026, 11, 25, 0)
MET = BEGIN - timedelta(days=1)


def frame(calls: list[int], **told: object) -> pl.DataFrame:
    """Rows of one machine and destination; ``calls`` are seconds since the day began."""
    by_hour: dict[int, list[int]] = {}
    for call in calls:
        by_hour.setdefault(call // 3600, []).append(call % 3600)
    row = {
        "tenant": "101",
        "day": date(2026, 11, 25),
        "machine": "PC-07",
        "nameless": False,
        "address": "192.168.1.7",
        "peer": "calls.invalid",
        "peer_ip": "203.0.113.66",
        "sensor": "gate",
        "source": "fortinet_fortigate",
        "uid": "block:1",
        "met": MET,
        "other_met": None,
        "third_met": None,
        "learned": 20,
    } | told
    rows = [
        row | {"hour": BEGIN + timedelta(hours=hour), "moments": sorted(set(moments))}
        for hour, moments in sorted(by_hour.items())
    ]
    times = dict.fromkeys(("hour", "met", "other_met", "third_met"), pl.Datetime("us"))
    return pl.DataFrame(rows, schema_overrides={**times, "moments": pl.List(pl.Int16)})


def calls(seed: int, period: int, jitter: float, number: int) -> list[int]:
    steps = period * (1 + np.random.default_rng(seed).uniform(-jitter, jitter, number))
    return [int(second) for second in np.cumsum(steps) if second < 86_400]


def said(rows: pl.DataFrame) -> list[Notable]:
    return list(judge(rows))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([60, 300, 900, 1800]), st.floats(0, 0.3))
def test_a_beacon_with_up_to_30_percent_jitter_is_found_with_the_right_numbers(seed: int, period: int, jitter: float):
    made = calls(seed, period, jitter, 400)
    (found,) = said(frame(made))

    told = made[: found.count]
    intervals = [later - earlier for earlier, later in pairwise(told)]
    usual = median(intervals)
    assert found.numbers["interval_seconds"] == round(usual, 1)
    assert found.numbers["deviation"] == round(median(abs(one - usual) for one in intervals) / usual, 3)
    assert found.time == BEGIN + timedelta(seconds=told[-1])
    assert min(intervals) > TOGETHER


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([60, 300, 900]))
def test_people_are_no_beacon(seed: int, period: int):
    steps = np.random.default_rng(seed).exponential(period, 250)
    assert said(frame([int(second) for second in np.cumsum(steps) if second < 86_400])) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200))
def test_what_was_found_stays_found_when_the_day_goes_on(seed: int, cut: int):
    made = calls(seed, 300, 0.2, 250)
    early, late = said(frame(made[:cut])), said(frame(made))
    assert early in ([], late)


def test_several_lines_of_one_call_are_one_call():
    made = calls(1, 300, 0.1, 100)
    (once,), (twice,) = said(frame(made)), said(frame(made + [second + 2 for second in made]))
    assert once.numbers == twice.numbers


def test_a_tenth_of_the_calls_may_be_missing():
    made = [call for place, call in enumerate(calls(2, 300, 0.1, 150)) if place % 10]
    assert said(frame(made))


def test_nothing_is_said_of_what_others_use_or_was_there_before_or_is_still_being_learned():
    made = calls(3, 300, 0.1, 100)
    later = BEGIN + timedelta(hours=23)
    assert said(frame(made, other_met=MET)) == []
    assert said(frame(made, third_met=BEGIN)) == []
    assert said(frame(made, met=BEGIN - timedelta(days=30))) == []
    assert said(frame(made, learned=4)) == []
    assert said(frame(made, other_met=later)), "what others did later changes nothing"
