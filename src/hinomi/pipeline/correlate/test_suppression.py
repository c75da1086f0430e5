"""What a suppression covers raises nothing, and nothing else is lost with it."""

from datetime import datetime

import polars as pl
import pytest

from hinomi.ocsf.suppression import Condition, Operator, Suppression
from hinomi.pipeline.correlate.suppression import is_suppressed

NOON = datetime(2026, 11, 20, 3, 0)
LATER = datetime(2027, 1, 1)


def suppression(*conditions: Condition, tenant: str | None = "101", until: datetime = LATER) -> Suppression:
    return Suppression("s1", tenant, "remote_control_tool", conditions, until, "社内の保守会社が使う")


def finding(**columns: object) -> pl.DataFrame:
    row = {
        "tenant": "101",
        "time": NOON,
        "finding_info.analytic.uid": "remote_control_tool",
        "process.name": "AnyDesk.exe",
        "dst_endpoint.ip": "198.51.100.7",
        "dst_endpoint.port": 443,
    }
    return pl.DataFrame([row | columns])


def covered(one: pl.DataFrame, *suppressions: Suppression) -> bool:
    return one.select(is_suppressed(suppressions)).item()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("process.name", Operator.IS, "anydesk.EXE"), True),
        (Condition("process.name", Operator.IS, "desk.exe"), False),
        (Condition("process.name", Operator.CONTAINS, "ydesk"), True),
        (Condition("process.name", Operator.STARTS, "any"), True),
        (Condition("process.name", Operator.ENDS, ".exe"), True),
        (Condition("process.name", Operator.CONTAINS, ".*"), False),
        (Condition("dst_endpoint.port", Operator.IS, "443"), True),
        (Condition("dst_endpoint.ip", Operator.NETWORK, "198.51.100.0/24"), True),
        (Condition("dst_endpoint.ip", Operator.NETWORK, "2001:db8::/32"), False),
        (Condition("process.name", Operator.NETWORK, "198.51.100.0/24"), False),
    ],
)
def test_a_condition_asks_the_event(condition: Condition, *, expected: bool):
    assert covered(finding(), suppression(condition)) is expected


def test_every_condition_must_hold_and_a_missing_value_holds_none():
    named = Condition("process.name", Operator.IS, "anydesk.exe")
    there = Condition("dst_endpoint.ip", Operator.IS, "198.51.100.7")

    assert covered(finding(), suppression(named, there))
    assert not covered(finding(**{"dst_endpoint.ip": None}), suppression(named, there))


def test_it_is_for_one_company_and_rule_and_ends():
    assert not covered(finding(tenant="102"), suppression())
    assert covered(finding(tenant="102"), suppression(tenant=None))
    assert not covered(finding(**{"finding_info.analytic.uid": "other"}), suppression())
    assert not covered(finding(), suppression(until=NOON))
    assert not covered(finding())
