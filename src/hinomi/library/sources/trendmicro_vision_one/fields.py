"""Vision One's field names for machines, processes, files and messages, as columns.

Any field may be a value in one product's records and a list in another's. Source: Trend Vision One Automation
Center, "Search - endpoint activity data", "Search - detection data".
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.addresses import ip, mac, port
from hinomi.library.formats.jsonlines import text, texts
from hinomi.library.formats.processes import account, file, joined, process
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import SeverityId

Object = Mapping[str, Any]

UTC = ZoneInfo("UTC")
TIMES = ("eventTime", "eventTimeDT", "detectedDateTime", "createdDateTime", "loggedDateTime", "rt_utc", "rt",
         "firstSeen", "logReceivedTime", "ingestedDateTime", "updatedDateTime")  # fmt: skip
SEVERITIES = {
    "info": SeverityId.INFORMATIONAL,
    "undefined": SeverityId.INFORMATIONAL,
    "low": SeverityId.LOW,
    "medium": SeverityId.MEDIUM,
    "high": SeverityId.HIGH,
    "critical": SeverityId.CRITICAL,
}


def first(value: object) -> str | None:
    return next(iter(texts(value)), None)


def said(value: Object, *names: str) -> str | None:
    """The first of the fields that says something."""
    return next((found for name in names if (found := first(value.get(name)))), None)


def when(value: Object) -> Row:
    """Its time; epochs are milliseconds, texts UTC where they say no zone."""
    for name in TIMES:
        if name in value and (moment := read_time(value[name])):
            return {"time": moment, "metadata.original_time": text(value[name])}
    return {}


def read_time(value: object) -> datetime | None:
    return times.epoch(value) or times.iso(value, UTC)


def address(value: object) -> str | None:
    """Of several addresses the first of IPv4, else the first."""
    found = [each for each in map(ip, texts(value)) if each]
    return next((each for each in found if ":" not in each), found[0] if found else None)


def machine(value: Object) -> Row:
    return {
        "device.hostname": said(value, "endpointHostName", "endpointName", "dhost", "interestedHost", "shost"),
        "device.ip": address(value.get("endpointIp"))
        or address(value.get("ips"))
        or address(value.get("interestedIp")),
        "device.mac": mac(said(value, "endpointMacAddress", "deviceMacAddress")),
        "device.uid": said(value, "endpointGuid", "endpointGUID", "agentGuid", "deviceGUID"),
        "device.os.name": said(value, "osName"),
    }


def user(value: Object) -> Row:
    name = said(value, "processUser", "logonUser", "principalName", "suid", "objectUser")
    return account("user", name, said(value, "processUserDomain", "userDomain"))


def acting(value: Object) -> Row:
    """The process that did it, its parent and whose it is."""
    path = said(value, "processFilePath", "processName", "deviceProcessName", "processImagePath")
    return {
        **process("actor.process", path, value.get("processCmd"), value.get("processPid")),
        **account(
            "actor.user", said(value, "processUser", "logonUser"), said(value, "processUserDomain", "userDomain")
        ),
    }


def evidence_process(value: Object) -> Row:
    """The same as the evidence of a finding: the process itself, its parent."""
    path = said(value, "processFilePath", "processName", "deviceProcessName")
    parent = said(value, "parentFilePath", "parentName")
    return {
        **process("process", path, value.get("processCmd"), value.get("processPid")),
        **process("process.parent_process", parent, value.get("parentCmd"), value.get("parentPid")),
    }


def touched_file(value: Object) -> Row:
    name = said(value, "fileName", "attachmentFileName", "objectFileName")
    path = said(value, "fullPath", "filePathName", "objectFilePath", "objectFullPath") or joined(
        said(value, "filePath"), name
    )
    digest = said(value, "objectFileHashSha256", "fileHashSha256", "processFileHashSha256")
    return file(path, name, digest, first(value.get("objectFileSize")) or first(value.get("fileSize")))


def connection(value: Object) -> Row:
    url = said(value, "request", "objectUrl", "url")
    row: Row = {
        "src_endpoint.ip": address(value.get("src")) or address(value.get("clientIp")),
        "src_endpoint.port": port(value.get("spt")),
        "dst_endpoint.ip": address(value.get("dst")) or address(value.get("objectIp")),
        "dst_endpoint.port": port(value.get("dpt")) or port(value.get("objectPort")),
        "dst_endpoint.hostname": said(value, "objectHostName"),
        "url.url_string": url,
        "url.categories": texts(value.get("urlCat")) or None,
    }
    return {name: item for name, item in row.items() if item is not None}


def mail(value: Object) -> Row:
    return {
        "email.from": said(value, "suser", "mailMsgSender", "mailFromAddresses"),
        "email.to": texts(value.get("duser") or value.get("mailToAddresses")) or None,
        "email.subject": said(value, "mailMsgSubject"),
        "email.message_uid": said(value, "msgId", "mailMsgId"),
    }
