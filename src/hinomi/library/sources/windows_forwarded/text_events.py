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
DATE = "%a %b %d %H:%M:%S %Y"
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
    if "EventID=" in line.text or "EventCode=" in line.text:
        said = keyvalue_reference.parse(line.text, " \t;,|").values
        return json_events.record({"Hostname": line.header.host or "", **said}, zone)
    return None


def snare(text: str, zone: ZoneInfo) -> Record | None:
    """``HOST MSWinEventLog 1 Security 4711 Thu Jan 12 09:08:07 2023 4625 Provider user SID Failure Audit PC …``,
    tabs between; a relay may have made ``#011`` of them."""
    head, _, tail = text.replace("#011", "\t").partition(SNARE)
    fields = tail.strip("\t ").split("\t")
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
