"""Cloud Funnel and Deep Visibility: what the agents saw, by ``event.type``, in dotted names.

``event.time`` is milliseconds; of ``timestamp`` some copies keep the clock only. ``src.process`` acts, ``tgt.*`` is
acted upon. Source: SentinelOne, Singularity Cloud Funnel 2.0, event schema.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from hinomi.library.formats import http
from hinomi.library.formats.addresses import ip, port
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import text
from hinomi.library.formats.processes import account, file, kept, process, said, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.sentinelone.findings import PRODUCT, Event, finding, when
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, StatusId

TIMES = ("event.time", "timestamp", "createdAt")
NOT_LETTERS = re.compile(r"[^A-Z]")
MARKUP = re.compile(r"<[^<>]{1,200}>")
RECORD_TYPE = re.compile(r"^\s*type:\s*(\d+)\s+")
LOGON_TYPES = {"INTERACTIVE": 2, "NETWORK": 3, "BATCH": 4, "SERVICE": 5, "UNLOCK": 7, "NETWORK_CLEAR_TEXT": 8,
               "NEW_CREDENTIALS": 9, "REMOTE_INTERACTIVE": 10, "CACHED_INTERACTIVE": 11,
               "CACHED_REMOTE_INTERACTIVE": 12, "CACHED_UNLOCK": 13, "SYSTEM": 0}  # fmt: skip
OLD_NAMES = {
    "eventType": "event.type", "objectType": "event.category", "agentName": "endpoint.name",
    "endpointName": "endpoint.name", "agentUuid": "agent.uuid", "agentOs": "os.name", "agentIp": "src.endpoint.ip",
    "processName": "src.process.name", "processImagePath": "src.process.image.path",
    "processCmd": "src.process.cmdline", "pid": "src.process.pid", "processUserName": "src.process.user",
    "parentProcessName": "src.process.parent.name",
    "parentPid": "src.process.parent.pid", "fileFullName": "tgt.file.path", "fileSha256": "tgt.file.sha256",
    "fileSize": "tgt.file.size", "dnsRequest": "event.dns.request", "dnsResponse": "event.dns.response",
    "srcIp": "src.ip.address", "srcPort": "src.port.number", "dstIp": "dst.ip.address", "dstPort": "dst.port.number",
    "direction": "event.network.direction", "networkUrl": "url.address", "networkMethod": "event.url.action",
    "registryPath": "registry.keyPath", "taskName": "task.name", "loginsUserName": "event.login.userName",
    "indicatorName": "indicator.name", "indicatorCategory": "indicator.category",
    "indicatorDescription": "indicator.description", "srcProcName": "src.process.name",
    "srcProcImagePath": "src.process.image.path", "srcProcCmdLine": "src.process.cmdline",
    "srcProcPid": "src.process.pid", "srcProcUser": "src.process.user", "tgtProcName": "tgt.process.name",
    "tgtProcImagePath": "tgt.process.image.path", "tgtProcCmdLine": "tgt.process.cmdline",
    "tgtProcPid": "tgt.process.pid", "tgtFilePath": "tgt.file.path", "tgtFileSha256": "tgt.file.sha256",
}  # fmt: skip
"""Names of Deep Visibility's queries and of a threat's events."""


def is_telemetry(value: Event) -> bool:
    return any(name in value for name in ("meta.event.name", "event.type", "event.category", "i.scheme")) or (
        "eventType" in value and any(name in value for name in ("agentName", "endpointName", "srcProcName"))
    )


def row(value: Event, raw: str) -> Row:
    if "event.type" not in value and "eventType" in value:
        value = {OLD_NAMES.get(name, name): item for name, item in value.items()}
    kind = said(value, "event.type", "meta.event.name") or ""
    shape = shape_of(value)
    details = shape.details(value) if shape else {"message": told(value, kind)}
    found: Row = {
        **activity(
            shape.class_uid if shape else ClassUid.BASE_EVENT, shape.activity_id if shape else 0, product=PRODUCT
        ),
        **details,
        **when(value, *TIMES),
        **machine(value),
        "metadata.log_name": said(value, "event.category"),
        "metadata.event_code": kind or None,
        "metadata.correlation_uid": said(value, "src.process.storyline.id", "tgt.process.storyline.id"),
    }
    if shape is None or shape.class_uid is not ClassUid.AUTHENTICATION:
        found |= account("actor.user", user(value, "src"))
    return found | (matched(value, raw) if "tiIndicator.value" in value else {})


def machine(value: Event) -> Row:
    return kept(
        {
            "device.hostname": said(value, "endpoint.name"),
            "device.uid": said(value, "agent.uuid"),
            "device.os.name": said(value, "os.name", "endpoint.os"),
        }
    )


def user(value: Event, side: str) -> str | None:
    return said(value, *(f"{side}.process.{name}" for name in ("user", "eUserName", "rUserName", "lUserName")))


def told(value: Event, kind: str) -> str:
    """A line for what has no class: indicators say what they saw, records of the system their text."""
    words = (said(value, name) for name in ("indicator.name", "indicator.description", "winEventLog.description"))
    return MARKUP.sub("", ": ".join(dict.fromkeys(word for word in (kind or "SentinelOne", *words) if word)))


def running(column: str, value: Event, side: str) -> Row:
    return process(
        column,
        value.get(f"{side}.image.path"),
        value.get(f"{side}.cmdline"),
        value.get(f"{side}.pid"),
        value.get(f"{side}.name"),
    )


def opened(value: Event) -> Row:
    """The source reaches into the target."""
    return {
        **running("process", value, "tgt.process"),
        **acted(value),
        **kept({"process.uid": said(value, "tgt.process.uid")}),
    }


def started(value: Event) -> Row:
    """The target is what was started, its parent the source; a process may end by itself."""
    side = "tgt.process" if "tgt.process.name" in value or "tgt.process.image.path" in value else "src.process"
    parent = "src.process" if side == "tgt.process" else "src.process.parent"
    return {
        **running("process", value, side),
        **running("process.parent_process", value, parent),
        **running("actor.process", value, parent),
        **file(None, None, value.get(f"{side}.image.sha256")),
        **account("user", user(value, "tgt")),
        **kept({"process.uid": said(value, f"{side}.uid")}),
    }


def acted(value: Event) -> Row:
    return running("actor.process", value, "src.process")


def touched(value: Event) -> Row:
    where = value.get("tgt.file.path")
    return {**acted(value), **file(where, None, value.get("tgt.file.sha256"), value.get("tgt.file.size"))}


def loaded(value: Event) -> Row:
    return {
        **acted(value),
        "module.file.path": said(value, "module.path", "tgt.file.path"),
        **file(None, None, said(value, "module.sha256", "driver.peSha256", "tgt.file.sha256")),
    }


def connected(value: Event) -> Row:
    """Source and target are those of the connection already."""
    direction = (said(value, "event.network.direction") or "").upper()
    way = {"OUT": DirectionId.OUTBOUND, "INC": DirectionId.INBOUND, "INB": DirectionId.INBOUND}.get(direction[:3])
    failed = (said(value, "event.network.connectionStatus") or "").upper() in ("FAILURE", "FAILED")
    named = (said(value, "meta.event.name") or "").upper()
    return {
        **acted(value),
        **kept(
            {
                "src_endpoint.ip": ip(value.get("src.ip.address")),
                "src_endpoint.port": port(value.get("src.port.number")),
                "dst_endpoint.ip": ip(value.get("dst.ip.address")),
                "dst_endpoint.port": port(value.get("dst.port.number")),
                "connection_info.direction_id": int(way) if way else None,
                "connection_info.protocol_name": named[:3].lower() if named[:3] in ("TCP", "UDP") else None,
                "connection_info.protocol_num": {"TCP": 6, "UDP": 17}.get(named[:3]),
                "app_name": said(value, "event.network.protocolName"),
                "status_id": int(StatusId.FAILURE) if failed else None,
            }
        ),
        **({"activity_id": FAIL} if failed else {}),
    }


def looked_up(value: Event) -> Row:
    asked = said(value, "event.dns.request") or ""
    answers = [RECORD_TYPE.sub("", each).strip() for each in (said(value, "event.dns.response") or "").split(";")]
    kind = RECORD_TYPE.match(asked)
    return {
        **acted(value),
        "query.hostname": RECORD_TYPE.sub("", asked).strip() or None,
        "query.type": {"1": "A", "28": "AAAA", "5": "CNAME", "12": "PTR"}.get(kind[1], kind[1]) if kind else None,
        "answers": [each for each in answers if each] or None,
    }


def fetched(value: Event) -> Row:
    method = (said(value, "event.url.action", "event.type") or "").upper()
    address = said(value, "url.address", "url") or ""
    return {
        **connected(value),
        **http.absolute(address),
        "http_request.http_method": method if method.isalpha() else None,
        "activity_id": http.activity_id(method),
    }


def signed_in(value: Event) -> Row:
    failed = str(value.get("event.login.loginIsSuccessful", True)).lower() == "false"
    name, domain = (
        said(value, "event.login.userName", "event.login.accountName"),
        said(value, "event.login.accountDomain"),
    )
    return {
        **acted(value),
        **account("user", name, domain, said(value, "event.login.accountSid")),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": said(value, "event.login.failureReason"),
        "logon_type_id": LOGON_TYPES.get((said(value, "event.login.type") or "").upper()),
        "src_endpoint.ip": ip(said(value, "src.endpoint.ip.address")),
    }


def registered(value: Event) -> Row:
    return {
        **acted(value),
        "reg_key.path": said(value, "registry.keyPath"),
        "reg_value.data": said(value, "registry.value"),
    }


def valued(value: Event) -> Row:
    """The path of a value is that of its key and its name."""
    key, _, name = (said(value, "registry.keyPath") or "").rpartition("\\")
    return {**registered(value), "reg_key.path": key or None, "reg_value.name": name or None}


def scripted(value: Event) -> Row:
    return {**acted(value), "script.script_content": text(value.get("cmdScript.content")), **script_file(value)}


def script_file(value: Event) -> Row:
    return file(value.get("tgt.file.path"), None, said(value, "cmdScript.sha256", "tgt.file.sha256"))


def scheduled(value: Event) -> Row:
    return {
        **acted(value),
        "message": " ".join(word for word in (said(value, "event.type"), said(value, "task.name")) if word),
        **file(value.get("tgt.file.path") or value.get("task.path")),
    }


def matched(value: Event, raw: str) -> Row:
    """A match of threat intelligence is a verdict on its own."""
    indicator, source = said(value, "tiIndicator.value"), said(value, "tiIndicator.source")
    title = said(value, "tiIndicator.name") or indicator
    keys = [name for name in value if name.startswith("tiIndicator.")]
    done = disposition(said(value, "tiIndicator.action")) or DispositionId.DETECTED
    told = said(value, "tiIndicator.description")
    return {
        **finding(title, "Threat Intelligence", said(value, "tiIndicator.severity"), raw, done, evidence(value, *keys)),
        **{name: item for name, item in connected(value).items() if name != "activity_id"},
        **running("process", value, "src.process"),
        "finding_info.types": ["Threat Intelligence", *([source] if source else [])],
        "finding_info.uid": said(value, "tiIndicator.uid", "event.id"),
        "finding_info.attacks.technique.uid": techniques(value.get("tiIndicator.mitreTactics"), told or ""),
        "message": told,
    }


FAIL = 4


@dataclass(frozen=True)
class Shape:
    class_uid: ClassUid
    activity_id: int
    details: Callable[[Event], Row]


def shapes(class_uid: ClassUid, details: Callable[[Event], Row], **activities: tuple[str, ...]) -> dict[str, Shape]:
    return {
        name: Shape(class_uid, int(activity_id[1:]), details)
        for activity_id, names in activities.items()
        for name in names
    }


SHAPES: dict[str, Shape] = {
    **shapes(
        ClassUid.PROCESS_ACTIVITY,
        started,
        _1=("PROCESSCREATION",),
        _2=("PROCESSEXIT", "PROCESSTERMINATION"),
    ),
    **shapes(
        ClassUid.PROCESS_ACTIVITY,
        opened,
        _3=("OPENREMOTEPROCESSHANDLE", "OPENPROCESS", "DUPLICATEPROCESSHANDLE", "DUPLICATETHREADHANDLE",
            "DUPLICATEPROCESS", "DUPLICATETHREAD"),
        _4=("REMOTETHREADCREATION", "REMOTETHREAD"),
    ),
    **shapes(
        ClassUid.FILE_ACTIVITY,
        touched,
        _1=("FILECREATION",),
        _2=("FILESCAN",),
        _3=("FILEMODIFICATION",),
        _4=("FILEDELETION",),
        _5=("FILERENAME",),
    ),
    **shapes(
        ClassUid.REGISTRY_KEY_ACTIVITY,
        registered,
        _1=("REGISTRYKEYCREATE", "REGKEYCREATE"),
        _3=("REGISTRYKEYIMPORT", "REGISTRYKEYSECURITYCHANGED", "REGKEYSECURITYCHANGED", "REGKEYIMPORT"),
        _4=("REGISTRYKEYDELETE", "REGKEYDELETE"),
        _5=("REGISTRYKEYRENAME", "REGKEYRENAME"),
        _99=("REGISTRYKEYEXPORT", "REGKEYEXPORT"),
    ),
    **shapes(
        ClassUid.REGISTRY_VALUE_ACTIVITY,
        valued,
        _2=("REGISTRYVALUECREATE", "REGVALUECREATE", "REGISTRYVALUEMODIFIED", "REGVALUEMODIFIED"),
        _4=("REGISTRYVALUEDELETE", "REGVALUEDELETE"),
    ),
    **shapes(ClassUid.DNS_ACTIVITY, looked_up, _1=("DNSRESOLVED", "DNSUNRESOLVED", "DNS")),
    **shapes(
        ClassUid.NETWORK_ACTIVITY, connected, _1=("IPCONNECT", "TCPV", "UDPV"), _7=("IPLISTEN", "TCPVLISTEN")
    ),
    **shapes(
        ClassUid.HTTP_ACTIVITY,
        fetched,
        _99=("GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "PATCH", "HTTP", "URL"),
    ),
    **shapes(ClassUid.AUTHENTICATION, signed_in, _1=("LOGIN", "WINLOGONATTEMPT"), _2=("LOGOUT", "WINLOGOFF")),
    **shapes(
        ClassUid.SCHEDULED_JOB,
        scheduled,
        _1=("TASKREGISTER", "SCHEDTASKREGISTER"),
        _2=("TASKUPDATE", "SCHEDTASKUPDATE"),
        _3=("TASKDELETE", "SCHEDTASKDELETE"),
        _6=("TASKSTART", "SCHEDTASKSTART", "TASKTRIGGER", "SCHEDTASKTRIGGER"),
    ),
    **shapes(ClassUid.MODULE_ACTIVITY, loaded, _1=("MODULELOAD", "DRIVERLOAD")),
    **shapes(ClassUid.SCRIPT_ACTIVITY, scripted, _1=("COMMANDSCRIPT", "SCRIPTS")),
}  # fmt: skip


def shape_of(value: Event) -> Shape | None:
    names = (NOT_LETTERS.sub("", (said(value, name) or "").upper()) for name in ("event.type", "meta.event.name"))
    return next((SHAPES[name] for name in names if name in SHAPES), None)
