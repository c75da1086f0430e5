"""Check Point's logs in every form of Log Exporter."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.checkpoint.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 4))
SAMPLES = Path(__file__).parent / "samples"
FORMS = (SAMPLES / "formats.log").read_text(encoding="utf-8").splitlines()
BLADES = (SAMPLES / "syslog.log").read_text(encoding="cp932", errors="replace").splitlines()


def read(payload: bytes | str) -> Normalized:
    result = normalize(payload.encode() if isinstance(payload, str) else payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(line: str) -> dict:
    return schema.conform(read(line).events.drop("line")).row(0, named=True)


def record(**values: str) -> dict:
    pairs = "; ".join(f'{name}:"{value}"' for name, value in {"loguid": "{0x1}", **values}.items())
    return one(f"<134>1 2023-01-15T03:00:00Z gw CheckPoint 1 - [{pairs}]")


SAME = {"src": "192.0.2.1", "dst": "192.0.2.2", "s_port": "4000", "service": "80", "proto": "6", "action": "Drop"}


@pytest.mark.parametrize(
    "line",
    [
        "<134>1 2023-01-15T03:00:00Z gw CheckPoint 1 - [" + "; ".join(f'{k}:"{v}"' for k, v in SAME.items()) + "]",
        "<134>1 2023-01-15T03:00:00Z gw CheckPoint 1 - [sc4s@2620 "
        + " ".join(f'{k}="{v}"' for k, v in SAME.items())
        + "]",
        "syslog[" + "; ".join(f'{k}:"{v}"' for k, v in SAME.items()) + "; ]",
        "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|http|Unknown|act=Drop spt=4000 dpt=80 src=192.0.2.1"
        " dst=192.0.2.2 proto=6 origin=192.0.2.9",
        "LEEF:2.0|Check Point|VPN-1 & FireWall-1|1.0|Drop|action=Drop\tsrc=192.0.2.1\tdst=192.0.2.2\tsrcPort=4000"
        "\tdstPort=80\tproto=6",
        '{"action":"Drop","src":"192.0.2.1","dst":"192.0.2.2","s_port":4000,"service":"80","proto":"6"}',
        "action=Drop|origin=192.0.2.9|src=192.0.2.1|dst=192.0.2.2|s_port=4000|service=80|proto=6",
    ],
)
def test_every_form_says_the_same(line: str):
    row = one(line)

    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (ClassUid.NETWORK_ACTIVITY, 5, False)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("192.0.2.1", 4000)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.2", 80)
    assert (row["connection_info.protocol_name"], row["disposition_id"]) == ("tcp", DispositionId.DROPPED)


@pytest.mark.parametrize("written", ["1673751600", "1673751600000", "2023-01-15T03:00:00Z", "2023-01-15 12:00:00"])
def test_the_time_is_an_epoch_or_a_text(written: str):
    assert record(action="Accept", time=written)["time"] == datetime(2023, 1, 15, 3)


def test_of_repeated_fields_the_network_layer_counts():
    line = (
        '<134>Jan 15 12:00:00 gw CheckPoint: [action:"Accept"; rule_name:"first"; rule_name:"second"; src:"192.0.2.1"]'
    )

    assert one(line)["firewall_rule.name"] == "first"


def test_names_of_people_and_machines_are_taken_apart():
    row = record(
        action="Accept", src="192.0.2.1", src_user_name="YAMADA Taro (t.yamada)", src_machine_name="pc@x.local"
    )

    assert (row["user.name"], row["src_endpoint.hostname"]) == ("t.yamada", "pc")


@pytest.mark.parametrize(
    ("values", "category"),
    [
        ({"product": "Anti-Virus", "protection_name": "EICAR"}, UtmCategory.MALWARE),
        ({"product": "New Anti Virus", "protection_name": "Ransom.X"}, UtmCategory.RANSOMWARE),
        ({"product": "Anti Malware", "malware_action": "Communication with C&C site"}, UtmCategory.CNC_CALLBACK),
        ({"product": "IPS", "attack": "SQL Injection"}, UtmCategory.IPS),
        ({"product": "SmartDefense", "attack": "Port Scan"}, None),
        (
            {"product": "URL Filtering", "matched_category": "Botnets", "resource": "http://a.example/"},
            UtmCategory.MALICIOUS_SITE,
        ),
        (
            {"product": "URL Filtering", "matched_category": "Sports", "resource": "http://a.example/"},
            UtmCategory.URL_CATEGORY,
        ),
        ({"product": "Application Control", "appi_name": "Tor"}, UtmCategory.FORBIDDEN_APPLICATION),
        ({"product": "Threat Emulation", "verdict": "Malicious", "file_name": "a.exe"}, UtmCategory.MALWARE),
        (
            {"product": "Anti-Spam and Email Security", "email_spam_category": "Spam", "from": "a@example.org"},
            UtmCategory.SPAM,
        ),
        ({"product": "Zero Phishing", "resource": "http://a.example/"}, UtmCategory.MALICIOUS_SITE),
    ],
)
def test_verdicts_by_blade(values: dict[str, str], category: UtmCategory | None):
    row = record(action="Prevent", src="192.0.2.1", dst="192.0.2.2", **values)

    assert (row["is_alert"], row["utm_category"]) == (True, category)
    assert row["disposition_id"] == DispositionId.BLOCKED


@pytest.mark.parametrize(
    "values",
    [
        {"product": "Application Control", "action": "Accept", "appi_name": "Microsoft 365", "src": "192.0.2.1"},
        {"product": "Threat Emulation", "action": "Accept", "verdict": "Benign", "file_name": "a.pdf"},
        {"product": "IPS", "description": "Gateway was updated"},
        {"product": "VPN-1 & FireWall-1", "action": "Reject", "src": "192.0.2.1"},
    ],
)
def test_what_passed_was_updated_or_was_only_denied_is_no_verdict(values: dict[str, str]):
    assert record(**values)["is_alert"] is False


@pytest.mark.parametrize(
    ("operation", "status", "activity", "expected"),
    [
        ("Log In", "Success", 1, StatusId.SUCCESS),
        ("Log In", "Failure", 1, StatusId.FAILURE),
        ("Log Out", "Success", 2, StatusId.SUCCESS),
    ],
)
def test_administrators_sign_in_and_out(operation: str, status: str, activity: int, expected: StatusId):
    row = record(operation=operation, audit_status=status, administrator="admin", client_ip="192.0.2.5")

    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (ClassUid.AUTHENTICATION, activity, expected)
    assert (row["user.name"], row["src_endpoint.ip"]) == ("admin", "192.0.2.5")


def test_updates_of_one_log_share_their_uid():
    before, after = (record(product="IPS", attack="X", action=action) for action in ("Detect", "Prevent"))

    assert before["finding_info.uid"] == after["finding_info.uid"] == "{0x1}"


def test_a_record_cut_on_its_way_says_so():
    assert one(BLADES[1][:300])["metadata.labels"] == ["truncated"]


@pytest.mark.parametrize("line", ['{"a":"b"}', "date=2023-01-15 type=traffic", "CEF:0|Other|a|b|c|d|e|x=1"])
def test_another_products_line_is_none_of_ours(line: str):
    assert [reject.reason for reject in read(line).rejects] == [Reason.NOT_THIS_FORMAT]


@given(st.sampled_from([*FORMS, *BLADES]), st.integers(0, 900), st.text(alphabet='":;=[]\\|\t\n', max_size=4))
def test_any_damage_leaves_an_event_or_a_reject(line: str, at: int, put: str):
    result = read(line[:at] + put + line[at + 1 :])

    schema.conform(result.events.drop("line"))
