"""The traps of real devices, one test each: what they send is not what anybody would expect."""

import json
from datetime import datetime
from typing import Any

import pytest

from hinomi.lake.block import Block, Header
from hinomi.pipeline.detect.verdict import verdicts
from hinomi.pipeline.normalize import Outcome, normalize

NOON = datetime(2023, 1, 18, 3, 30)
"""When everything here is received; 12:30 in Japan."""
MOMENT = datetime(2023, 1, 18, 3, 25, 45)
GATE = (
    'devname="gate" devid="FG0" logid="0000000013" type="traffic" subtype="forward" srcip=192.168.1.5 dstip=203.0.113.9'
)
DNS = '{"timestamp":"2023-01-18T12:25:45+0900","event_type":"dns","src_ip":"192.168.1.5","dest_ip":"192.0.2.53",%s}'


def received(source: str, payload: str | bytes, *, live: bool = True) -> Outcome:
    data = payload if isinstance(payload, bytes) else payload.encode()
    header = Header("20230118-ab", "101", "gate", source, "Asia/Tokyo", NOON, "192.0.2.1", live, len(data), 0, "")
    outcome = normalize(Block(header, data))
    assert outcome.problem is None
    assert outcome.records == outcome.events.height + outcome.rejects.height
    return outcome


def one(source: str, payload: str | bytes, *, live: bool = True) -> dict[str, Any]:
    (event,) = received(source, payload, live=live).events.to_dicts()
    return event


@pytest.mark.parametrize("eventtime", ["1674012345", "1674012345000", "1674012345000000", "1674012345000000000"])
def test_eventtime_in_seconds_milli_micro_or_nanoseconds(eventtime: str) -> None:
    assert one("fortinet_fortigate", f"date=2001-01-01 time=00:00:00 eventtime={eventtime} {GATE}")["time"] == MOMENT


def test_no_tz_in_the_line() -> None:
    assert one("fortinet_fortigate", f"date=2023-01-18 time=12:25:45 {GATE}")["time"] == MOMENT


def test_device_local_time_beside_utc_in_one_line() -> None:
    line = (
        '<142>Jan 18 12:25:45 gate FVE0000000000 (2023-01-18T03:25:45) firewall[10]: msg_id="3000-0148" Allow '
        "1-Trusted 0-External 52 tcp 20 127 10.0.1.2 203.0.113.9 62443 80 offset 8 S 832026162 win 8192 (HTTP-00)"
    )

    assert one("watchguard_firebox", line)["time"] == MOMENT


def test_no_year() -> None:
    last_year = one("postfix", "Dec 31 23:59:59 mail postfix/smtpd[1]: connect from unknown[198.51.100.7]")

    assert one("cisco_ios", "<189>Jan 18 12:25:45: %SYS-5-CONFIG_I: Configured from console")["time"] == MOMENT
    assert last_year["metadata.original_time"] == "Dec 31 23:59:59"
    assert received(
        "postfix", "Dec 31 23:59:59 mail postfix/smtpd[1]: connect from unknown[198.51.100.7]", live=False
    ).events["time"].to_list() == [datetime(2022, 12, 31, 14, 59, 59)]


def test_no_header_at_all() -> None:
    event = one("yamaha_rtx", "<190>LAN1: link up (1000BASE-T Full Duplex)")

    assert event["time"] == NOON
    assert event["metadata.labels"] == ["time_source:receive"]


def test_ipv6_address_and_port_joined_by_a_dot() -> None:
    event = one("yamaha_rtx", "PP[01] Rejected at IN(2000) filter: TCP 2001:db8::5.40000 > 2001:db8:1::2.443")

    assert (event["src_endpoint.ip"], event["src_endpoint.port"]) == ("2001:db8::5", 40000)
    assert (event["dst_endpoint.ip"], event["dst_endpoint.port"]) == ("2001:db8:1::2", 443)


@pytest.mark.parametrize("columns", [61, 65, 67, 75, 115, 121, 123])
def test_sixty_to_a_hundred_and_twenty_columns_of_one_product(columns: int) -> None:
    line = (
        "1,2023/01/18 12:25:45,001701000099,TRAFFIC,end,2561,2023/01/18 12:25:45,192.168.1.23,203.0.113.80,,,internet,"
        "office\\sato,,ssl,vsys1,trust,untrust,e1/2,e1/1,syslog,2023/01/18 12:25:45,48213,1,51234,443,0,0,0x40,tcp,"
        "allow,18213,2210,16003,41,2023/01/18 12:25:20,25,any,,7189,0x8,192.168.0.0/16,Japan,,19,22,tcp-fin"
    )
    cells = line.split(",")
    event = one("paloalto_panos", ",".join(cells + [""] * (columns - len(cells))))

    assert (event["class_uid"], event["time"]) == (4001, MOMENT)
    assert (event["dst_endpoint.ip"], event["dst_endpoint.port"]) == ("203.0.113.80", 443)
    assert (event["traffic.bytes_out"], event["traffic.bytes_in"]) == (2210, 16003)


def test_a_field_that_is_text_in_one_line_and_a_list_in_the_next() -> None:
    detection = {"eventTime": 1674012345000, "eventName": "MALWARE_DETECTION", "productCode": "sao", "malName": "Test"}
    lines = [json.dumps(detection | {"act": act}) for act in ("Quarantine", ["Quarantine"])]

    events = received("trendmicro_vision_one", "\n".join(lines)).events

    assert events.height == 2
    assert events["disposition_id"].n_unique() == 1


def test_the_same_key_twice_in_a_json_object() -> None:
    transaction = '{"transaction":{"client_ip":"198.51.100.7","time_stamp":"Wed Jan 18 12:25:45 2023","unique_id":"1",'
    request = '"request":{"method":"GET","uri":"/","headers":{"Host":"www.example"}},'
    response = '"response":{"http_code":200,"headers":{"Set-Cookie":"a=1","Set-Cookie":"b=2"}},"messages":[]}}'

    assert one("modsecurity", transaction + request + response)["src_endpoint.ip"] == "198.51.100.7"


def test_an_id_beyond_a_signed_integer() -> None:
    event = one("suricata_eve", DNS % '"flow_id":18446744073709551615,"dns":{"type":"query","rrname":"a.example"}')

    assert event["metadata.correlation_uid"] == "18446744073709551615"


def test_leading_zeros_are_kept() -> None:
    assert one("fortinet_fortigate", f"eventtime=1674012345 {GATE}")["metadata.event_code"] == "0000000013"


def test_one_cp932_byte_sequence_spoils_no_other_line() -> None:
    lines = [f'eventtime=1674012345 {GATE} user="{name}"'.encode(code) for name, code in USERS]

    events = received("fortinet_fortigate", b"\n".join(lines)).events

    assert events["user.name"].to_list() == ["sato", "表計算", "鈴木"]
    assert events["metadata.labels"].to_list() == [None, ["recoded:cp932"], None]


USERS = (("sato", "utf-8"), ("表計算", "cp932"), ("鈴木", "utf-8"))


def test_a_quote_that_is_never_closed() -> None:
    events = received(
        "fortinet_fortigate", f'eventtime=1674012345 {GATE} msg="cut off\neventtime=1674012345 {GATE}'
    ).events

    assert events["message"].to_list() == ["cut off", None]
    assert events["metadata.labels"].to_list() == [["truncated"], None]


def test_message_repeated() -> None:
    lines = [
        "Jan 18 12:25:45 srv dhcpd: DHCPACK on 192.168.1.9 to 00:00:5e:00:53:01 (PC-1) via eth0",
        "Jan 18 12:25:50 srv last message repeated 4 times",
        "Jan 18 12:26:00 srv dhcpd: message repeated 3 times: [ DHCPACK on 192.168.1.8 to 00:00:5e:00:53:02 via eth0]",
    ]

    events = received("isc_dhcpd", "\n".join(lines)).events

    assert events["count"].to_list() == [None, 4, 3]
    assert events["src_endpoint.ip"].to_list() == ["192.168.1.9", "192.168.1.9", "192.168.1.8"]


def test_one_blocked_download_that_is_logged_three_times_is_counted_once() -> None:
    shared = 'eventtime=1674012345 devname="gate" devid="FG0" sessionid=880102 srcip=192.168.1.5 dstip=203.0.113.9'
    lines = [
        f'{shared} logid="0211008192" type="utm" subtype="virus" eventtype="infected" virus="EICAR" action="blocked"',
        f'{shared} logid="0000000013" type="traffic" subtype="forward" action="close" utmaction="block" countav=1',
        f'{shared} logid="0317013312" type="utm" subtype="webfilter" eventtype="ftgd_allow" action="passthrough" '
        'hostname="dl.example" url="/a.exe"',
    ]

    events = received("fortinet_fortigate", "\n".join(lines)).events
    counted = verdicts(events)

    assert events.height == 3
    assert counted["utm_category"].to_list() == ["不正プログラム"]
    assert events["metadata.correlation_uid"].unique().to_list() == ["880102"], "the session joins the three"


def test_a_sensor_whose_clock_is_1970() -> None:
    (event,) = received("fortinet_fortigate", f"eventtime=3600 {GATE}").events.to_dicts()

    assert event["time"] == NOON
    assert event["metadata.labels"] == ["time_source:receive"]
    assert event["metadata.original_time"] == "3600"


@pytest.mark.parametrize("event_id", [4624, "4624", {"#text": 4624}, {"#text": "4624", "Qualifiers": 0}])
def test_an_event_id_as_a_number_a_text_or_an_object(event_id: object) -> None:
    record = {
        "Event": {
            "System": {
                "Provider": {"Name": "Microsoft-Windows-Security-Auditing"},
                "EventID": event_id,
                "TimeCreated": {"SystemTime": "2023-01-18T03:25:45.0000000Z"},
                "Channel": "Security",
                "Computer": "PC-1.factory.example",
            },
            "EventData": {
                "TargetUserName": "sato",
                "TargetDomainName": "FACTORY",
                "LogonType": "3",
                "IpAddress": "192.168.1.9",
            },
        }
    }

    event = one("windows_forwarded", json.dumps(record))

    assert (event["class_uid"], event["activity_id"], event["metadata.event_code"]) == (3002, 1, "4624")
    assert (event["time"], event["user.name"]) == (MOMENT, "sato")
