"""CEF, LEEF and JSON forms of PAN-OS logs to the column names of the CSV form.

Strata Logging Service writes JSON with its own names and CEF that puts ``PanOS`` before them; the custom CEF and
LEEF formats of Palo Alto's integration guides use labels and other names. Spaces within labels are dropped.
Source: PAN-OS "Common Event Format Configuration Guide"; Strata Logging Service, "Log Reference".
"""

from collections.abc import Mapping
from datetime import tzinfo

import orjson

from hinomi.library.formats import cef, leef
from hinomi.library.sources.paloalto_panos import clock
from hinomi.library.sources.paloalto_panos.columns import ALIASES as KINDS
from hinomi.library.sources.paloalto_panos.columns import LAYOUTS, SHARED, Record

NAMES = {
    "receive_time": "TimeReceived LogTime ReceiveTime rt",
    "time_generated": "TimeGenerated EventTime devTime start GeneratedTime",
    "high_res": "TimeGeneratedHighResolution",
    "serial": "DeviceSN LogSourceID SerialNumber deviceExternalId",
    "device_name": "DeviceName LogSourceName dvchost",
    "type": "LogType Type",
    "subtype": "Subtype SubType LogSubtype",
    "src": "SourceAddress SourceIP src c6a2",
    "dst": "DestinationAddress dst c6a3",
    "sport": "SourcePort srcPort spt",
    "dport": "DestinationPort dstPort dpt",
    "proto": "Protocol proto",
    "rule": "Rule RuleName",
    "rule_uuid": "RuleUUID",
    "srcuser": "SourceUser SourceUserName suser suser0 usrName",
    "dstuser": "DestinationUser duser duser0",
    "app": "Application app",
    "vsys": "VirtualLocation VirtualSystem",
    "from": "FromZone SourceZone",
    "to": "ToZone DestinationZone",
    "inbound_if": "InboundInterface IngressInterface deviceInboundInterface",
    "outbound_if": "OutboundInterface EgressInterface deviceOutboundInterface",
    "sessionid": "SessionID",
    "repeatcnt": "RepeatCount cnt",
    "action": "Action act action",
    "bytes_sent": "BytesSent srcBytes out",
    "bytes_received": "BytesReceived dstBytes in",
    "pkts_sent": "PacketsSent srcPackets",
    "pkts_received": "PacketsReceived dstPackets",
    "start": "SessionStartTime StartTime",
    "elapsed": "SessionDuration ElapsedTime Elapsedtimeinseconds",
    "category": "URLCategory Verdict",
    "group": "DNSCategory Category",
    "session_end_reason": "SessionEndReason reason",
    "srcloc": "SourceLocation",
    "dstloc": "DestinationLocation",
    "misc": "URL FileName Miscellaneous request filePath DNSQuery DNSQueryName",
    "threatid": "ThreatID",
    "threat_name": "ThreatName",
    "thr_category": "ThreatCategory",
    "severity": "VendorSeverity Severity",
    "direction": "DirectionOfAttack Direction",
    "contenttype": "ContentType requestContext",
    "filedigest": "FileHash FileDigest fileHash",
    "filetype": "FileType fileType",
    "cloud": "ApplianceOrCloud Cloud",
    "user_agent": "UserAgent requestClientApplication",
    "xff": "X-Forwarded-For",
    "referer": "Referer",
    "sender": "SenderEmail Sender suid",
    "subject": "EmailSubject Subject",
    "recipient": "RecipientEmail Recipient duid",
    "http_method": "HTTPMethod requestMethod",
    "url_category_list": "URLCategoryList",
    "src_host": "SourceDeviceHost",
    "src_mac": "SourceDeviceMac",
    "dst_host": "DestinationDeviceHost",
    "eventid": "EventName EventIDValue EventID EventCommand",
    "stage": "Stage",
    "object": "EventComponent",
    "opaque": "EventDescription Description msg",
    "machinename": "EndpointDeviceName shost",
    "public_ip": "PublicIPv4",
    "public_ipv6": "PublicIPv6",
    "private_ip": "PrivateIPv4",
    "srcregion": "SourceRegion",
    "hostid": "HostID",
    "client_os": "EndpointOSType",
    "status": "EventStatus",
    "error": "ConnectionError",
    "matchname": "HipMatchName HIPMatchName",
    "host": "ManagementAddress",
    "cmd": "EventCommand Command",
    "admin": "AdminUserName AdministratorUserName User Administrator",
    "result": "EventResult Result",
    "path": "ConfigurationPath",
    "user": "UserName User MappedUser",
    "ip": "SourceIP IPAddress IP",
    "datasource": "MappingDataSource DataSource",
    "event": "AuthEvent AuthenticationEvent",
    "desc": "AuthenticationDescription",
    "object_name": "ObjectName",
    "object_id": "ObjectID",
    "evidence": "Evidence",
    "query_type": "RecordType",
    "answers": "DNSResponse",
    "sni": "ServerNameIndication SNI",
}
COLUMNS = {
    word: tuple(name for name, words in NAMES.items() if word in words.split())
    for words in NAMES.values()
    for word in words.split()
}
"""What a name stands for; ``SourceIP`` is one column or another by the type of the log."""
DNS = "DNS"
"""A type that only Strata Logging Service has."""
ZONELESS = ("rt", "start", "TimeGeneratedHighResolution", "SessionStartTime")
"""Times that ``dtz=UTC`` is about."""


def from_json(text: str) -> Record | None:
    """A record of Strata Logging Service; None if the text is no JSON object."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return renamed(document) if isinstance(document, dict) else None


def from_cef(text: str) -> Record | None:
    """The header holds type and subtype, in an order that differs between the firewall and the service."""
    message = cef.parse(text)
    if message is None or "palo alto" not in message.vendor.lower():
        return None
    said = {key.removeprefix("PanOS"): value for key, value in message.extension.items()}
    if said.get("dtz") == "UTC":
        said |= {key: f"{said[key]} UTC" for key in ZONELESS if said.get(key)}
    record = renamed(said | {key.replace(" ", ""): value for key, value in message.custom().items()})
    kind, subtype = message.signature, message.name
    if not is_kind(kind):
        kind, subtype = subtype, kind
    record |= {"type": record.get("type") or kind, "subtype": record.get("subtype") or subtype}
    if record["type"] == "THREAT":
        record.setdefault("threatid", said.get("cat", ""))
    if record["type"] == "SYSTEM":
        record.setdefault("eventid", said.get("cat", ""))
    record.setdefault("severity", message.severity)
    return record


def from_leef(text: str) -> Record | None:
    message = leef.parse(text)
    if message is None or "palo alto" not in message.vendor.lower():
        return None
    record = renamed(message.attributes)
    record.setdefault("type", message.attributes.get("cat", ""))
    return record


def is_kind(word: str) -> bool:
    return word in LAYOUTS or word in KINDS or word == DNS


def renamed(values: Mapping[str, object]) -> Record:
    """Values under the names of the CSV's columns; of several for one column the first counts."""
    record: Record = {}
    for word, value in values.items():
        if word in COLUMNS and (said := written(value)):
            for name in COLUMNS[word]:
                record.setdefault(name, said)
    return record


def shared(record: Record, zone: tzinfo) -> tuple[str, ...]:
    """Values of SHARED as the CSV has them; the start of a session is made a time in UTC."""
    began = clock.local(record.get("start", ""), zone)
    if began:
        record["start"] = began.strftime("%Y/%m/%d %H:%M:%S")
    return tuple(record.get(name, "") for name in SHARED)


def written(value: object) -> str:
    """Text of a value; a list is joined, ``{"value": …}`` (first exports of Cortex Data Lake) is its value."""
    if isinstance(value, str):
        return value.rstrip("\0")
    if isinstance(value, dict):
        return written(value.get("value"))
    if isinstance(value, list):
        return ",".join(written(each) for each in value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
