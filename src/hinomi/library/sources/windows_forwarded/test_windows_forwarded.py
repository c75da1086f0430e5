"""Events of Windows as forwarders send them: the same event is the same row, whoever brought it."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.windows_forwarded.mapping import normalize
from hinomi.ocsf import schema

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 15, 3))
DATA = {"TargetUserName": "sato", "TargetDomainName": "EXAMPLE", "IpAddress": "203.0.113.5", "LogonType": "3"}
XML = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    "<Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4625</EventID><Level>0</Level>"
    "<Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime='2023-01-12T09:00:00.1234567Z'/>"
    "<Channel>Security</Channel><Computer>PC01</Computer></System><EventData>"
    + "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in DATA.items())
    + "</EventData></Event>"
)
SYSTEM = {
    "Provider": {"Name": "Microsoft-Windows-Security-Auditing"},
    "EventID": 4625,
    "Level": 0,
    "Keywords": "0x8010000000000000",
    "TimeCreated": {"SystemTime": "2023-01-12T09:00:00.1234567Z"},
    "Channel": "Security",
    "Computer": "PC01",
}
BEATS = {
    "@timestamp": "2023-01-12T09:00:00.1234567Z",
    "winlog": {
        "channel": "Security",
        "event_id": "4625",
        "provider_name": "Microsoft-Windows-Security-Auditing",
        "computer_name": "PC01",
        "keywords": ["Audit Failure"],
        "event_data": DATA,
    },
}
NXLOG = {
    "EventTime": "2023-01-12T18:00:00.123456+09:00",
    "Hostname": "PC01",
    "EventID": 4625,
    "Channel": "Security",
    "SourceName": "Microsoft-Windows-Security-Auditing",
    "Keywords": -9218868437227405312,
    "EventType": "AUDIT_FAILURE",
    "SeverityValue": 4,
    **DATA,
}
FORMS = {
    "xml": XML,
    "xml over lines": XML.replace("><", ">\n<"),
    "xml behind syslog": "<14>Jan 12 18:00:00 wec agent: " + XML,
    "winlogbeat": json.dumps(BEATS),
    "winlogbeat, dotted": json.dumps(
        {"@timestamp": BEATS["@timestamp"]}
        | {f"winlog.{name}": value for name, value in BEATS["winlog"].items() if name != "event_data"}
        | {f"winlog.event_data.{name}": value for name, value in DATA.items()}
    ),
    "winlogbeat, pretty": json.dumps([BEATS], indent=2),
    "nxlog": json.dumps(NXLOG),
    "nxlog, a file of Windows": json.dumps(NXLOG).encode("utf-16"),
    "event id as text": json.dumps({"Event": {"System": SYSTEM | {"EventID": "4625"}, "EventData": DATA}}),
    "event id as object": json.dumps(
        {"System": SYSTEM | {"EventID": {"#text": 4625, "Qualifiers": 0}}, "EventData": DATA}
    ),
    "data as list": json.dumps(
        {"System": SYSTEM, "EventData": {"Data": [{"@Name": name, "#text": value} for name, value in DATA.items()]}}
    ),
    "data as xml": json.dumps(
        {
            "TimeGenerated": "2023-01-12T09:00:00.1234567Z",
            "EventID": 4625,
            "Channel": "Security",
            "Source": "Microsoft-Windows-Security-Auditing",
            "Computer": "PC01",
            "Keywords": "0x8010000000000000",
            "EventData": XML[XML.index("<EventData") : XML.index("</Event>")],
        }
    ),
}


def read(payload: str | bytes) -> Normalized:
    result = normalize(payload.encode() if isinstance(payload, str) else payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(payload: str | bytes) -> dict:
    events = read(payload).events
    assert events.height == 1
    return schema.conform(events.drop("line")).row(0, named=True)


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_the_same_whoever_brought_it(form: str):
    row, said = one(FORMS[form]), json.loads(one(FORMS[form])["unmapped"])

    assert (row["class_uid"], row["activity_id"], row["status_id"], row["is_alert"]) == (3002, 1, 2, False)
    assert row["time"] == datetime(2023, 1, 12, 9, 0, 0, 123456)
    assert (row["device.hostname"], row["user.name"], row["user.domain"]) == ("PC01", "sato", "EXAMPLE")
    assert (row["src_endpoint.ip"], row["logon_type_id"], row["metadata.event_code"]) == ("203.0.113.5", 3, "4625")
    assert (said["Channel"], said["EventID"], said["Keywords"]) == ("Security", "4625", "0x8010000000000000")
    assert said["EventData"].items() >= DATA.items()


def test_a_time_without_a_zone_is_in_the_sensors():
    assert one(json.dumps(NXLOG | {"EventTime": "2023-01-12 18:00:00"}))["time"] == datetime(2023, 1, 12, 9)


def test_sysmon_tells_its_time_and_what_nxlog_lost_in_its_text():
    row = one(
        json.dumps(
            NXLOG
            | {
                "EventTime": "2023-01-12 03:00:00",
                "EventID": 11,
                "SourceName": "Microsoft-Windows-Sysmon",
                "Channel": "Microsoft-Windows-Sysmon/Operational",
                "ProcessID": 2380,
                "UtcTime": "2023-01-12 09:00:00.500",
                "Message": "File created:\r\nUtcTime: 2023-01-12 09:00:00.500\r\nProcessId: 4720\r\n"
                "Image: C:\\a.exe\r\nTargetFilename: C:\\b.txt",
            }
        )
    )

    assert row["time"] == datetime(2023, 1, 12, 9, 0, 0, 500000)
    assert (row["actor.process.pid"], row["file.path"]) == (4720, "C:\\b.txt")


@pytest.mark.parametrize(
    "text",
    [
        "An account failed to log on.\r\n\r\nSubject:\r\n\tAccount Name:\t\t-\r\n\r\nLogon Type:\t\t3\r\n\r\n"
        "Account For Which Logon Failed:\r\n\tAccount Name:\t\tsato\r\n\tAccount Domain:\t\tEXAMPLE\r\n\r\n"
        "Network Information:\r\n\tWorkstation Name:\tNAS01\r\n\tSource Network Address:\t203.0.113.5\r\n",
        "アカウントがログオンに失敗しました。\r\n\r\nサブジェクト:\r\n\tアカウント名:\t\t-\r\n\r\n"
        "ログオン タイプ:\t\t3\r\n\r\n"
        "ログオンを失敗したアカウント:\r\n\tアカウント名:\t\tsato\r\n\tアカウント ドメイン:\t\tEXAMPLE\r\n\r\n"
        "ネットワーク情報:\r\n\tワークステーション名:\tNAS01\r\n\tソース ネットワーク アドレス:\t203.0.113.5\r\n",
    ],
)
def test_an_event_that_lost_its_data_is_read_from_its_text(text: str):
    head = {name: value for name, value in NXLOG.items() if name not in DATA}
    row = one(json.dumps(head | {"Message": text}))

    assert (row["user.name"], row["user.domain"], row["src_endpoint.ip"]) == ("sato", "EXAMPLE", "203.0.113.5")
    assert (row["src_endpoint.hostname"], row["logon_type_id"]) == ("NAS01", 3)


def test_a_script_in_parts_is_whole_in_its_first():
    parts = [
        BEATS
        | {
            "winlog": {
                "channel": "Microsoft-Windows-PowerShell/Operational",
                "event_id": 4104,
                "provider_name": "Microsoft-Windows-PowerShell",
                "computer_name": "PC01",
                "event_data": {
                    "MessageNumber": number,
                    "MessageTotal": total,
                    "ScriptBlockId": block,
                    "ScriptBlockText": text,
                },
            }
        }
        for number, total, block, text in [
            (2, 2, "a", "world"),
            (1, 2, "a", "hello "),
            (1, 2, "b", "lost "),
            (1, 1, "c", "c"),
        ]
    ]

    events = read("\n".join(map(json.dumps, parts))).events

    assert events["script.script_content"].to_list() == ["world", "hello world", "lost ", "c"]


def test_a_damaged_event_costs_only_itself():
    result = read(XML + "\n" + XML.replace("</System>", "</Sys>") + "\n" + XML.replace("PC01", "P\x01C") + "\nstray\n")

    assert [reject.reason for reject in result.rejects] == [Reason.CORRUPT, Reason.NOT_THIS_FORMAT]
    assert result.events["device.hostname"].to_list() == ["PC01", "PC"]


def test_xml_with_entities_of_its_own_is_refused():
    bomb = XML.replace("<System>", "<!DOCTYPE x [<!ENTITY a 'b'>]><System>")

    assert [reject.reason for reject in read(bomb).rejects] == [Reason.CORRUPT]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*NXLOG, *SYSTEM, "winlog", "Event", "System", "EventData", "Data"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_is_events_or_rejects(document: object):
    read(json.dumps(document))
