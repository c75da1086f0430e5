"""Advanced hunting, tables ``Device*``: what Defender for Endpoint records, by table and ``ActionType``.

``InitiatingProcess*`` is who did it; ``FileName``, ``FolderPath``, ``Process*`` and ``Account*`` are what it was done
to. Source: Microsoft, Advanced hunting schema reference.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hinomi.library.formats import http
from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer, text, texts
from hinomi.library.formats.processes import file, joined, kept, process, said
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_defender_xdr import verdicts
from hinomi.library.sources.microsoft_defender_xdr.fields import (
    PRODUCT,
    Event,
    above,
    initiating,
    machine,
    more,
    nested,
    person,
)
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, StatusId

WINDOWS_SERVICE = 201004
INJECT, OPEN_PROCESS, OTHER = 4, 3, 99
INTO_OTHERS = re.compile(r"Remote|Lsass|QueueUserApc|SetThreadContext")
LOGON_TYPES = {"Interactive": 2, "Network": 3, "Batch": 4, "Service": 5, "Unlock": 7, "NetworkCleartext": 8,
               "NewCredentials": 9, "RemoteInteractive": 10, "RemoteInteractive (RDP) logons": 10,
               "CachedInteractive": 11, "CachedRemoteInteractive": 12, "CachedUnlock": 13, "Local": 2}  # fmt: skip
VERSION = re.compile(r"(?i)^(tcp|udp)v[46].*")
NO_FILE = frozenset({"", "0"})


def placed(event: Event) -> str | None:
    return joined(event.get("FolderPath"), event.get("FileName"))


def named(event: Event) -> Row:
    return file(placed(event), event.get("FileName"), event.get("SHA256"), event.get("FileSize"))


def started(event: Event) -> Row:
    return {
        **process(
            "process", placed(event), event.get("ProcessCommandLine"), event.get("ProcessId"), event.get("FileName")
        ),
        **initiating(event),
        **initiating(event, "process.parent_process"),
        **named(event),
        **person("user", event),
    }


def reached(event: Event) -> Row:
    """A process that another one opens, or writes to."""
    return {
        **process(
            "process", placed(event), event.get("ProcessCommandLine"), event.get("ProcessId"), event.get("FileName")
        ),
        **initiating(event),
        "message": said(event, "ActionType"),
    }


def touched(event: Event) -> Row:
    return {**initiating(event), **named(event), **kept({"src_endpoint.ip": ip(said(event, "RequestSourceIP"))})}


def loaded(event: Event) -> Row:
    return {**initiating(event), **file(None, None, event.get("SHA256")), "module.file.path": placed(event)}


def registered(event: Event) -> Row:
    keys = {
        "reg_key.path": said(event, "RegistryKey", "PreviousRegistryKey"),
        "reg_value.name": said(event, "RegistryValueName", "PreviousRegistryValueName"),
        "reg_value.data": said(event, "RegistryValueData"),
    }
    return {**initiating(event), **kept(keys)}


def connected(event: Event) -> Row:
    """Local and remote by direction: who opened the connection is its source."""
    told = more(event)
    action, way = said(event, "ActionType") or "", said(told, "direction") or ""
    inbound = "Inbound" in action or way.lower() == "in"
    listens = action.startswith("Listening")
    near, far = ("dst", "src") if inbound or listens else ("src", "dst")
    spoken = said(event, "Protocol") or ("icmp" if action.startswith("Icmp") else "")
    url = said(event, "RemoteUrl")
    columns: Row = {
        f"{near}_endpoint.ip": ip(said(event, "LocalIP")),
        f"{near}_endpoint.port": port(event.get("LocalPort")) or None,
        f"{far}_endpoint.ip": ip(said(event, "RemoteIP")),
        f"{far}_endpoint.port": port(event.get("RemotePort")) or None,
        f"{far}_endpoint.hostname": host_of(url),
        "url.url_string": url if url and "/" in url else None,
        "connection_info.direction_id": int(DirectionId.INBOUND if inbound else DirectionId.OUTBOUND),
    }
    return {**initiating(event), **kept(columns), **kept(protocol(VERSION.sub(r"\1", spoken)) if spoken else {})}


def host_of(url: str | None) -> str | None:
    return re.sub(r"^\w+://|[/:?].*$", "", url) or None if url else None


def resolved(event: Event) -> Row:
    told = more(event)
    answers = nested(told.get("answers") or told.get("DnsQueryResult") or told.get("ResponseResults"))
    return {
        **connected(event),
        "query.hostname": said(told, "query", "DnsQueryString", "DnsQuery"),
        "query.type": said(told, "qtype_name", "DnsQueryType"),
        "rcode_id": integer(told.get("rcode"), 65535),
        "answers": [said(each, "Result") or "" if isinstance(each, dict) else str(each) for each in answers]
        if isinstance(answers, list)
        else None,
    }


def fetched(event: Event) -> Row:
    told = more(event)
    method = said(told, "method")
    return {
        **connected(event),
        **http.url("http", said(told, "host"), said(told, "uri")),
        "http_request.http_method": method,
        "http_request.user_agent": said(told, "user_agent"),
        "http_response.code": integer(told.get("status_code"), 999),
        "activity_id": http.activity_id(method),
    }


def signed_in(event: Event) -> Row:
    action = said(event, "ActionType") or ""
    status = StatusId.FAILURE if "Fail" in action else StatusId.SUCCESS if "Success" in action else None
    return {
        **initiating(event),
        **person("user", event),
        **kept(
            {
                "status_id": int(status) if status else None,
                "status_detail": said(event, "FailureReason"),
                "logon_type_id": LOGON_TYPES.get(said(event, "LogonType") or ""),
                "src_endpoint.ip": ip(said(event, "RemoteIP")),
                "src_endpoint.port": port(event.get("RemotePort")) or None,
                "src_endpoint.hostname": said(event, "RemoteDeviceName"),
                "app_name": said(event, "Protocol"),
            }
        ),
    }


def scripted(event: Event) -> Row:
    told = more(event)
    content = text(told.get("ScriptContent")) or text(told.get("Command")) or text(told.get("Content"))
    return {**initiating(event), **above(event), **named(event), "script.script_content": content}


def scheduled(event: Event) -> Row:
    told = more(event)
    return {**initiating(event), "message": " ".join(each for each in (event["ActionType"], task(told)) if each)}


def task(told: Event) -> str | None:
    return said(told, "TaskName")


def served(event: Event) -> Row:
    told = more(event)
    path = said(told, "ServiceImagePath") or placed(event)
    return {**initiating(event), **file(path), "service.name": said(told, "ServiceName") or said(event, "FileName")}


def managed(event: Event) -> Row:
    told = more(event)
    return {
        **initiating(event),
        **person("user", event),
        "message": " ".join(each for each in (event["ActionType"], said(told, "GroupName")) if each),
    }


def noted(event: Event) -> Row:
    """No class of its own: its name and what else it says."""
    told = more(event)
    words = [said(told, *WORDS), said(event, "RemoteUrl", "FileName", "OSPlatform", "NetworkAdapterType")]
    name = said(event, "ActionType") or ""
    return {
        **initiating(event),
        **named(event),
        **(kept({"url.url_string": said(event, "RemoteUrl")})),
        "message": " ".join(dict.fromkeys(each for each in (name, *words) if each)) or None,
    }


WORDS = ("Description", "ProductName", "DeviceDescription", "TaskName", "PipeName", "SearchFilter", "Policy", "Volume")


@dataclass(frozen=True)
class Shape:
    class_uid: int
    activity_id: int
    details: Callable[[Event], Row]
    constants: Row = field(default_factory=dict)


REFUSED = disposed(DispositionId.BLOCKED)
BASE = Shape(ClassUid.BASE_EVENT, 0, noted)
TABLES: dict[str, Shape] = {
    "DeviceProcessEvents": Shape(ClassUid.PROCESS_ACTIVITY, 1, started),
    "CloudProcessEvents": Shape(ClassUid.PROCESS_ACTIVITY, 1, started),
    "DeviceNetworkEvents": Shape(ClassUid.NETWORK_ACTIVITY, 1, connected),
    "DeviceFileEvents": Shape(ClassUid.FILE_ACTIVITY, 99, touched),
    "DeviceRegistryEvents": Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 99, registered),
    "DeviceLogonEvents": Shape(ClassUid.AUTHENTICATION, 1, signed_in),
    "DeviceImageLoadEvents": Shape(ClassUid.MODULE_ACTIVITY, 1, loaded),
}
ACTIONS: dict[str, Shape] = {
    "ConnectionFailed": Shape(ClassUid.NETWORK_ACTIVITY, 4, connected),
    "ListeningConnectionCreated": Shape(ClassUid.NETWORK_ACTIVITY, 7, connected),
    "DnsConnectionInspected": Shape(ClassUid.DNS_ACTIVITY, 6, resolved),
    **dict.fromkeys(("DnsQueryResponse", "DnsQueryRequest"), Shape(ClassUid.DNS_ACTIVITY, 1, resolved)),
    "HttpConnectionInspected": Shape(ClassUid.HTTP_ACTIVITY, 99, fetched),
    **dict.fromkeys(
        ("FirewallInboundConnectionBlocked", "FirewallOutboundConnectionBlocked", "InboundConnectionBlocked",
         "FirewallInboundConnectionToAppBlocked", "OutboundConnectionToWebProtocolBlocked"),
        Shape(ClassUid.NETWORK_ACTIVITY, 5, connected, REFUSED),
    ),
    "FileCreated": Shape(ClassUid.FILE_ACTIVITY, 1, touched),
    "FileModified": Shape(ClassUid.FILE_ACTIVITY, 3, touched),
    "FileDeleted": Shape(ClassUid.FILE_ACTIVITY, 4, touched),
    "FileRenamed": Shape(ClassUid.FILE_ACTIVITY, 5, touched),
    "ShellLinkCreateFileEvent": Shape(ClassUid.FILE_ACTIVITY, 1, touched),
    "SensitiveFileRead": Shape(ClassUid.FILE_ACTIVITY, 2, touched),
    "FileTimestampModificationEvent": Shape(ClassUid.FILE_ACTIVITY, 6, touched),
    "RegistryKeyCreated": Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 1, registered),
    "RegistryKeyDeleted": Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 4, registered),
    "RegistryKeyRenamed": Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 5, registered),
    "RegistryValueSet": Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 2, registered),
    "RegistryValueDeleted": Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 4, registered),
    "LogonRightsSettingEnabled": BASE,
    "DriverLoad": Shape(ClassUid.MODULE_ACTIVITY, 1, loaded),
    "ServiceInstalled": Shape(WINDOWS_SERVICE, 1, served),
    "ProcessCreatedUsingWmiQuery": Shape(ClassUid.PROCESS_ACTIVITY, 1, started),
    "OpenProcessApiCall": Shape(ClassUid.PROCESS_ACTIVITY, OPEN_PROCESS, reached),
    "ProcessPrimaryTokenModified": Shape(ClassUid.PROCESS_ACTIVITY, OTHER, reached),
    **dict.fromkeys(
        ("PowerShellCommand", "ScriptContent", "AmsiScriptContent"), Shape(ClassUid.SCRIPT_ACTIVITY, 1, scripted)
    ),
    "ScheduledTaskCreated": Shape(ClassUid.SCHEDULED_JOB, 1, scheduled),
    "ScheduledTaskUpdated": Shape(ClassUid.SCHEDULED_JOB, 2, scheduled),
    "ScheduledTaskDeleted": Shape(ClassUid.SCHEDULED_JOB, 3, scheduled),
    "ScheduledTaskEnabled": Shape(ClassUid.SCHEDULED_JOB, 4, scheduled),
    "ScheduledTaskDisabled": Shape(ClassUid.SCHEDULED_JOB, 5, scheduled),
    "UserAccountCreated": Shape(ClassUid.ACCOUNT_CHANGE, 1, managed),
    "UserAccountDeleted": Shape(ClassUid.ACCOUNT_CHANGE, 6, managed),
    "UserAccountModified": Shape(ClassUid.ACCOUNT_CHANGE, OTHER, managed),
    "PasswordChangeAttempt": Shape(ClassUid.ACCOUNT_CHANGE, 3, managed),
    "UserAccountAddedToLocalGroup": Shape(ClassUid.GROUP_MANAGEMENT, 3, managed),
    "UserAccountRemovedFromLocalGroup": Shape(ClassUid.GROUP_MANAGEMENT, 4, managed),
    "SecurityLogCleared": Shape(ClassUid.EVENT_LOG_ACTIVITY, 1, noted),
}  # fmt: skip


def shape_of(table: str, action: str) -> Shape:
    if action in ACTIONS:
        return ACTIONS[action]
    if action.endswith(("ApiCall", "ProcessMemory")):
        return Shape(ClassUid.PROCESS_ACTIVITY, INJECT if INTO_OTHERS.search(action) else OTHER, reached)
    if action.endswith("Inspected"):
        return Shape(ClassUid.NETWORK_ACTIVITY, 6, connected)
    if action.startswith("Logoff"):
        return Shape(ClassUid.AUTHENTICATION, 2, signed_in)
    return TABLES.get(table, BASE)


def row(table: str, event: Event, raw: str) -> Row:
    action = said(event, "ActionType") or ""
    judged = verdicts.row(action, event, raw)
    shape = shape_of(table, action)
    if judged is not None:
        return {**judged, **machine(event), **seen(event)}
    found = {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        "class_uid": int(shape.class_uid),
        "activity_id": shape.activity_id,
        **machine(event),
        **person("actor.user", event, "InitiatingProcess"),
        **shape.constants,
        **shape.details(event),
    }
    if not action:
        found["message"] = " ".join(each for each in (table, found.get("message")) if each)
        found |= person("user", first_of(event.get("LoggedOnUsers")))
    return found


def first_of(value: object) -> Event:
    """Who is signed in, under the names that other tables give to people."""
    listed = nested(value)
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    return {
        "AccountName": first.get("UserName"),
        "AccountDomain": first.get("DomainName"),
        "AccountSid": first.get("Sid"),
    }


def seen(event: Event) -> Row:
    """Of a verdict's record everything that says who and where."""
    who = person("user", event) or person("user", event, "InitiatingProcess")
    where = {name: item for name, item in connected(event).items() if name.startswith(("src_", "dst_", "url."))}
    if not texts(event.get("RemoteIP")):
        where = {name: item for name, item in where.items() if name.startswith("url.")}
    ran = process("process", placed(event), event.get("ProcessCommandLine"), event.get("ProcessId"))
    return {
        **where,
        **named(event),
        **(ran if event.get("ProcessCommandLine") else initiating(event, "process") | above(event)),
        **who,
    }
