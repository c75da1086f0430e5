"""PAN-OS records by version and form, as firewalls, relays and Strata Logging Service write them."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason, UtmCategory
from hinomi.library.sources.paloalto_panos.columns import LAYOUTS, TEXTS, split
from hinomi.library.sources.paloalto_panos.mapping import normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 30))
TRAFFIC, THREAT = (
    (Path(__file__).parent / "samples" / f"{name}.log").read_text(encoding="utf-8").splitlines()
    for name in ("traffic", "threat")
)
NEWEST = TRAFFIC[2]
TIMES = "2023/01/15 12:00:05"


def read(payload: bytes | str) -> Normalized:
    result = normalize(payload.encode() if isinstance(payload, str) else payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(line: str) -> dict:
    return schema.conform(read(line).events.drop("line")).row(0, named=True)


def system(subtype: str, event: str, text: str) -> dict:
    return one(f'1,{TIMES},0017,SYSTEM,{subtype},0,{TIMES},,{event},,0,0,general,informational,"{text}",1,0x0')


@pytest.mark.parametrize("columns", [46, 60, 61, 65, 67, 75, 103, 115])
def test_a_session_is_the_same_in_any_version(columns: int):
    head, _, csv_part = NEWEST.partition(" 1,")
    cut = ",".join(csv_part.split(",")[: columns - 1])

    row = one(f"{head} 1,{cut}")

    assert (row["src_endpoint.ip"], row["dst_endpoint.port"], row["user.name"]) == ("192.168.1.23", 443, "hanako")
    assert (row["traffic.bytes_out"], row["traffic.packets_in"], row["duration"]) == (2210, 22, 31_000)
    assert row["metadata.labels"] is None


def test_the_time_with_an_offset_counts_and_also_places_the_start():
    abroad = NEWEST.replace("2023-01-15T12:00:05.431+09:00", "2023-01-15T12:00:05.431-05:00")

    row = one(abroad)

    assert row["time"] == datetime(2023, 1, 15, 17, 0, 5, 431_000)
    assert row["start_time"] == datetime(2023, 1, 15, 16, 59, 20)


@pytest.mark.parametrize("unset", ["1970-01-01T09:00:00.000+09:00", "", "0"])
def test_without_it_the_generated_time_is_the_firewalls(unset: str):
    assert one(NEWEST.replace("2023-01-15T12:00:05.431+09:00", unset))["time"] == datetime(2023, 1, 15, 3, 0, 5)


def test_without_any_time_the_header_or_the_receipt_tells():
    said = one(NEWEST.replace(TIMES, "x").replace("2023-01-15T12:00:05.431+09:00", ""))
    silent = one(NEWEST.partition("honsha ")[2].replace(TIMES, "x").replace("2023-01-15T12:00:05.431+09:00", ""))

    assert said["time"] == datetime(2023, 1, 15, 3, 0, 5)
    assert (silent["time"], silent["metadata.labels"]) == (CONTEXT.received, ["time_source:receive"])


def test_a_header_without_a_host_does_not_swallow_the_record():
    row = one("Jan 15 12:00:09 " + NEWEST.partition("honsha ")[2])

    assert (row["class_uid"], row["src_endpoint.ip"]) == (ClassUid.NETWORK_ACTIVITY, "192.168.1.23")


def test_a_session_that_policy_refused_is_no_verdict():
    row = one(TRAFFIC[3])

    assert (row["activity_id"], row["disposition_id"], row["is_alert"]) == (5, DispositionId.RESET, False)
    assert row["firewall_rule.name"] == "block-outbound, other"


def test_verdicts_by_subtype():
    events = read("\n".join(THREAT)).events
    found = dict(zip(events["metadata.log_name"], events["utm_category"], strict=True))

    assert found["THREAT/virus"] == UtmCategory.MALWARE
    assert found["THREAT/wildfire-virus"] == UtmCategory.RANSOMWARE
    assert found["THREAT/vulnerability"] == found["THREAT/flood"] == UtmCategory.IPS
    assert found["THREAT/spyware"] == UtmCategory.CNC_CALLBACK
    assert found["THREAT/scan"] is found["THREAT/data"] is found["CORRELATION"] is None


def test_a_page_of_a_malicious_category_is_a_verdict_even_where_it_was_opened():
    opened, harmless = one(THREAT[3]), one(THREAT[0])

    assert (opened["is_alert"], opened["utm_category"]) == (True, UtmCategory.MALICIOUS_SITE)
    assert opened["user.name"] is None, "a proxy's client stands where the user would"
    assert (harmless["is_alert"], harmless["disposition_id"]) == (False, DispositionId.ALLOWED)


def test_a_file_that_the_sandbox_cleared_is_no_verdict():
    bad, good = one(THREAT[6]), one(THREAT[7])

    assert (bad["is_alert"], bad["email.to"]) == (True, ["info@example.co.jp", "soumu@example.co.jp"])
    assert (good["is_alert"], good["class_uid"]) == (False, ClassUid.NETWORK_FILE_ACTIVITY)


@pytest.mark.parametrize(
    ("event", "text", "user", "address", "status"),
    [
        (
            "auth-fail",
            "failed authentication for user 'taro'. Reason: locked. From: 192.0.2.7.",
            "taro",
            "192.0.2.7",
            StatusId.FAILURE,
        ),
        (
            "auth-success",
            "authenticated for user 'taro'.   auth profile 'A', From: 192.0.2.7.",
            "taro",
            "192.0.2.7",
            StatusId.SUCCESS,
        ),
        (
            "auth-success",
            "failed authentication for user 'taro'. From: 192.0.2.7.",
            "taro",
            "192.0.2.7",
            StatusId.FAILURE,
        ),
        (
            "general",
            "User admin logged in via CLI from 192.0.2.7 using ssh",
            "admin",
            "192.0.2.7",
            StatusId.SUCCESS,
        ),
        (
            "globalprotectgateway-auth-fail",
            "GlobalProtect gateway user authentication failed. Login from: 192.0.2.7, Source region: JP, "
            "User name: taro, Reason: Authentication failed.",
            "taro",
            "192.0.2.7",
            StatusId.FAILURE,
        ),
    ],
)
def test_sign_ins_are_told_by_their_words(event: str, text: str, user: str, address: str, status: StatusId):
    row = system("auth", event, text)

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.AUTHENTICATION, 1)
    assert (row["user.name"], row["src_endpoint.ip"], row["status_id"]) == (user, address, status)


def test_a_lease_joins_address_machine_and_name():
    row = system("dhcp", "lease-start", "DHCP lease started ip 192.168.1.7 --> mac 00:00:5e:00:53:07 - hostname pc-7")

    assert (row["class_uid"], row["activity_id"]) == (ClassUid.DHCP_ACTIVITY, 5)
    assert (row["src_endpoint.ip"], row["src_endpoint.hostname"]) == ("192.168.1.7", "pc-7")


def test_a_mail_is_told_without_the_labels_before_its_addresses():
    fields = ["1", TIMES, "0017", "THREAT", "file", "0", TIMES, "192.0.2.5", "192.0.2.6", *[""] * 45]
    fields[30], fields[31], fields[32] = "alert", '""', "Email Link(52143)"
    fields[50] = '"From: ""Sato, Taro"" <taro@example.com>"'
    fields[51], fields[52] = '"Sub: Hello, all"', "To: <a@example.jp>; b@example.jp;  "
    row = one(",".join(fields))

    assert (row["email.from"], row["email.to"]) == ("taro@example.com", ["a@example.jp", "b@example.jp"])
    assert row["email.subject"] == "Hello, all"


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("command-and-control", UtmCategory.MALICIOUS_SITE),
        ("phishing", UtmCategory.MALICIOUS_SITE),
        ("games", UtmCategory.URL_CATEGORY),
    ],
)
def test_a_page_that_was_stopped_counts_by_what_it_is(category: str, expected: UtmCategory):
    fields = ["1", TIMES, "0017", "THREAT", "url", "0", TIMES, "192.0.2.5", "192.0.2.6", *[""] * 30]
    fields[30], fields[31], fields[32], fields[33] = "block-url", '"a.example.com/"', "(9999)", category

    assert one(",".join(fields))["utm_category"] == expected


def test_a_negotiation_names_both_ends():
    row = system(
        "vpn", "ike-nego-p1-succ", "negotiation is succeeded. Established SA: 198.51.100.1[500]-203.0.113.1[500] x"
    )

    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"]) == ("198.51.100.1", "203.0.113.1")


def test_a_firewall_that_does_not_name_itself_is_named_by_the_header():
    line = f'1,{TIMES},0017,SYSTEM,general,0,{TIMES},,general,,0,0,general,informational,"x",1,0x0'

    assert one(f"<14>Jan 15 12:00:05 gate {line}")["device.hostname"] == "gate"
    assert one(f"<14>1 2023-01-15T03:00:05Z stream-1 logforwarder - panwlogs - {line}")["device.hostname"] is None


def test_remote_access_of_old_versions_says_who_and_which_machine():
    row = system(
        "globalprotect",
        "globalprotectgateway-config-succ",
        "GlobalProtect gateway client configuration generated. User name: kojo\\taro, Private IP: 10.9.0.2, "
        "Device name: pc-1, Client OS version: Windows",
    )

    assert (row["class_uid"], row["user.name"], row["src_endpoint.hostname"]) == (ClassUid.BASE_EVENT, "taro", "pc-1")


def test_a_type_that_is_not_known_is_a_base_event():
    row = one(f"1,{TIMES},0017,FUTURE,0,0,{TIMES},a,b")

    assert (row["class_uid"], row["time"]) == (ClassUid.BASE_EVENT, datetime(2023, 1, 15, 3, 0, 5))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"1,{TIMES},0017", Reason.TRUNCATED),
        ("date=2023-01-15 type=traffic", Reason.NOT_THIS_FORMAT),
        ('{"a": 1', Reason.NOT_THIS_FORMAT),
    ],
)
def test_what_is_no_record_says_why(line: str, reason: Reason):
    assert [reject.reason for reject in read(line).rejects] == [reason]


def test_a_record_cut_on_its_way_says_so():
    assert one(NEWEST[:180])["metadata.labels"] == ["truncated"]
    assert one(THREAT[1][:260])["metadata.labels"] == ["truncated"]


def test_a_repeated_message_counts():
    row = one(f"Jan 15 12:00:05 gate message repeated 3 times: [ {NEWEST.partition('honsha ')[2]}]")

    assert (row["count"], row["src_endpoint.ip"]) == (3, "192.168.1.23")


FIELDS = st.lists(st.text(alphabet='ab," 1', max_size=5), min_size=8, max_size=12)


@given(FIELDS, st.sampled_from(sorted(TEXTS)))
def test_the_quick_way_to_divide_a_line_finds_what_a_csv_reader_finds(fields: list[str], kind: str):
    fields = ["1", "t", "s", kind, *fields] + [""] * LAYOUTS[kind].width
    line = ",".join('"' + text.replace('"', '""') + '"' if {'"', ","} & set(text) else text for text in fields)

    width = LAYOUTS[kind].width
    assert split(line)[:width] == next(csv.reader([line]))[:width]


@given(st.sampled_from([*TRAFFIC, *THREAT]), st.integers(0, 700), st.text(alphabet='",\\x01\n\r', max_size=4))
def test_any_damage_leaves_an_event_or_a_reject(line: str, at: int, put: str):
    result = read(line[:at] + put + line[at + 1 :])

    schema.conform(result.events.drop("line"))
