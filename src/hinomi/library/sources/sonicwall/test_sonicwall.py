"""SonicWall messages in their three forms."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.sonicwall.mapping import normalize
from hinomi.library.sources.sonicwall.messages import JUDGEMENTS
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
HEAD = 'id=firewall sn=0017C5000001 time="2023-01-15 12:00:00" fw=203.0.113.2'


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(text: str) -> dict[str, Any]:
    return schema.conform(read(text.encode()).events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ('time="2023-01-15 12:00:00"', datetime(2023, 1, 15, 3)),
        ('time="2023-01-15 12:00:00 UTC"', datetime(2023, 1, 15, 12)),
        ('time="2023-01-15 12:00:00" vp_time="2023-01-15 05:00:00 UTC"', datetime(2023, 1, 15, 5)),
    ],
)
def test_a_time_is_of_the_place_unless_it_says_utc(time: str, utc: datetime):
    assert one(f'id=firewall sn=1 {time} fw=1.1.1.1 m=98 msg="Connection Opened"')["time"] == utc


def test_a_time_that_cannot_be_read_gives_way_to_the_header():
    row = one('<134>Jan 15 12:00:00 relay id=firewall sn=1 time="?" fw=1.1.1.1 m=98 msg="Connection Opened"')

    assert (row["time"], row["metadata.labels"]) == (datetime(2023, 1, 15, 3), None)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("src=192.0.2.1:80:X1", ("192.0.2.1", 80, "X1", None)),
        ("src=192.0.2.1::X1:pc-1", ("192.0.2.1", None, "X1", "pc-1")),
        ("src=:28503:WAN:pc-1 srcV6=2001:db8::1", ("2001:db8::1", 28503, "WAN", "pc-1")),
        ("src=pc-1.example.jp", (None, None, None, "pc-1.example.jp")),
    ],
)
def test_an_end_of_a_connection(said: str, expected: tuple[object, ...]):
    row = one(f'{HEAD} m=98 msg="Connection Opened" {said} proto=tcp/https')

    assert tuple(row[f"src_endpoint.{name}"] for name in ("ip", "port", "interface_name", "hostname")) == expected


@pytest.mark.parametrize(
    ("number", "text", "category"),
    [
        (609, "IPS Prevention Alert: WEB-ATTACKS Example", UtmCategory.IPS),
        (608, "IPS Detection Alert: ICMP Echo Reply", None),
        (809, "Gateway Anti-Virus Alert: Example.A (Trojan) blocked.", UtmCategory.MALWARE),
        (809, "Gateway Anti-Virus Alert: Filecoder.A (Trojan) blocked.", UtmCategory.RANSOMWARE),
        (1200, "Suspected Botnet initiator blocked: 192.0.2.1", UtmCategory.CNC_CALLBACK),
        (1155, "Application Control Prevention Alert: P2P", UtmCategory.FORBIDDEN_APPLICATION),
        (83, "Probable port scan detected", None),
        (27, "Land attack dropped", UtmCategory.IPS),
        (797, "Outbound connection to RBL-listed SMTP server dropped", UtmCategory.SPAM),
        (329, "User login failure rate exceeded - logins from user IP address denied", None),
    ],
)
def test_a_message_number_is_a_verdict(number: int, text: str, category: UtmCategory | None):
    row = one(f'{HEAD} pri=1 m={number} msg="{text}" src=192.0.2.1:1:X1 dst=10.0.0.1:2:X0')

    assert (row["is_alert"], row["utm_category"]) == (True, category)
    assert row["finding_info.title"]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1154, "Application Control Detection Alert: P2P"),
        (36, "TCP connection dropped"),
        (1198, "Initiator from country blocked: Example"),
        (1370, "Possible TCP Flood on IF X1 has ceased"),
        (30, "Administrator login denied due to bad credentials"),
    ],
)
def test_what_is_let_through_or_refused_by_rule_is_no_detection(number: int, text: str):
    assert (
        one(f'{HEAD} pri=1 m={number} msg="{text}" src=192.0.2.1:1:X1 dst=10.0.0.1:2:X0 proto=tcp/2')["is_alert"]
        is False
    )


def test_the_category_of_a_page_says_what_kind_of_detection_it_is():
    page = HEAD + ' m=14 msg="Web site access denied" src=192.0.2.1:1:X0 proto=tcp/https dstname=a.example arg=/b'
    plain, bad = one(page + ' Category="Gambling"'), one(page + ' Category="Malware"')

    assert (plain["utm_category"], bad["utm_category"]) == (UtmCategory.URL_CATEGORY, UtmCategory.MALICIOUS_SITE)
    assert (plain["url.url_string"], plain["url.categories"]) == ("https://a.example/b", ["Gambling"])
    assert (plain["class_uid"], plain["disposition_id"]) == (ClassUid.HTTP_ACTIVITY, DispositionId.BLOCKED)


@pytest.mark.parametrize(
    ("text", "status", "activity"),
    [
        ("Administrator login allowed", StatusId.SUCCESS, 1),
        ("Administrator login denied due to bad credentials", StatusId.FAILURE, 1),
        ("User login denied - RADIUS authentication failure", StatusId.FAILURE, 1),
        ("XAUTH Succeeded with VPN client", StatusId.SUCCESS, 1),
        ("User logged out - inactivity timer expired", StatusId.SUCCESS, 2),
    ],
)
def test_who_signs_in(text: str, status: StatusId, activity: int):
    row = one(f'{HEAD} m=31 msg="{text}" usr="EXAMPLE\\kato" src=192.0.2.1:1:X0')

    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (ClassUid.AUTHENTICATION, activity, status)
    assert (row["user.name"], row["user.domain"], row["device.ip"]) == ("kato", "EXAMPLE", "203.0.113.2")


def test_the_cef_form_says_the_same():
    row = one(
        'CEF:0|SonicWall|NSa|7|809|AV Gateway Alert|9|src=203.0.113.80 spt= 80 dst=192.168.1.2 dpt=5000 susr="kato" '
        'proto=tcp/http msg="Gateway Anti-Virus Alert: Example.A blocked." fw_action="drop"'
    )

    assert (row["src_endpoint.ip"], row["src_endpoint.port"], row["user.name"]) == ("203.0.113.80", 80, "kato")
    assert (row["utm_category"], row["disposition_id"]) == (UtmCategory.MALWARE, DispositionId.DROPPED)
    assert row["malware.name"] == "Example.A"


def test_numbers_of_an_sma_are_not_those_of_a_firewall():
    assert one('id=sslvpn sn=1 time="2023-01-15 12:00:00" fw=1.1.1.1 m=27 msg="User logged out"')["is_alert"] is False


def test_a_line_that_breaks_off_within_a_quote_is_still_read():
    row = one(HEAD + ' m=98 src=192.0.2.1:80:X1 msg="Connection Ope')

    assert (row["src_endpoint.ip"], row["activity_id"]) == ("192.0.2.1", 1)


def test_another_format_is_a_reject():
    assert [reject.reason for reject in read(b"a=1 b=2\nhello").rejects] == [Reason.NOT_THIS_FORMAT] * 2


@given(
    st.sampled_from(sorted(JUDGEMENTS)),
    st.text(max_size=60),
    st.dictionaries(
        st.sampled_from(
            ["src", "dst", "srcV6", "proto", "sent", "cdur", "op", "usr", "Category", "dstname", "request", "time"]
        ),
        st.text(max_size=9),
    ),
)
def test_any_value_is_an_event(number: str, text: str, said: dict[str, str]):
    pairs = " ".join(f'{key}="{value}"' for key, value in said.items())
    payload = f'id=firewall sn=1 m={number} {pairs} msg="{text}'.replace("\n", " ").replace("\r", " ")

    schema.conform(read(payload.encode("utf-8", "replace")).events.drop("line"))
