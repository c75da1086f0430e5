"""Logs of SFOS in both formats, and of UTM 9."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.sophos_firewall.mapping import normalize
from hinomi.library.sources.sophos_firewall.sfos import LOGS
from hinomi.library.sources.sophos_firewall.utm9 import SUBSYSTEMS
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
SIGN_IN, SETTINGS = ClassUid.AUTHENTICATION, ClassUid.DEVICE_CONFIG_STATE_CHANGE
HEAD = 'device="SFW" date=2023-01-15 time=12:00:00 timezone="JST" device_name="XGS107" device_id=X1 log_id=010101600001'


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("said", "utc"),
    [
        ('date=2023-01-15 time=12:00:00 timezone="JST"', datetime(2023, 1, 15, 3)),
        ('date=2023-01-15 time=12:00:00 timezone="CET"', datetime(2023, 1, 15, 11)),
        ('date=2023-01-15 time=12:00:00 timezone="+11"', datetime(2023, 1, 15, 1)),
        ('date=2023-01-15 time=12:00:00 timezone="IST"', datetime(2023, 1, 15, 3)),
        ('timestamp="2023-01-15T12:00:00-0600"', datetime(2023, 1, 15, 18)),
    ],
)
def test_a_time_in_the_zone_it_names(said: str, utc: datetime):
    assert one(f'{said} log_type="Firewall" log_component="Firewall Rule" log_subtype="Allowed"')["time"] == utc


def test_both_formats_say_the_same_of_a_connection():
    old = one(f'{HEAD} log_type="Firewall" log_subtype="Allowed" connevent="Stop" application="HTTP" sent_bytes=1 '
              'recv_bytes=2 sent_pkts=3 recv_pkts=4 src_ip=192.0.2.1 src_port=5 duration=7')  # fmt: skip
    new = one('timestamp="2023-01-15T12:00:00+0900" log_type="Firewall" log_subtype="Allowed" con_event="Stop" '
              'app_name="HTTP" bytes_sent=1 bytes_received=2 packets_sent=3 packets_received=4 src_ip="192.0.2.1" '
              'src_port=5 duration=7')  # fmt: skip

    kept = [name for name in old if name.startswith(("traffic", "src_", "app", "dur", "class", "activity", "time"))]
    assert [old[name] for name in kept] == [new[name] for name in kept]
    assert (old["activity_id"], old["traffic.bytes_in"], old["duration"]) == (2, 2, 7000)


@pytest.mark.parametrize(
    ("said", "category", "disposition"),
    [
        ('log_type="IDP" log_subtype="Drop" signature_msg="X attempt"', UtmCategory.IPS, DispositionId.DROPPED),
        ('log_type="IDP" log_subtype="Detect" signature_msg="ICMP PING"', None, DispositionId.DETECTED),
        ('log_type="Anti-Virus" log_component="HTTP" log_subtype="Virus" virus="V"', UtmCategory.MALWARE, 2),
        ('log_type="Anti-Virus" log_component="SMTP" log_subtype="Virus" virus="T/Ransom"', UtmCategory.RANSOMWARE, 2),
        ('log_type="ATP" log_subtype="Alert" threatname=C2/A', UtmCategory.CNC_CALLBACK, DispositionId.DETECTED),
        ('log_type="Anti-Spam" log_subtype="Probable Spam" spamaction="WARN"', UtmCategory.SPAM, DispositionId.TAGGED),
        ('log_type="Content Filtering" log_component="HTTP" log_subtype="Denied" category="Gambling" url="http://a.example/"',
         UtmCategory.URL_CATEGORY, DispositionId.BLOCKED),
        ('log_type="Content Filtering" log_component="HTTP" log_subtype="Denied" category="Spyware & Malware" url="http://a/"',
         UtmCategory.MALICIOUS_SITE, DispositionId.BLOCKED),
        ('log_type="Content Filtering" log_component="HTTP" log_subtype="Denied" category="Command & Control" url="http://a/"',
         UtmCategory.CNC_CALLBACK, DispositionId.BLOCKED),
        ('log_type="Content Filtering" log_component="Application" log_subtype="Denied" application_name="P2P"',
         UtmCategory.FORBIDDEN_APPLICATION, DispositionId.BLOCKED),
        ('log_type="WAF" reason="WAF Anomaly" httpstatus=403 url=/a server=b', UtmCategory.IPS, DispositionId.BLOCKED),
        ('log_type="Sandbox" log_subtype="Denied" filename="a.exe"', UtmCategory.MALWARE, DispositionId.BLOCKED),
        ('log_type="Firewall" log_component="DoS Attack" log_subtype="Denied"', UtmCategory.IPS, DispositionId.BLOCKED),
    ],
)  # fmt: skip
def test_what_is_a_detection(said: str, category: UtmCategory | None, disposition: int):
    row = one(f"{HEAD} {said}")

    assert (row["is_alert"], row["utm_category"], row["disposition_id"]) == (True, category, disposition)


@pytest.mark.parametrize(
    "said",
    [
        'log_type="Firewall" log_component="Invalid Traffic" log_subtype="Denied"',
        'log_type="Content Filtering" log_component="HTTP" log_subtype="Allowed" category="Phishing & Fraud" url="http://a/"',
        'log_type="Content Filtering" log_component="Application" log_subtype="Allowed" application_name="P2P"',
        'log_type="Anti-Spam" log_subtype="Clean" spamaction="Accept"',
        'log_type="Anti-Virus" log_component="FTP" log_subtype="Allowed" virus=""',
        'log_type="WAF" reason="-" httpstatus=401 url=/a server=b',
        'log_type="Sandbox" log_subtype="Allowed" filename="a.exe"',
        'log_type="New Kind" log_subtype="Whatever"',
    ],
)
def test_what_is_none(said: str):
    assert one(f"{HEAD} {said}")["is_alert"] is False


@pytest.mark.parametrize(
    ("said", "class_uid", "activity", "status"),
    [
        ('log_subtype="Authentication" status="Failed" message="failed to login"', SIGN_IN, 1, 2),
        ('log_subtype="Authentication" status="Successful" message="was logged out"', SIGN_IN, 2, 1),
        ('log_component="CLI" log_subtype="Admin" status="Failed" message="failed to login"', SIGN_IN, 1, 2),
        ('log_component="GUI" log_subtype="Admin" message="Rule was changed"', SETTINGS, 1, None),
        ('log_component="DHCP Server" log_subtype="System" status="Expire"', ClassUid.DHCP_ACTIVITY, 9, None),
        ('log_component="SSL VPN" log_subtype="System" status="Established"', ClassUid.TUNNEL_ACTIVITY, 1, None),
        ('log_component="IPSec" log_subtype="System" status="Failed"', ClassUid.TUNNEL_ACTIVITY, 99, StatusId.FAILURE),
        ('log_component="ATP" log_subtype="System" status="Successful"', ClassUid.BASE_EVENT, 0, None),
    ],
)  # fmt: skip
def test_events_of_the_system(said: str, class_uid: int, activity: int, status: int | None):
    row = one(f'{HEAD} log_type="Event" {said} user_name="a"')

    assert (row["class_uid"], row["activity_id"], row["status_id"], row["user.name"]) == (
        class_uid,
        activity,
        status,
        "a",
    )


def test_leading_zeros_of_an_id_are_kept():
    assert one(f'{HEAD} log_type="Firewall" log_subtype="Allowed"')["metadata.event_code"] == "010101600001"


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ('sub="ips" name="Intrusion protection alert" reason="X attempt" action="drop"', UtmCategory.IPS),
        ('sub="ips" name="Portscan detected" action="drop"', None),
        ('sub="packetfilter" name="Packet dropped (ATP)" action="drop"', UtmCategory.CNC_CALLBACK),
        ('sub="http" name="blocked" action="block" reason="category" url="http://a/" categoryname="Gambling"',
         UtmCategory.URL_CATEGORY),
        ('sub="http" name="virus detected" action="block" reason="av" url="http://a/" virus="V"', UtmCategory.MALWARE),
        ('sub="smtp" name="email rejected" reason="as" extra="spam"', UtmCategory.SPAM),
    ],
)  # fmt: skip
def test_detections_of_utm_9(said: str, category: UtmCategory | None):
    row = one(f'2023:01:15-12:00:00 utm1 prog[1]: id="1" severity="info" sys="S" {said} srcip="192.0.2.1"')

    assert (row["is_alert"], row["utm_category"], row["time"]) == (True, category, datetime(2023, 1, 15, 3))


def test_another_sophos_product_is_a_reject():
    assert [reject.reason for reject in read(b'h=192.0.2.1 u="a" s=200').rejects] == [Reason.NOT_THIS_FORMAT]


FIELDS = [
    *("log_component", "log_subtype", "status", "url", "domain", "category", "src_ip", "src_port", "virus", "duration"),
    *("timestamp", "date", "spamaction", "to_email_address", "action", "reason", "name"),
]


@given(
    st.sampled_from([*LOGS, "other"]),
    st.sampled_from([*SUBSYSTEMS, "x"]),
    st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=9)),
)
def test_any_value_is_an_event(kind: str, sub: str, said: dict[str, str]):
    pairs = " ".join(f'{key}="{value}"' for key, value in said.items()).replace("\n", " ").replace("\r", " ")
    for head in (f'log_type="{kind}" {pairs}', f'id="1" sys="S" sub="{sub}" {pairs}'):
        schema.conform(read(head.encode("utf-8", "replace")).events.drop("line"))
