"""The same failed logon by many roads: the shippers' own JSON, text behind syslog, XML inside of JSON."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.sources.windows_forwarded.mapping import normalize

CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2023, 1, 15, 3))
AUDITING = "Microsoft-Windows-Security-Auditing"
TEXT = (
    "An account failed to log on.  Subject:   Security ID:  S-1-0-0   Account Name:  -   Logon ID:  0x0    "
    "Logon Type:   3    Account For Which Logon Failed:   Security ID:  S-1-0-0   Account Name:  sato   "
    "Account Domain:  EXAMPLE    Failure Information:   Failure Reason:  Unknown user name or bad password.   "
    "Status:   0xc000006d   Sub Status:  0xc0000064    Network Information:   Workstation Name: NAS01   "
    "Source Network Address: 203.0.113.5   Source Port:  52100    Detailed Authentication Information:   "
    "Logon Process:  NtLmSsp"
)
PROSE = " ".join(TEXT.split())
VALUES = ["S-1-0-0", "-", "-", "0x0", "S-1-0-0", "sato", "EXAMPLE", "0xc000006d", "%%2313", "0xc0000064", "3"]
VALUES += ["NtLmSsp ", "NTLM", "NAS01", "-", "-", "0", "0x0", "-", "203.0.113.5", "52100"]
DATA = {"TargetUserName": "sato", "TargetDomainName": "EXAMPLE", "IpAddress": "203.0.113.5", "IpPort": "52100"}
XML = (
    f"<Event><System><Provider Name='{AUDITING}'/><EventID>4625</EventID><Keywords>0x8010000000000000</Keywords>"
    "<TimeCreated SystemTime='2023-01-12T09:00:00Z'/><Channel>Security</Channel><Computer>PC01</Computer></System>"
    "<EventData>"
    + "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in DATA.items())
    + "</EventData></Event>"
)
BLOCK = (
    "01/12/2023 06:00:00 PM\nLogName=Security\nEventCode=4625\nComputerName=PC01\nKeywords=Audit Failure\n"
    "SourceName=Microsoft Windows security auditing.\nMessage=" + TEXT
)
HEADER = "<29>Jan 12 18:00:00 PC01 "
JSON = {
    "promtail": {
        "source": AUDITING, "channel": "Security", "computer": "PC01", "event_id": 4625, "keywords": "Audit Failure",
        "timeCreated": "2023-01-12T09:00:00Z",
        "event_data": "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in DATA.items()),
    },
    "opentelemetry": {
        "channel": "Security", "computer": "PC01", "event_id": {"id": 4625, "qualifiers": 0},
        "keywords": ["Audit Failure"], "provider": {"name": AUDITING}, "system_time": "2023-01-12T09:00:00Z",
        "event_data": {"data": [{name: value} for name, value in DATA.items()]},
    },
    "fluentd": {
        "ProviderName": AUDITING, "EventID": "4625", "Keywords": "0x8010000000000000", "Channel": "Security",
        "TimeCreated": "2023/01/12 09:00:00.000000000", "Computer": "PC01", "Description": "x", "EventData": VALUES,
    },
    "fluentd, classic": {
        "channel": "security", "time_generated": "2023-01-12 18:00:00 +0900", "event_id": "4625",
        "event_type": "audit_failure", "source_name": AUDITING, "computer_name": "PC01", "description": "x",
        "string_inserts": VALUES,
    },
    "Get-WinEvent": {
        "Id": 4625, "RecordId": 1, "ProviderName": AUDITING, "LogName": "Security", "MachineName": "PC01",
        "Keywords": -9218868437227405312, "TimeCreated": "/Date(1673514000000)/",
        "KeywordsDisplayNames": ["失敗の監査"],
        "Properties": [{"Value": value} for value in VALUES], "ProcessId": 660, "Message": None,
    },
    "Kinesis agent": {
        "EventId": 4625, "Description": TEXT, "LogName": "Security", "MachineName": "PC01", "ProviderName": AUDITING,
        "TimeCreated": "2023-01-12T09:00:00Z", "Keywords": "Audit Failure",
    },
    "GELF": {
        "version": "1.1", "host": "PC01", "short_message": "An account failed", "full_message": TEXT,
        "timestamp": 1673514000, "_EventID": 4625, "_Channel": "Security", "_SourceName": AUDITING,
        "_EventType": "AUDIT_FAILURE",
    },
    "Splunk's event collector": {"time": 1, "sourcetype": "XmlWinEventLog", "event": XML},
    "Splunk's export": {"preview": False, "result": {"_raw": BLOCK}},
    "Elastic Agent, original only": {"@timestamp": "2023-01-12T09:00:01Z", "event": {"original": XML}},
}  # fmt: skip
LINES = {
    "OSSEC": f"2023 Jan 12 18:00:00 WinEvtLog: Security: AUDIT_FAILURE(4625): {AUDITING}: (no user): no domain: PC01: "
    + TEXT,
    "evtsys": f"{HEADER}Security-Auditing: 4625: AUDIT_FAILURE {PROSE}",
    "syslog-ng agent": f"{HEADER}{AUDITING}[660]: N/A: Security {AUDITING}: [Failure Audit] {PROSE} (EventID 4625)",
    "Snare, tabs made spaces": f"{HEADER}MSWinEventLog 1 Security 4711 Thu Jan 12 18:00:00 2023 4625 {AUDITING} "
    f"N/A N/A Failure Audit PC01 Logon {PROSE} 1233",
    "WinCollect": f"{HEADER}AgentDevice=WindowsLog\tAgentLogFile=Security\tSource={AUDITING}\tComputer=PC01\t"
    f"EventID=4625\tEventIDCode=4625\tTimeGenerated=1673514000\tKeywords=Audit Failure\tMessage={TEXT}",
}  # fmt: skip


@pytest.mark.parametrize("line", [*map(json.dumps, JSON.values()), *LINES.values()], ids=[*JSON, *LINES])
def test_a_failed_logon_is_the_same_by_any_road(line: str):
    (row,) = normalize(line.encode(), CONTEXT).events.to_dicts()
    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (3002, 1, 2)
    assert (row["metadata.log_name"], row["metadata.event_code"]) == ("Security", "4625")
    assert (row["time"], row["device.hostname"]) == (datetime(2023, 1, 12, 9), "PC01")
    assert (row["user.name"], row["user.domain"]) == ("sato", "EXAMPLE")
    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("203.0.113.5", 52100)


def test_whoever_logged_an_event_without_a_person_is_its_actor():
    event = {
        "EventTime": "2023-01-12 18:00:00", "Hostname": "PC01", "EventID": 4104, "Domain": "EXAMPLE",
        "SourceName": "Microsoft-Windows-PowerShell", "Channel": "Microsoft-Windows-PowerShell/Operational",
        "AccountName": "sato", "UserID": "S-1-5-21-1-2-3-1104", "AccountType": "User", "ScriptBlockText": "Get-Date",
    }  # fmt: skip
    (row,) = normalize(json.dumps(event).encode(), CONTEXT).events.to_dicts()
    assert (row["actor.user.name"], row["actor.user.domain"]) == ("sato", "EXAMPLE")
    assert row["actor.user.uid"] == "S-1-5-21-1-2-3-1104"


def test_a_refused_smb_session_is_read_from_its_text():
    event = {
        "EventTime": "2023-01-12 18:00:00", "Hostname": "FILE01", "EventID": 551, "SourceName":
        "Microsoft-Windows-SMBServer", "Channel": "Microsoft-Windows-SMBServer/Security",
        "Message": "SMB Session Authentication Failure\r\n\r\nClient Name: \\\\192.0.2.4\r\nClient Address: "
        "192.0.2.4:41760\r\nUser Name: EXAMPLE\\sato\r\nStatus: The attempted logon is invalid. (0xC000006D)",
    }  # fmt: skip
    (row,) = normalize(json.dumps(event).encode(), CONTEXT).events.to_dicts()
    assert (row["class_uid"], row["status_id"], row["status_detail"]) == (3002, 2, "0xC000006D")
    assert (row["src_endpoint.ip"], row["src_endpoint.port"], row["user.name"]) == ("192.0.2.4", 41760, "sato")
