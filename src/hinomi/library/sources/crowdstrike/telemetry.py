"""Falcon Data Replicator: what the sensors saw, by ``event_simpleName``. All values are texts.

Times are epochs in seconds (``ContextTimeStamp``) or milliseconds (``timestamp``). Ids of processes are Falcon's;
``RawProcessId`` is the system's. Source: CrowdStrike, "Events Data Dictionary".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.addresses import ip, mac, port, protocol
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer, text
from hinomi.library.formats.processes import account, file, kept, process, said
from hinomi.library.formats.rows import Row
from hinomi.library.sources.crowdstrike.findings import PRODUCT, Event
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, StatusId

UTC = ZoneInfo("UTC")
WINDOWS_SERVICE = 201004
DIRECTIONS = {"0": DirectionId.OUTBOUND, "1": DirectionId.INBOUND}
RECORD_TYPES = {"1": "A", "2": "NS", "5": "CNAME", "6": "SOA", "12": "PTR", "15": "MX", "16": "TXT", "28": "AAAA",
                "33": "SRV", "65": "HTTPS", "255": "ANY"}  # fmt: skip
TIMES = ("ContextTimeStamp", "ContextTimestamp", "ProcessStartTime", "timestamp", "_time", "Time", "p_event_time")
NO_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def ended(event: Event) -> Row:
    return {**started(event), "process.uid": said(event, "TargetProcessId")}


def started(event: Event) -> Row:
    parent = process(
        "process.parent_process", None, event.get("ParentCommandLine"), name=event.get("ParentBaseFileName")
    )
    return {
        **process("process", event.get("ImageFileName"), event.get("CommandLine"), event.get("RawProcessId")),
        **parent,
        **{name.replace("process.parent_process", "actor.process"): item for name, item in parent.items()},
        **file(None, None, event.get("SHA256HashData")),
        **kept({"process.uid": said(event, "TargetProcessId")}),
    }


def touched(event: Event) -> Row:
    path = said(event, "TargetFileName", "TargetFileNameLinux", "ImageFileName")
    return {
        **file(path, None, event.get("SHA256HashData"), event.get("Size")),
        **process("actor.process", event.get("ContextImageFileName"), name=event.get("ContextBaseFileName")),
    }


def loaded(event: Event) -> Row:
    return {
        "module.file.path": said(event, "ImageFileName"),
        **file(None, None, event.get("SHA256HashData")),
        **process("actor.process", event.get("TargetImageFileName")),
    }


def connected(event: Event) -> Row:
    """Local and remote by direction: who opened the connection is its source."""
    local = (ip(said(event, "LocalAddressIP6", "LocalAddressIP4")), port(event.get("LocalPort")))
    remote = (ip(said(event, "RemoteAddressIP6", "RemoteAddressIP4")), port(event.get("RemotePort")))
    if "IP4" in name_of(event):
        local, remote = (ip(said(event, "LocalAddressIP4")), local[1]), (ip(said(event, "RemoteAddressIP4")), remote[1])
    direction = DIRECTIONS.get(said(event, "ConnectionDirection") or "")
    source, target = (remote, local) if direction is DirectionId.INBOUND else (local, remote)
    return kept(
        {
            "src_endpoint.ip": source[0],
            "src_endpoint.port": source[1],
            "dst_endpoint.ip": target[0],
            "dst_endpoint.port": target[1],
            "dst_endpoint.hostname": hostname(said(event, "OriginatingURL")),
            "url.url_string": said(event, "OriginatingURL"),
            "connection_info.direction_id": int(direction) if direction else None,
            **protocol(event.get("Protocol")),
            **process("actor.process", event.get("ContextImageFileName"), name=event.get("ContextBaseFileName")),
        }
    )


def hostname(url: str | None) -> str | None:
    return re.sub(r"^\w+://|[/:].*$", "", url) or None if url else None


def looked_up(event: Event) -> Row:
    records = [said(event, name) or "" for name in ("CNAMERecords", "IP4Records", "IP6Records")]
    answers = [each.strip() for record in records for each in record.split(";") if each.strip()]
    kind = said(event, "RequestType") or ""
    return {
        "query.hostname": said(event, "DomainName"),
        "query.type": RECORD_TYPES.get(kind, kind or None),
        "answers": answers or None,
        **process("actor.process", event.get("ContextImageFileName"), name=event.get("ContextBaseFileName")),
    }


def signed_in(event: Event) -> Row:
    failed = "Failed" in name_of(event)
    return {
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": said(event, "Status", "SubStatus") if failed else None,
        "logon_type_id": integer(event.get("LogonType"), 99),
        "src_endpoint.ip": ip(said(event, "RemoteAddressIP4", "RemoteAddressIP6", "RemoteIP")),
        "src_endpoint.hostname": said(event, "ClientComputerName"),
    }


def registered(event: Event) -> Row:
    return {
        "reg_key.path": said(event, "RegObjectName"),
        "reg_value.name": said(event, "RegValueName"),
        "reg_value.data": said(event, "RegStringValue", "RegNumericValue", "RegBinaryValue"),
    }


def served(event: Event) -> Row:
    name, image = said(event, "ServiceDisplayName"), said(event, "ServiceImagePath", "ImageFileName")
    return {
        "service.name": name,
        "message": " ".join(part for part in (name_of(event), name, image) if part),
        **process("process", event.get("ImageFileName"), event.get("CommandLine")),
    }


def scheduled(event: Event) -> Row:
    names = ("TaskName", "TaskExecCommand", "TaskExecArguments")
    return {"message": " ".join(part for name in names if (part := said(event, name)))}


def scripted(event: Event) -> Row:
    content = said(event, "ScriptContent", "CommandHistory", "ScriptContentBytes")
    return {"script.script_content": content, **started(event)}


def grouped(event: Event) -> Row:
    return {"message": f"{name_of(event)}: {said(event, 'DomainSid') or ''}-{said(event, 'UserRid') or ''}"}


@dataclass(frozen=True)
class Shape:
    class_uid: int
    activity_id: int
    details: Callable[[Event], Row]
    constants: Row = field(default_factory=dict)


STOPPED = disposed(DispositionId.BLOCKED)
SHAPES: dict[str, Shape] = {
    **dict.fromkeys(("ProcessRollup2", "SyntheticProcessRollup2"), Shape(ClassUid.PROCESS_ACTIVITY, 1, started)),
    **dict.fromkeys(("ProcessBlocked", "BlockedExploit"), Shape(ClassUid.PROCESS_ACTIVITY, 1, started, STOPPED)),
    **dict.fromkeys(("EndOfProcess", "TerminateProcess"), Shape(ClassUid.PROCESS_ACTIVITY, 2, ended)),
    **dict.fromkeys(
        ("InjectedThread", "JavaInjectedThread", "CreateThreadReflectiveImage", "ProcessInjection"),
        Shape(ClassUid.PROCESS_ACTIVITY, 4, started),
    ),
    **dict.fromkeys(
        ("CommandHistory", "ScriptControlScanTelemetry", "ScriptControlScanInfo", "ScriptControlDetectInfo"),
        Shape(ClassUid.SCRIPT_ACTIVITY, 1, scripted),
    ),
    **dict.fromkeys(("DnsRequest", "SuspiciousDnsRequest"), Shape(ClassUid.DNS_ACTIVITY, 1, looked_up)),
    **dict.fromkeys(
        ("NetworkConnectIP4", "NetworkConnectIP6", "NetworkReceiveAcceptIP4", "NetworkReceiveAcceptIP6"),
        Shape(ClassUid.NETWORK_ACTIVITY, 1, connected),
    ),
    **dict.fromkeys(("NetworkListenIP4", "NetworkListenIP6"), Shape(ClassUid.NETWORK_ACTIVITY, 7, connected)),
    **dict.fromkeys(("NetworkCloseIP4", "NetworkCloseIP6"), Shape(ClassUid.NETWORK_ACTIVITY, 2, connected)),
    **dict.fromkeys(("UserLogon", "UserLogonFailed", "UserLogonFailed2"), Shape(ClassUid.AUTHENTICATION, 1, signed_in)),
    "UserLogoff": Shape(ClassUid.AUTHENTICATION, 2, signed_in),
    **dict.fromkeys(
        ("ClassifiedModuleLoad", "UnsignedModuleLoad", "ModuleBlockedEvent", "DriverLoad", "ImageHash"),
        Shape(ClassUid.MODULE_ACTIVITY, 1, loaded),
    ),
    **dict.fromkeys(
        ("AsepValueUpdate", "RegSystemConfigValueUpdate", "RegGenericValueUpdate", "RegistryOperationDetectInfo"),
        Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 2, registered),
    ),
    **dict.fromkeys(("AsepKeyUpdate", "RegGenericInfo"), Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 3, registered)),
    "ServiceStarted": Shape(WINDOWS_SERVICE, 3, served),
    "ServiceStopped": Shape(WINDOWS_SERVICE, 4, served),
    **dict.fromkeys(("CreateService", "ServiceInstalled"), Shape(WINDOWS_SERVICE, 1, served)),
    "ModifyServiceBinary": Shape(WINDOWS_SERVICE, 2, served),
    "ScheduledTaskRegistered": Shape(ClassUid.SCHEDULED_JOB, 1, scheduled),
    "ScheduledTaskModified": Shape(ClassUid.SCHEDULED_JOB, 2, scheduled),
    "ScheduledTaskDeleted": Shape(ClassUid.SCHEDULED_JOB, 3, scheduled),
    "UserAccountCreated": Shape(ClassUid.ACCOUNT_CHANGE, 1, grouped),
    "UserAccountDeleted": Shape(ClassUid.ACCOUNT_CHANGE, 6, grouped),
    "UserAccountAddedToGroup": Shape(ClassUid.GROUP_MANAGEMENT, 3, grouped),
    **dict.fromkeys(
        ("FirewallSetRule", "FirewallDeleteRule", "FirewallChangeOption", "FirewallDisabled"),
        Shape(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, lambda event: {"message": name_of(event)}),
    ),
    "DirectoryCreate": Shape(ClassUid.FILE_ACTIVITY, 1, touched),
    **dict.fromkeys(("FileOpenInfo", "FileOpen"), Shape(ClassUid.FILE_ACTIVITY, 14, touched)),
}
FILES = (("Written", 1), ("Deleted", 4), ("DeleteInfo", 4), ("Renamed", 5), ("Rename", 5), ("Created", 1))
"""Other events of files, by the end of their name: ``PeFileWritten``, ``ExecutableDeleted``."""


def name_of(event: Event) -> str:
    return said(event, "event_simpleName", "event_simplename", "fdr_event_type") or ""


def shape_of(name: str) -> Shape | None:
    if name in SHAPES or ("File" not in name and "Executable" not in name):
        return SHAPES.get(name)
    return next((Shape(ClassUid.FILE_ACTIVITY, done, touched) for end, done in FILES if name.endswith(end)), None)


def when(event: Event, *names: str) -> Row:
    for name in names or TIMES:
        if time := times.epoch(event.get(name)) or times.iso(event.get(name), UTC):
            return {"time": time, "metadata.original_time": text(event[name])}
    return {}


def row(event: Event) -> Row:
    """Columns of one event; a Base Event where its name is not known."""
    name = name_of(event)
    shape = shape_of(name)
    found: Row = {**activity(ClassUid.BASE_EVENT, 0, product=PRODUCT), **when(event), **machine(event)}
    found |= {"metadata.log_name": "FDR", "metadata.event_code": name or None, "metadata.correlation_uid": uid(event)}
    who = "user" if shape and shape.class_uid in PEOPLE else "actor.user"
    found |= account(who, said(event, "UserName"), said(event, "LogonDomain", "UserDomain"), said(event, "UserSid"))
    if shape is None:
        inventory = " ".join(part for key in INVENTORY if (part := said(event, key)))
        return {**found, "message": " ".join(part for part in ("Falcon", name, inventory) if part)}
    return {
        **found,
        "class_uid": int(shape.class_uid),
        "activity_id": shape.activity_id,
        **shape.constants,
        **shape.details(event),
    }


PEOPLE = (ClassUid.AUTHENTICATION, ClassUid.ACCOUNT_CHANGE, ClassUid.GROUP_MANAGEMENT)
INVENTORY = ("ComputerName", "Version", "SystemProductName", "InterfaceAlias", "MAC")


def uid(event: Event) -> str | None:
    return said(event, "TargetProcessId", "ContextProcessId")


def machine(event: Event) -> Row:
    local = said(event, "LocalAddressIP4", "CurrentLocalIP", "LocalIP")
    return kept(
        {
            "device.hostname": said(event, "ComputerName", "Hostname", "HostName"),
            "device.ip": ip(local) if local not in NO_ADDRESS else None,
            "device.mac": mac(said(event, "MAC", "MACAddress", "PhysicalAddress")),
            "device.uid": said(event, "aid", "device_id"),
            "device.os.name": said(event, "event_platform"),
        }
    )
