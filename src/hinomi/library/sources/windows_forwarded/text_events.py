"""Windows events as lines of text: Snare, NXLog's structured data, ``EventID=4625 Channel=…``.

Source: InterSect Alliance, "Guide to Snare for Windows", event output format; NXLog, "Syslog (xm_syslog)".
"""

import re
from zoneinfo import ZoneInfo

from hinomi.library.formats import keyvalue_reference, times
from hinomi.library.formats.textlines import Line
from hinomi.library.formats.windows.record import Record
from hinomi.library.sources.windows_forwarded import json_events

SNARE = "MSWinEventLog"
SNARE_FIELDS = 13
SNARE_IN_SPACES = re.compile(
    r" (\d) (\S+(?: [A-Z]\S+)*?) (\d+) (\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}) (\d+) (\S+) (.*?) ?"
    r"((?:Success|Failure) Audit|Information|Warning|Error|Critical|Verbose) (\S+) (\S*) ?(.*)$"
)
"""The same where a relay made spaces of the tabs."""
DATE = "%a %b %d %H:%M:%S %Y"
OSSEC = re.compile(
    r"(\d{4} \w{3} \d\d \d\d:\d\d:\d\d )?.{0,80}?WinEvtLog: ([^:]+): (\w+)\((\d+)\): ([^:]+): "
    r"(.*?): (.*?): ([^\s:]+): (.*)$",
    re.DOTALL,
)
"""OSSEC's and Wazuh's ``eventlog`` reader: log, kind(id), provider, user, domain, computer, text."""
EVTSYS = re.compile(r"(\d{1,5}): (?:(AUDIT_SUCCESS|AUDIT_FAILURE|Success Audit|Failure Audit) )?(.*)$", re.DOTALL)
"""Eventlog to Syslog (evtsys): the provider is the tag of the line, the text begins with the event's id."""
SECURITY_TAGS = ("security-auditing", "security")
SYSLOG_NG = re.compile(r"[^:]{1,80}: (\S+) ([^:]+): \[([^\]]{4,20})\] (.*) \(EventID (\d{1,5})\)$", re.DOTALL)
"""syslog-ng Agent for Windows: account, log, provider, kind, text, id."""
OSSEC_DATE = "%Y %b %d %H:%M:%S"
WINDOWS_TAG = re.compile(r"Microsoft-Windows-|Service[_ ]Control[_ ]Manager$|Security-Auditing$|EventLog$|MSSQL")
PARAMETER = re.compile(r'([A-Za-z][\w .-]*?)="((?:[^"\\\]]|\\.|\](?! ))*+)"')
STRUCTURED = re.compile(
    r"\[(?:NXLOG|nxlog|eventlog|win)\w*@\d+ ((?:[^\"\]]|\"(?:[^\"\\]|\\.)*+\")*+)\]\s*(.*)$", re.DOTALL
)
ESCAPED = re.compile(r'\\([\\"\]])')


def record(line: Line, zone: ZoneInfo) -> Record | None:
    """The event of a line; None if it is none."""
    text = line.whole
    if SNARE in text:
        return snare(text, zone)
    if found := STRUCTURED.search(text):
        values = {name: ESCAPED.sub(r"\1", value) for name, value in PARAMETER.findall(found[1])}
        values.setdefault("Message", found[2])
        values.setdefault("Hostname", line.header.host or "")
        values.setdefault("SourceName", line.header.app or "")
        if line.header.time:
            values.setdefault("EventTime", line.header.time)
        return json_events.record(values, zone)
    if "WinEvtLog: " in text and (found := OSSEC.match(text)):
        time, channel, kind, event_id, provider, *_, computer, message = found.groups()
        return said((time or "").strip(), channel, kind, event_id, provider, computer, message, zone)
    if "(EventID " in text and (found := SYSLOG_NG.match(line.text)):
        channel, provider, kind, message, event_id = found.groups()
        return said("", channel, kind, event_id, provider, line.header.host or "", message, zone)
    if "EventID=" in line.text or "EventCode=" in line.text:
        values = keyvalue_reference.parse(line.text, " \t;,|").values
        if "AgentLogFile" in values:  # QRadar WinCollect
            values = {"Channel": values["AgentLogFile"], **values}
        own = any(name in values for name in ("Computer", "ComputerName"))
        return json_events.record(values if own else {"Hostname": line.header.host or "", **values}, zone)
    if line.header.app and (found := EVTSYS.match(line.text)) and (found[2] or WINDOWS_TAG.match(line.header.app)):
        tag = "Microsoft-Windows-Security-Auditing" if line.header.app.lower() in SECURITY_TAGS else line.header.app
        channel = "Security" if found[2] else ""
        return said(
            "", channel, found[2] or "", found[1], tag.replace("_", " "), line.header.host or "", found[3], zone
        )
    return None


def said(
    time: str, channel: str, kind: str, event_id: str, provider: str, computer: str, message: str, zone: ZoneInfo
) -> Record:
    """An event of which there is only the text."""
    return json_events.finished(
        time,
        times.local(time, OSSEC_DATE, zone) if time else None,
        channel=channel,
        provider=provider,
        event_id=event_id,
        computer=computer,
        record_id="",
        level=json_events.LEVELS.get(kind.lower(), ""),
        keywords=json_events.audit(kind.replace("_", " ")),
        message=message,
        data={},
    )


def snare(text: str, zone: ZoneInfo) -> Record | None:
    """``HOST MSWinEventLog 1 Security 4711 Thu Jan 12 09:08:07 2023 4625 Provider user SID Failure Audit PC …``,
    tabs between; a relay may have made ``#011`` of them."""
    head, _, tail = text.replace("#011", "\t").partition(SNARE)
    fields = tail.strip("\t ").split("\t")
    if len(fields) == 1 and (found := SNARE_IN_SPACES.match(tail)):
        criticality, channel, counter, submitted, event_id, provider, user, kind, computer, category, message = (
            found.groups()
        )
        fields = [
            criticality,
            channel,
            counter,
            submitted,
            event_id,
            provider,
            user,
            "",
            kind,
            computer,
            category,
            "",
            message,
        ]
    if len(fields) < SNARE_FIELDS - 1:
        return None
    _, channel, counter, submitted, event_id, provider, _, _, kind, computer, category, *rest = fields
    return json_events.finished(
        submitted,
        times.local(" ".join(submitted.split()), DATE, zone) or times.iso(submitted, zone),
        channel=channel,
        provider=provider if provider != "Security" else "Microsoft-Windows-Security-Auditing",
        event_id=event_id,
        computer=computer or head.split()[-1],
        record_id=counter,
        level=json_events.LEVELS.get(kind.lower(), ""),
        keywords=json_events.audit(kind),
        message=next((item for item in (*reversed(rest), category) if len(item) > 32), category),
        data={},
    )
