"""CEF of products that no source knows."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.cef.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ActionId, ClassUid, SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


def told(name: str = "Event", severity: str = "3", code: str = "1", **said: str) -> dict[str, Any]:
    return one(f"CEF:0|Example|Box|1|{code}|{name}|{severity}|" + " ".join(f"{key}={said[key]}" for key in said))


@pytest.mark.parametrize(
    "written",
    [
        "1673751600000",
        "1673751600",
        "Jan 15 2023 12:00:00",
        "Jan 15 12:00:00",
        "Jan 15 2023 12:00:00.000 JST",
        "Jan 15 2023 03:00:00 GMT+00:00",
        "Sun Jan 15 12:00:00 2023",
        "Sun Jan 15 12:00:00 JST 2023",
        "2023-01-15T03:00:00Z",
        "2023-01-15 12:00:00",
    ],
)
def test_a_time_in_any_form(written: str):
    row = told(rt=written, src="192.0.2.1")

    assert (row["time"], row["metadata.original_time"]) == (datetime(2023, 1, 15, 3), written)


def test_without_a_time_of_its_own_that_of_the_header_counts():
    assert one("<13>Jan 15 12:00:00 h CEF:0|a|b|c|d|e|1|")["time"] == datetime(2023, 1, 15, 3)
    assert one("<13>1 2023-01-15T12:00:00+09:00 h CEF:0|a|b|c|d|e|1|")["time"] == datetime(2023, 1, 15, 3)


@pytest.mark.parametrize(
    ("severity", "alert", "level"),
    [("0", False, 1), ("3", False, 2), ("6", False, 3), ("7", True, 4), ("10", True, 5), ("Low", False, 2),
     ("High", True, 4), ("Very-High", True, 5), ("Unknown", False, 0), ("", False, 1)],
)  # fmt: skip
def test_a_high_severity_is_a_verdict(severity: str, alert: bool, level: int):
    row = told("Something odd", severity, src="192.0.2.1", dst="192.0.2.2")

    assert (row["is_alert"], row["severity_id"]) == (alert, level)
    assert row["class_uid"] == (ClassUid.DETECTION_FINDING if alert else ClassUid.NETWORK_ACTIVITY)


def test_a_high_severity_that_names_nobody_is_none():
    assert not told("Power supply failed", "9")["is_alert"]


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Virus detected", UtmCategory.MALWARE),
        ("Ransom.LockBit found", UtmCategory.RANSOMWARE),
        ("C&C callback", UtmCategory.CNC_CALLBACK),
        ("Phishing site", UtmCategory.MALICIOUS_SITE),
        ("Spam message", UtmCategory.SPAM),
        ("SQL injection", UtmCategory.IPS),
        ("Port scan attack", None),
    ],
)
def test_the_name_of_a_threat_is_a_verdict(name: str, category: UtmCategory | None):
    row = told(name, "3", src="192.0.2.1", act="blocked")

    assert (row["is_alert"], row["utm_category"]) == (True, category)
    assert (row["finding_info.title"], row["action_id"]) == (name, ActionId.DENIED)
    assert row["raw_data"].startswith("CEF:0|")


@pytest.mark.parametrize("name", ["Virus definition updated", "Malware scan completed", "No threat found", "Audit"])
def test_what_only_speaks_of_threats_is_none(name: str):
    assert not told(name, "3")["is_alert"]


def test_a_request_is_http_with_its_method():
    row = told(request="http://www.example.jp/a?b\\=1", requestMethod="POST", src="192.0.2.1", dst="192.0.2.2")

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.HTTP_ACTIVITY, 6)
    assert (row["url.hostname"], row["url.path"]) == ("www.example.jp", "/a")
    assert row["url.url_string"] == "http://www.example.jp/a?b=1"


def test_a_sign_in_says_who_and_whether():
    row = told("User login failed", "8", src="192.0.2.1", suser=r"CORP\\\\taro")

    assert (row["class_uid"], row["status_id"], row["is_alert"]) == (ClassUid.AUTHENTICATION, 2, False)
    assert (row["user.name"], row["user.domain"], row["src_endpoint.ip"]) == ("taro", "CORP", "192.0.2.1")


def test_a_machine_is_named_where_the_event_is_about_one_only():
    infected = told("Virus found", "8", dvchost="pc-1", filePath=r"C:\\\\a\\\\b.exe", src="192.0.2.1")
    attacked = told("Exploit", "8", dvchost="fw-1", src="192.0.2.1", dst="192.0.2.2")

    assert (infected["device.hostname"], infected["file.name"]) == ("pc-1", "b.exe")
    assert attacked["device.hostname"] is None


def test_custom_fields_count_by_their_labels():
    row = told(src="192.0.2.1", dst="192.0.2.2", cs1="web-out", cs1Label="Rule Name", cs2="Ex.A", cs2Label="VirusName")

    assert (row["firewall_rule.name"], row["malware.name"], row["is_alert"]) == ("web-out", "Ex.A", True)


@pytest.mark.parametrize(
    ("field", "value", "category", "severity"),
    [
        ("ESAASVerdict", "POSITIVE", UtmCategory.SPAM, SeverityId.LOW),
        ("ESAASVerdict", "SUSPECT", UtmCategory.SPAM, SeverityId.LOW),
        ("ESAAVVerdict", "VIRAL", UtmCategory.MALWARE, SeverityId.HIGH),
        ("ESAAMPVerdict", "MALICIOUS", UtmCategory.MALWARE, SeverityId.HIGH),
        ("ESAASVerdict", "NOT_SPAM", None, SeverityId.INFORMATIONAL),
        ("ESAAVVerdict", "NEGATIVE", None, SeverityId.INFORMATIONAL),
        ("ESAGMVerdict", "POSITIVE", None, SeverityId.INFORMATIONAL),
    ],
)
def test_mail_is_judged_by_the_engine_that_found_something(
    field: str, value: str, category: UtmCategory | None, severity: SeverityId
):
    row = told(
        code="ESA_CONSOLIDATED_LOG_EVENT", severity="5", suser="a@b.example", duser="c@d.example", act="DROPPED",
        msg="'hello'", **{field: value},
    )  # fmt: skip

    assert (row["class_uid"], row["email.from"], row["email.to"]) == (4009, "a@b.example", ["c@d.example"])
    assert (row["email.subject"], row["utm_category"], row["is_alert"]) == ("hello", category, category is not None)
    assert row["severity_id"] == severity


def test_another_format_is_a_reject():
    assert [reject.reason for reject in read(b"LEEF:1.0|a|b|c|d|").rejects] == [Reason.NOT_THIS_FORMAT]


@given(st.text(max_size=120))
def test_any_extension_is_an_event(text: str):
    schema.conform(
        read(
            f"CEF:0|a|b|c|d|attack|9|src=192.0.2.1 {text}".encode("utf-8", "replace").replace(b"\n", b" ")
        ).events.drop("line")
    )
