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


def rows(*lines: str) -> list[dict]:
    return schema.conform(read("\n".join(lines)).events.drop("line")).to_dicts()


def record_line(**values: str) -> str:
    said = {"loguid": "{0x1}", "action": "Prevent", "src": "192.0.2.1", "dst": "192.0.2.2", **values}
    return f"<134>1 2023-01-15T03:00:00Z gw CheckPoint 1 - [{pairs(said)}]"


def record(**values: str) -> dict:
    return one(f"<134>1 2023-01-15T03:00:00Z gw CheckPoint 1 - [{pairs({'loguid': '{0x1}', **values})}]")


def pairs(values: dict[str, str]) -> str:
    return "; ".join(f'{name}:"{value}"' for name, value in values.items())


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
        ({"product": "New Anti Virus", "malware_action": "DNS query for a C&C site"}, UtmCategory.CNC_CALLBACK),
        (
            {"product": "Anti-Virus", "malware_action": "Access to site known to contain malware"},
            UtmCategory.MALICIOUS_SITE,
        ),
        (
            {"product": "Anti-Virus", "protection_name": "X", "protection_type": "URL reputation"},
            UtmCategory.MALICIOUS_SITE,
        ),
        ({"product": "Anti-Bot", "malware_action": "Malicious file/exploit download"}, UtmCategory.MALWARE),
        ({"product": "Anti-Malware", "malware_action": "Infected file detected"}, UtmCategory.MALWARE),
        ({"product": "Threat Emulation", "protection_name": "Gen.Macro", "file_name": "a.docm"}, UtmCategory.MALWARE),
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


def test_a_sandbox_that_only_detects_is_heard():
    row = record(product="Threat Emulation", action="Detect", protection_name="Gen.Macro", file_name="a.docm")

    assert (row["is_alert"], row["disposition_id"]) == (True, DispositionId.DETECTED)


def test_a_later_record_of_a_finding_is_its_update():
    first, later, other = rows(
        record_line(product="Anti-Bot", protection_name="Bot.X", loguid="{0x1,0x2}"),
        record_line(product="Anti-Bot", protection_name="Bot.X", loguid="{0x1,0x2}", suppressed_logs="9"),
        record_line(product="Anti-Bot", protection_name="Bot.X", loguid="{0x1,0x3}"),
    )

    assert [row["activity_id"] for row in (first, later, other)] == [1, 2, 1]
    assert later["utm_category"] == UtmCategory.CNC_CALLBACK


def test_a_later_record_of_a_blocked_page_is_no_second_alert():
    said = {
        "product": "URL Filtering",
        "matched_category": "Sports",
        "resource": "http://a.example/",
        "loguid": "{0x7}",
    }
    first, later = rows(record_line(**said), record_line(**said, received_bytes="60"))

    assert [row["is_alert"] for row in (first, later)] == [True, False]
    assert first["class_uid"] == later["class_uid"] == ClassUid.HTTP_ACTIVITY
    assert later["utm_category"] == UtmCategory.URL_CATEGORY
    assert later["raw_data"] is None


def test_a_log_that_passed_first_and_was_blocked_later_is_an_alert():
    said = {"product": "Threat Emulation", "file_name": "a.exe", "loguid": "{0x8}"}
    passed, blocked = rows(record_line(**said, action="Accept"), record_line(**said, verdict="Malicious"))

    assert [row["is_alert"] for row in (passed, blocked)] == [False, True]


def test_records_without_a_log_of_their_own_are_all_counted():
    line = record_line(product="IPS", attack="SQL Injection", loguid="{0x0,0x0,0x0,0x0}")

    assert [row["activity_id"] for row in rows(line, line)] == [1, 1]


@pytest.mark.parametrize("values", [{"auth_status": "Failed Login"}, {"action": "Failed Log In"}])
def test_users_who_are_not_let_in(values: dict[str, str]):
    row = record(**{"action": "Reject", "product": "Mobile Access", "src": "198.51.100.9", "user": "taro"} | values)

    assert (row["class_uid"], row["status_id"], row["user.name"]) == (
        ClassUid.AUTHENTICATION,
        StatusId.FAILURE,
        "taro",
    )


def test_cef_names_the_attack_in_its_header_or_in_labels():
    head = "CEF:0|Check Point|SmartDefense|Check Point|IPS|MSSQL Injection|Very-High|act=Detect src=192.0.2.1"
    row = one(head)
    labelled = one(f"{head} flexString2Label=Attack Information flexString2=Long words cp_severity=Low")

    assert (row["finding_info.title"], row["utm_category"]) == ("MSSQL Injection", UtmCategory.IPS)
    assert row["severity_id"] > labelled["severity_id"]
    assert labelled["finding_info.title"] == "Long words"


def test_cef_has_ipv6_addresses_in_fields_of_their_own():
    row = one(
        "CEF:0|Check Point|VPN-1 & FireWall-1|Check Point|Log|https|Unknown|act=Drop c6a2=2001:db8::5 c6a3=2001:db8::1"
    )

    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"]) == ("2001:db8::5", "2001:db8::1")


@pytest.mark.parametrize(
    "line",
    [
        "Jan 15 12:00:00 fw Checkpoint: 15Jan2023 12:00:00 drop 192.0.2.254 >eth0 rule: 7; src: 192.0.2.1; user: null; "
        "dst: 192.0.2.2; proto: udp; product: VPN-1 & FireWall-1; service: 138; s_port: 137;",
        "loc=2302 filename=fw.log time=15Jan2023 12:00:00 action=drop orig=192.0.2.254 i/f_dir=inbound i/f_name=eth0 "
        "product=VPN-1 & FireWall-1 src=192.0.2.1 s_port=137 dst=192.0.2.2 service=138 proto=udp rule=7",
        "time=15Jan2023 12:00:00|action=drop|orig=192.0.2.254|i/f_dir=inbound|i/f_name=eth0|"
        "product=VPN-1 & FireWall-1|src=192.0.2.1|s_port=137|dst=192.0.2.2|service=138|proto=udp|rule=7",
    ],
)
def test_older_ways_to_export(line: str):
    row = one(line)

    assert (row["time"], row["disposition_id"]) == (datetime(2023, 1, 15, 3), DispositionId.DROPPED)
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("192.0.2.1", 137)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.2", 138)
    assert (row["src_endpoint.interface_name"], row["firewall_rule.uid"]) == ("eth0", "7")


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
