"""Windows events as forwarders write them in JSON, to records.

Winlogbeat and Elastic Agent (``winlog.*``, nested or dotted; version 6 without ``winlog``), the tree of Windows'
own XML (``Event.System``), Wazuh (``win.system``), NXLog, Fluent Bit, Azure Monitor and other flat objects in which
the event's data lies beside its head. An event id may be a number, a text or an object; data an object or a list.
Times without a zone (NXLog's ``EventTime``) are in the zone given. Source: Elastic, "Winlog fields"; NXLog,
"Windows Event Log (im_msvistalog)"; Fluent Bit, "Windows Event Logs (winevtlog)".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.jsonlines import part
from hinomi.library.formats.windows.record import SECURITY, Record
from hinomi.library.sources.windows_forwarded import inserts, messages, shippers, xml_events

Object = Mapping[str, Any]

UTC = ZoneInfo("UTC")
LABELLED = ("Microsoft-Windows-Sysmon", "Microsoft-Windows-SMBServer")
"""Providers whose text has all of the event's data, a name and its value a line."""
DISPLAYED = ("", "Security", "Microsoft Windows security auditing.", "Microsoft-Windows-Security-Auditing.")
"""What shippers call the provider of the Security log where they show its title."""
CLASSIC = "PowerShell"
"""Its data has no names; Beats call the values param1 …."""
LEVELS = {
    "critical": "1", "重大": "1", "fatal": "1", "error": "2", "エラー": "2", "warning": "3", "警告": "3",
    "information": "4", "informational": "4", "info": "4", "情報": "4", "verbose": "5", "詳細": "5", "debug": "5",
}  # fmt: skip
CONNECTIONS = ("5152", "5156", "5157")
"""Events of the Security log that call a process of their own ``ProcessID``."""
LOGOFFS = ("4634", "4647")
"""Events whose text calls the subject what their data calls the target."""
SEVERITIES = {"5": "1", "4": "2", "3": "3", "2": "4", "1": "5"}
"""NXLog's ``SeverityValue`` as Windows' level."""
FAILURE, SUCCESS = "0x8010000000000000", "0x8020000000000000"
AUDITS = {
    "audit_failure": FAILURE, "audit failure": FAILURE, "failure audit": FAILURE, "失敗の監査": FAILURE,
    "audit_success": SUCCESS, "audit success": SUCCESS, "success audit": SUCCESS, "成功の監査": SUCCESS,
    "auditfailure": FAILURE, "auditsuccess": SUCCESS, "failureaudit": FAILURE, "successaudit": SUCCESS,
}  # fmt: skip

CHANNEL = ("Channel", "LogName", "log_name", "EventLog", "Logfile")
PROVIDER = ("SourceName", "ProviderName", "Provider_Name", "provider_name", "source_name", "EventSourceName", "Source")
EVENT_ID = ("EventID", "EventId", "event_id", "EventCode", "Id")
COMPUTER = ("Hostname", "HOSTNAME", "Computer", "ComputerName", "computer_name", "hostname", "MachineName")
RECORD_ID = ("RecordNumber", "EventRecordID", "EventRecordId", "record_number", "RecordId")
ZONED = ("TimeCreated", "SystemTime", "TimeGenerated", "time_created", "EventTimeUTC")
"""Times that carry their zone, or are UTC by definition."""
LOCAL = ("EventTime", "TimeWritten", "@timestamp", "timestamp", "EventReceivedTime", "time")
MESSAGE = ("Message", "message", "RenderedDescription")
HEAD = frozenset({
    *CHANNEL, *PROVIDER, *EVENT_ID, *COMPUTER, *RECORD_ID, *ZONED, *LOCAL, *MESSAGE, "Keywords", "EventType",
    "SeverityValue", "Severity", "ProviderGuid", "Version", "Task", "TaskCategory", "OpcodeValue", "Opcode", "OpCode",
    "ActivityID", "RelatedActivityID", "ThreadID", "ExecutionProcessID", "ExecutionThreadID", "Category", "Qualifiers",
    "SourceModuleName", "SourceModuleType", "StringInserts", "EventData", "UserData", "Level", "LevelName", "System",
    "EventCategory", "host", "tags", "type", "port", "EventLevelName", "EventLevel", "RawMessage", "Type",
})  # fmt: skip
SYSTEM_USER = ("Domain", "AccountName", "UserID", "AccountType")
"""Who logged the event; where ``AccountType`` is missing they may be the event's own data."""


def record(value: Object, zone: ZoneInfo) -> Record | None:
    """The event that an object is; None if it is none."""
    value = shippers.renamed(undotted(value))
    if isinstance(value.get("winlog"), dict):
        return beats(value, value["winlog"], zone)
    if isinstance(value.get("event_data"), dict) and "log_name" in value:
        return beats(value, value, zone)
    tree = part(value.get("Event")) or value
    if isinstance(tree.get("System"), dict):
        return rendered(tree, zone)
    if wazuh := part(part(value.get("data")).get("win") or value.get("win")):
        return of_wazuh(wazuh, zone)
    return flat(value, zone) if is_event(value) else None


def is_event(value: Object) -> bool:
    if any(key in value for key in EVENT_ID):
        return any(key in value for key in (*CHANNEL, *PROVIDER))
    return text(value.get("SourceModuleType")) in ("im_msvistalog", "im_mseventlog") or "SourceModuleName" in value


def undotted(value: Object) -> Object:
    """``winlog.event_data.Image`` as an object within objects."""
    if not any(key.startswith("winlog.") for key in value):
        return value
    found: dict[str, Any] = {}
    for path, item in value.items():
        *parents, name = path.split(".") if path.partition(".")[0] in ("winlog", "event", "host", "log") else [path]
        at = found
        for parent in parents:
            inner = at.setdefault(parent, {})
            at = inner if isinstance(inner, dict) else at.setdefault(parent + "*", {})
        at[name] = item
    return found


def beats(value: Object, log: Object, zone: ZoneInfo) -> Record:
    provider, event_id = first(log, PROVIDER), event_id_of(log)
    data = {**data_of(log.get("user_data")), **data_of(log.get("event_data"))}
    if provider == CLASSIC and "Data" not in data:
        data["Data"] = "\n".join(data[name] for name in sorted(data) if name.startswith("param"))
    original = text(log.get("time_created")) or text(value.get("@timestamp"))
    level = text(part(value.get("log")).get("level")) or text(log.get("level"))
    keywords, user = log.get("keywords"), part(log.get("user"))
    outcome = text(part(value.get("event")).get("outcome"))
    channel = first(log, ("channel", "log_name"))
    return finished(
        original,
        times.iso(original, zone),
        channel=channel,
        provider=provider,
        event_id=event_id,
        computer=text(log.get("computer_name")) or text(part(value.get("host")).get("name")),
        record_id=text(log.get("record_id")) or text(log.get("record_number")),
        level=LEVELS.get(level.lower(), level if level.isdigit() else ""),
        keywords=audit(keywords, f"audit {outcome}" if channel == "Security" else ""),
        message=text(value.get("message")),
        logged_by={
            "uid": text(user.get("identifier")),
            "name": text(user.get("name")),
            "domain": text(user.get("domain")),
        },
        data=data,
    )


def rendered(tree: Object, zone: ZoneInfo) -> Record:
    """``System``, ``EventData`` or ``UserData``, ``RenderingInfo``, as a converter made objects of the XML."""
    system = tree["System"]
    created = system.get("TimeCreated")
    original = attribute(created, "SystemTime") or text(created)
    rendering = part(tree.get("RenderingInfo"))
    data = data_of(tree.get("EventData"))
    if not data:
        user = part(tree.get("UserData"))
        inner = [item for name, item in user.items() if isinstance(item, dict) and not name.startswith(("#", "@"))]
        data = data_of(inner[0] if inner else user)
    return finished(
        original,
        times.iso(original, zone),
        channel=text(system.get("Channel")),
        provider=attribute(system.get("Provider"), "Name") or text(system.get("Provider")),
        event_id=event_id_of(system),
        computer=text(system.get("Computer")),
        record_id=text(system.get("EventRecordID")),
        level=text(system.get("Level")),
        keywords=audit(system.get("Keywords")),
        message=text(rendering.get("Message")) or first(tree, MESSAGE),
        logged_by={"uid": attribute(system.get("Security"), "UserID")},
        data=data,
    )


def of_wazuh(win: Object, zone: ZoneInfo) -> Record:
    """Names begin with a small letter: ``win.eventdata.targetUserName``."""
    system = part(win.get("system"))
    original = text(system.get("systemTime"))
    names = part(win.get("eventdata") or win.get("eventData"))
    return finished(
        original,
        times.iso(original, zone),
        channel=text(system.get("channel")),
        provider=text(system.get("providerName")),
        event_id=text(system.get("eventID")),
        computer=text(system.get("computer")),
        record_id=text(system.get("eventRecordID")),
        level=text(system.get("level")),
        keywords=audit(system.get("keywords")),
        message=text(system.get("message")).strip('"'),
        data={name[:1].upper() + name[1:]: text(item) for name, item in names.items()},
    )


def flat(value: Object, zone: ZoneInfo) -> Record:
    """An object in which the event's data lies beside its head."""
    provider, event_id = first(value, PROVIDER), event_id_of(value)
    message = first(value, MESSAGE)
    original, time = time_of(value, zone)
    kind = text(value.get("EventType"))
    level = text(value.get("Level")) or text(value.get("EventLevel"))
    if not level.isdigit():
        level = LEVELS.get(level.lower(), "") or SEVERITIES.get(text(value.get("SeverityValue")), "")
    return finished(
        original,
        time,
        channel=first(value, CHANNEL),
        provider=provider,
        event_id=event_id,
        computer=first(value, COMPUTER),
        record_id=first(value, RECORD_ID),
        level="0" if kind.lower() in AUDITS else level,
        keywords=audit(value.get("Keywords"), kind),
        message=message,
        logged_by=logged_by(value),
        data=flat_data(value, provider, event_id),
    )


def logged_by(value: Object) -> dict[str, str]:
    """Of a flat object; its names may be the event's own unless the type of the account is among them."""
    uid = text(value.get("UserID"))
    if "AccountType" in value:
        return {"uid": uid, "name": text(value.get("AccountName")), "domain": text(value.get("Domain"))}
    return {"uid": uid} if uid.startswith("S-1-") else {}


def time_of(value: Object, zone: ZoneInfo) -> tuple[str, datetime | None]:
    """As sent, and as naive UTC. Sysmon's own time is UTC; other times may lack their zone."""
    for name in ZONED:
        if found := times.iso(value.get(name), zone):
            return text(value[name]), found
    if found := times.iso(value.get("UtcTime"), UTC):
        return text(value["UtcTime"]), found
    for name in LOCAL:
        if found := times.iso(value.get(name), zone) or times.epoch(value.get(name)):
            return text(value[name]), found
    return "", None


def flat_data(value: Object, provider: str, event_id: str) -> dict[str, str]:
    data = data_of(value.get("EventData")) or data_of(value.get("UserData"))
    if isinstance(values := value.get("StringInserts"), list):
        data |= inserts.named(provider, event_id, [text(item) for item in values])
    left_out = HEAD.union(SYSTEM_USER) if "AccountType" in value else HEAD
    for name, item in value.items():
        if name not in left_out and not name.startswith(("@", "_")):
            data.setdefault(name.replace("Service File Name", "ServiceFileName"), text(item))
    if isinstance(value.get("ProcessID"), int) and event_id not in CONNECTIONS:
        data.pop("ProcessID", None)  # the process that logged, not the one it logs of
    return data


def finished(original: str, time: datetime | None, **parts: Any) -> Record:
    """A record whose data is filled up from its rendered text where the forwarder lost some."""
    message, data, provider = parts["message"], dict(parts["data"]), parts["provider"]
    if parts["channel"] == "Security" and provider in DISPLAYED:
        provider = parts["provider"] = SECURITY
    if message:
        if provider in LABELLED:
            data = {**messages.labelled(message), **data}
        elif provider == SECURITY:
            said = messages.security(message)
            if parts["event_id"] in LOGOFFS:
                said = {name.replace("Subject", "Target"): value for name, value in said.items()}
            data = {**said, **data}
        if not data:
            data = {"Data": message}
    return Record(time, original, **{**parts, "data": data, "message": messages.first_paragraph(message)})


def data_of(value: object) -> dict[str, str]:
    """An event's data as names and texts: an object, a list of named or bare values, or XML as text."""
    if isinstance(value, str):
        return xml_events.fragment(value) if value.lstrip().startswith("<") else {"Data": value} if value else {}
    if isinstance(value, dict):
        inner = value.get("Data")
        if isinstance(inner, list):
            return data_of(inner)
        if isinstance(inner, dict):
            if attribute(inner, "Name"):
                return data_of([inner])
            return data_of({"Data": inner["#text"]} if "#text" in inner else inner)
        return {name: text(item) for name, item in value.items() if not name.startswith(("#", "@", "xmlns"))}
    if not isinstance(value, list):
        return {}
    named = [item for item in value if isinstance(item, dict) and attribute(item, "Name")]
    bare = [text(item) for item in value if not isinstance(item, dict)]
    found = {attribute(item, "Name"): content(item) for item in named}
    return found | {"Data": "\n".join(bare)} if bare else found


def content(item: Object) -> str:
    return next(
        (text(item[key]) for key in ("#text", "Value", "value", "content", "_", "text", "$t") if key in item), ""
    )


def attribute(item: object, name: str) -> str:
    """An XML attribute by the names that converters give it."""
    if not isinstance(item, dict):
        return ""
    for holder in (item, part(item.get("#attributes")), part(item.get("@attributes")), part(item.get("$"))):
        for key in (name, "@" + name, "-" + name, name.lower(), "_" + name):
            if key in holder:
                return text(holder[key])
    return ""


def event_id_of(value: Object) -> str:
    found = next((value[key] for key in EVENT_ID if value.get(key) is not None), None)
    if isinstance(found, dict):
        found = content(found)
    said = text(found).strip()
    if isinstance(found, float) and found.is_integer():
        said = str(int(found))
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None
    return str(number & 0xFFFF) if number is not None and number > 0xFFFF else said


def audit(keywords: object, kind: str = "") -> str:
    """Keywords as Windows' bits; words of an audit as the bit they name."""
    words = [text(item) for item in keywords] if isinstance(keywords, list) else [text(keywords)]
    for word in (kind, *words):
        if word.lower() in AUDITS:
            return AUDITS[word.lower()]
    said = " ".join(words)
    digits = said.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) < 20:
        return f"0x{int(said) & 0xFFFFFFFFFFFFFFFF:x}"
    return said


def first(value: Object, names: tuple[str, ...]) -> str:
    return next((said for name in names if (said := text(value.get(name)))), "")


def text(value: object) -> str:
    """A value as Windows shows it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "\n".join(map(text, value))
    return str(value) if not isinstance(value, dict) else content(value)
