"""Cato's events, all of whose values are text."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.cato.mapping import normalize
from hinomi.library.sources.cato.security import READERS
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
NOON = "1673751600123"


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(**said: object) -> dict[str, Any]:
    result = read(json.dumps({"time": NOON, "event_type": "Security", **said}).encode())
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ({"event_sub_type": "IPS", "threat_name": "Remote code execution"}, UtmCategory.IPS),
        ({"event_sub_type": "IPS", "threat_name": "IP reputation based signature - Network Scanner"}, None),
        ({"event_sub_type": "IPS", "threat_name": "Domain reputation based signature"}, UtmCategory.MALICIOUS_SITE),
        ({"event_sub_type": "IPS", "threat_name": "X", "mitre_attack_tactics": "Command and Control (TA0011)"},
         UtmCategory.CNC_CALLBACK),
        ({"event_sub_type": "NG Anti Malware", "threat_name": "Trojan.X"}, UtmCategory.MALWARE),
        ({"event_sub_type": "Anti Malware", "threat_name": "Ransom.X"}, UtmCategory.RANSOMWARE),
        ({"event_sub_type": "DNS Protection", "dns_protection_category": "Phishing"}, UtmCategory.MALICIOUS_SITE),
        ({"event_sub_type": "DNS Protection", "dns_protection_category": "Command and Control"},
         UtmCategory.CNC_CALLBACK),
        ({"event_sub_type": "Internet Firewall", "categories": "Gambling"}, UtmCategory.URL_CATEGORY),
        ({"event_sub_type": "Internet Firewall", "categories": "Botnets"}, UtmCategory.MALICIOUS_SITE),
        ({"event_sub_type": "Apps Security", "application_name": "Drive"}, UtmCategory.FORBIDDEN_APPLICATION),
        ({"event_sub_type": "Brand New Engine", "threat_name": "X"}, UtmCategory.IPS),
    ],
)  # fmt: skip
def test_what_an_engine_stops_is_a_detection(said: dict[str, str], category: UtmCategory | None):
    row = one(action="Block", **said)

    assert (row["is_alert"], row["utm_category"], row["action_id"]) == (True, category, ActionId.DENIED)


@pytest.mark.parametrize(
    "said",
    [
        {"event_sub_type": "Internet Firewall", "action": "Monitor", "categories": "Gambling"},
        {"event_sub_type": "WAN Firewall", "action": "Block", "categories": "x"},
        {"event_sub_type": "Anti Malware", "action": "Allow", "threat_verdict": "clean", "file_name": "a"},
        {"event_sub_type": "Apps Security", "action": "Monitor"},
    ],
)
def test_what_a_rule_says_is_none(said: dict[str, str]):
    assert one(**said)["is_alert"] is False


def test_a_count_above_one_counts_as_many():
    assert one(event_sub_type="RPF", event_count="6")["count"] == 6
    assert one(event_sub_type="RPF", event_count="1")["count"] is None


def test_signing_in_and_connecting():
    failed = one(event_type="Connectivity", event_sub_type="ApiKey", login_type="API", action="Failed")
    gone = one(event_type="Connectivity", event_sub_type="Disconnected")

    assert (failed["class_uid"], failed["status_id"]) == (ClassUid.AUTHENTICATION, StatusId.FAILURE)
    assert (gone["class_uid"], gone["activity_id"]) == (ClassUid.TUNNEL_ACTIVITY, 2)


def test_the_time_is_an_epoch_or_a_text():
    assert one()["time"] == datetime(2023, 1, 15, 3, 0, 0, 123000)
    assert one(time=None, time_str="2023-01-15T03:00:00Z")["time"] == datetime(2023, 1, 15, 3)


def test_ids_keep_their_zeros_and_methods_are_words():
    row = one(event_sub_type="Internet Firewall", rule_id="0055", http_request_method="POST", url="https://a.example/b")

    assert (row["firewall_rule.uid"], row["http_request.http_method"], row["url.path"]) == ("0055", "POST", "/b")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"level":"info"}', Reason.NOT_THIS_FORMAT),
        (b'{"event_type":"Security"}', Reason.NO_TIME),
        (b'{"event_type":"Security","time":"yesterday"}', Reason.BAD_TIME),
        (b'{"event_type":"Security","time":"16737', Reason.TRUNCATED),
    ],
)
def test_what_is_no_event_says_why(raw: bytes, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.lists(st.text(max_size=4))
NAMES = ["action", "src_ip", "src_port", "url", "categories", "threat_name", "ip_protocol", "event_count", "file_hash",
         "login_type", "risk_level", "http_request_method", "domain_name", "change_type", "fieldsMap"]  # fmt: skip


@given(st.sampled_from([*READERS, "x"]), st.sampled_from(["Security", "Connectivity", "System"]),
       st.dictionaries(st.sampled_from(NAMES), VALUES))  # fmt: skip
def test_any_value_is_an_event_or_a_reject(subtype: str, kind: str, said: dict[str, object]):
    schema.conform(read(json.dumps({"time": NOON, "event_type": kind, "event_sub_type": subtype, **said}).encode())
                   .events.drop("line"))  # fmt: skip
