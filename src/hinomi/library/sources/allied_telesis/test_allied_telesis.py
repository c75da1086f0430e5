"""Lines of AR series routers, by their public documentation."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, UtmCategory
from hinomi.library.sources.allied_telesis.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2024, 1, 15, 3))
NOON = "<174>Jan 15 12:00:00 ar1 "


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("IPS: http-events: request field missing colon", UtmCategory.IPS),
        ("IPREP: Bot: IPREP Known Infected Bot", UtmCategory.CNC_CALLBACK),
        ("IPREP: Mobile_CnC: IPREP Controller", UtmCategory.CNC_CALLBACK),
        ("IPREP: Scanner: IPREP Scanner Source", None),
        ("IPREP: DDoSAttacker: IPREP DDoS Source", UtmCategory.IPS),
        ("IPREP: DriveBySrc: IPREP Drive By Source", UtmCategory.MALICIOUS_SITE),
        ("MALWARE: File with known bad MD5 detected (ITW) URL:http://f.example/x", UtmCategory.MALWARE),
        ("URLFILTER: URL:http://f.example/", UtmCategory.MALICIOUS_SITE),
    ],
)
def test_each_function_counts_as_its_own_category(title: str, category: UtmCategory | None):
    row = one(f"{NOON}IPS[1]: [Drop] {title} [tcp] 192.0.2.1:1000 -> 198.51.100.1:80")

    assert (row["is_alert"], row["utm_category"], row["action_id"]) == (True, category, ActionId.DENIED)
    assert (row["src_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.1", 80)
    assert row["finding_info.types"] == [title.split(":")[0]]


def test_a_page_that_was_let_through_is_no_detection():
    assert not one(f"{NOON}UTM[1]: Web_Control: ALLOW http://n.example/ requested by 192.0.2.1: News, 0")["is_alert"]
    assert not one(f"{NOON}IPS[1]: [Alert] URLFILTER: URL:http://n.example/ [http] 192.0.2.1:9 -> 192.0.2.2:80")[
        "is_alert"
    ]


def test_a_line_that_was_saved_on_the_device_has_its_year_and_says_the_same():
    sent = one("<6>Jan 15 12:00:00 ar1 kernel: Firewall rule 30: DENY IN=eth1 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=2")
    kept = one(
        "2024 Jan 15 12:00:00 kern.info ar1 kernel: Firewall rule 30: DENY IN=eth1 OUT= SRC=192.0.2.1 DST=192.0.2.2 "
        "PROTO=2"
    )

    assert sent["time"] == kept["time"] == datetime(2024, 1, 15, 3)
    for row in (sent, kept):
        assert (row["class_uid"], row["activity_id"]) == (ClassUid.NETWORK_ACTIVITY, 5)
        assert (row["firewall_rule.uid"], row["is_alert"], row["device.hostname"]) == ("30", False, None)


def test_the_default_denial_has_no_rule():
    row = one("<6>Jan 15 12:00:00 ar1 kernel: Firewall: DENY IN=eth1 OUT= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP")

    assert (row["action_id"], row["firewall_rule.uid"]) == (ActionId.DENIED, None)


@given(st.text(max_size=100), st.sampled_from(["[Drop] IPS: ", "NEW proto=", "Web_Control: ", "Firewall rule 1: "]))
def test_any_text_is_an_event(text: str, start: str):
    schema.conform(read(f"{start}{text}".encode("utf-8", "replace").replace(b"\n", b" ")).events.drop("line"))
