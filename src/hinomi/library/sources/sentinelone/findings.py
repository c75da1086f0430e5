"""SentinelOne's verdicts: threats, alerts of STAR rules, unified alerts of the Singularity platform.

Source: SentinelOne API, /threats, /cloud-detection/alerts, unified alerts.
"""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from hinomi.library.formats import times
from hinomi.library.formats.addresses import ip, mac, port
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.processes import account, file, kept, process, ransomware, said, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

Event = Mapping[str, Any]

PRODUCT = ("SentinelOne", "Singularity")
UTC = ZoneInfo("UTC")
CREATE = 1
SEVERITIES = {
    "malicious": SeverityId.HIGH, "suspicious": SeverityId.MEDIUM, "informational": SeverityId.INFORMATIONAL,
    "info": SeverityId.INFORMATIONAL, "low": SeverityId.LOW, "medium": SeverityId.MEDIUM, "high": SeverityId.HIGH,
    "critical": SeverityId.CRITICAL,
}  # fmt: skip
"""Confidence of threats, severity of rules (``E_MEDIUM``, ``Medium``)."""
STRONGEST = ("rollback", "quarantine", "remediate", "kill")
BACKSLASHES = re.compile(r"\\{2,}")
THREAT = ("analystVerdict", "certificateId", "classificationSource", "confidenceLevel", "detectionType", "engines",
          "fileVerificationType", "incidentStatus", "initiatedBy", "isFileless", "mitigationStatus",
          "originatorProcess", "publisherName", "sha1", "md5", "storyline")  # fmt: skip


def when(value: Event, *names: str) -> Row:
    for name in names:
        if time := times.iso(value.get(name), UTC) or times.epoch(value.get(name)):
            return {"time": time, "metadata.original_time": text(value[name])}
    return {}


def finding(
    title: str | None,
    kind: str | None,
    severity: str | None,
    raw: str,
    done: DispositionId | None,
    unmapped: str | None,
) -> Row:
    level = SEVERITIES.get((severity or "").lower().removeprefix("e_").removeprefix("severity_"), SeverityId.MEDIUM)
    titled = title or kind or "SentinelOne"
    named = ransomware(titled, kind or "")
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=PRODUCT),
        **verdict(
            titled,
            kind or "threat",
            severity=SeverityId.CRITICAL if named else level,
            raw=raw,
            disposition=done,
            unmapped=unmapped,
        ),
        **named,
    }


def plain(path: object) -> str | None:
    """A path whose backslashes were escaped more often than once, with single ones."""
    found = text(path)
    return BACKSLASHES.sub(r"\\", found) if found and "\\\\" in found.lstrip("\\") else found


def threat(value: Event, raw: str) -> Row:
    info = part(value.get("threatInfo"))
    detected, now = part(value.get("agentDetectionInfo")), part(value.get("agentRealtimeInfo"))
    title, kind = said(info, "threatName"), said(info, "classification")
    done = mitigated(value.get("mitigationStatus"), info)
    path = plain(info.get("filePath"))
    command = said(info, "maliciousProcessArguments")
    user = said(info, "processUser") or said(detected, "agentLastLoggedInUserName")
    indicators = [part(each) for each in value.get("indicators") or []]
    told = [text(each.get("description")) or "" for each in indicators]
    return {
        **finding(title, kind, said(info, "confidenceLevel"), raw, done, evidence(info, *THREAT)),
        **when(info, "identifiedAt", "createdAt", "updatedAt"),
        **machine(detected, now),
        **account("user", plain(user), None if user and "\\" in user else detected.get("agentDomain")),
        **file(path, None, info.get("sha256"), info.get("fileSize")),
        **(process("process", path, command) if command else {}),
        **process("process.parent_process", name=info.get("originatorProcess")),
        "malware.name": title if (kind or "").lower() in ("malware", "ransomware", "virus", "trojan") else None,
        "finding_info.uid": said(info, "threatId") or said(value, "id"),
        "finding_info.attacks.technique.uid": techniques(*(each.get("tactics") for each in indicators)),
        "metadata.log_name": "threats",
        "metadata.event_code": said(info, "detectionType"),
        "metadata.correlation_uid": said(info, "storyline"),
        "message": "\n".join(filter(None, told)) or None,
    }


def mitigated(status: object, info: Event) -> DispositionId:
    """The strongest of what succeeded; else the threat's own status."""
    listed = [part(each) for each in status] if isinstance(status, list) else []
    done = {text(each.get("action")) for each in listed if text(each.get("status")) == "success"}
    strongest = next((action for action in STRONGEST if action in done), None)
    return disposition(strongest, said(info, "mitigationStatus")) or DispositionId.DETECTED


def machine(detected: Event, now: Event) -> Row:
    """The PC as it was at the detection; of its interfaces the one which had that address."""
    address = (said(detected, "agentIpV4") or "").partition(",")[0]
    interfaces = [part(each) for each in now.get("networkInterfaces") or []]
    own = next((each for each in interfaces if address in (each.get("inet") or [])), None)
    first = own or (interfaces[0] if interfaces else {})
    return kept(
        {
            "device.hostname": said(now, "agentComputerName") or said(detected, "agentComputerName", "name"),
            "device.ip": ip(address) or ip(said(first, "inet")),
            "device.mac": mac(first.get("physical")),
            "device.uid": said(now, "agentUuid") or said(detected, "agentUuid", "uuid"),
            "device.os.name": said(now, "agentOsName") or said(detected, "agentOsName", "osName"),
        }
    )


def star(value: Event, raw: str) -> Row:
    """An alert of a custom rule."""
    info, rule = part(value.get("alertInfo")), part(value.get("ruleInfo"))
    source, parent = part(value.get("sourceProcessInfo")), part(value.get("sourceParentProcessInfo"))
    target = part(value.get("targetProcessInfo"))
    path = said(target, "tgtFilePath") or said(source, "filePath")
    digests = target if said(target, "tgtFilePath") else source
    title = said(rule, "name")
    return {
        **finding(
            title,
            said(info, "eventType") or "STAR",
            said(rule, "severity"),
            raw,
            DispositionId.DETECTED,
            evidence(info, *info),
        ),
        **when(info, "reportedAt", "createdAt", "updatedAt"),
        **machine(part(value.get("agentDetectionInfo")), part(value.get("agentRealtimeInfo"))),
        **kept({"device.ip": ip(info.get("srcMachineIp"))}),
        **started(source, parent),
        **file(plain(path), None, said(digests, "tgtFileHashSha256", "fileHashSha256")),
        **kept(
            {
                "src_endpoint.ip": ip(info.get("srcIp")),
                "src_endpoint.port": port(info.get("srcPort")) or None,
                "dst_endpoint.ip": ip(info.get("dstIp")),
                "dst_endpoint.port": port(info.get("dstPort")) or None,
                "query.hostname": said(info, "dnsRequest"),
                "reg_key.path": said(info, "registryKeyPath", "registryPath"),
                "reg_value.data": said(info, "registryValue"),
            }
        ),
        "finding_info.types": ["STAR", *([kind] if (kind := said(info, "eventType")) else [])],
        "finding_info.uid": said(info, "alertId"),
        "finding_info.analytic.uid": said(rule, "id"),
        "finding_info.analytic.name": title,
        "metadata.log_name": "cloud-detection/alerts",
        "metadata.event_code": said(info, "eventType"),
        "metadata.correlation_uid": said(source, "storyline"),
        "message": said(rule, "description"),
    }


def started(source: Event, parent: Event) -> Row:
    return {
        **process(
            "process", plain(source.get("filePath")), source.get("commandline"), source.get("pid"), source.get("name")
        ),
        **process(
            "process.parent_process",
            plain(parent.get("filePath")),
            parent.get("commandline"),
            parent.get("pid"),
            parent.get("name"),
        ),
        **account("user", said(source, "user", "loginUserName", "effectiveUser")),
    }


def unified(value: Event, raw: str) -> Row:
    """An alert of the platform: of the agent, of rules, of other products that feed it."""
    asset, seen = first(value, "assets", "asset"), part(value.get("detectionTime"))
    source, running, analytics = (part(value.get(name)) for name in ("detectionSource", "process", "analytics"))
    image, attacker = part(running.get("file")), part(seen.get("attacker"))
    kind = said(value, "classification") or said(analytics, "category") or said(source, "product")
    done = disposition(said(value, "result", "mitigationStatus")) or DispositionId.DETECTED
    rest = evidence(value, "confidenceLevel", "analystVerdict", "status", "detectionSource", "attackSurfaces")
    path = plain(image.get("path"))
    running_at_all = path or running.get("cmdLine")
    return {
        **finding(said(value, "name"), kind, said(value, "severity"), raw, done, rest),
        **when(value, "detectedAt", "firstSeenAt", "createdAt", "updatedAt"),
        **kept(
            {
                "device.hostname": said(asset, "name"),
                "device.ip": ip(said(part(first(seen, "assets").get("asset")), "ipV4", "ipV6")),
                "device.uid": said(asset, "agentUuid", "id"),
                "device.os.name": said(asset, "osVersion", "osType"),
                "src_endpoint.ip": ip(attacker.get("ip")),
                "src_endpoint.hostname": said(attacker, "host"),
            }
        ),
        **account("user", said(running, "username") or said(asset, "lastLoggedInUser") or said(target(seen), "name")),
        **(process("process", path, running.get("cmdLine"), None, image.get("name")) if running_at_all else {}),
        **process("process.parent_process", name=running.get("parentName")),
        **file(path, image.get("name"), image.get("sha256")),
        "finding_info.uid": said(value, "id", "externalId"),
        "finding_info.analytic.uid": said(analytics, "uid"),
        "finding_info.analytic.name": said(analytics, "name"),
        "metadata.log_name": "alerts",
        "metadata.event_code": said(source, "product"),
        "metadata.correlation_uid": said(value, "storylineId"),
        "message": said(value, "description"),
    }


def first(value: Event, *names: str) -> Event:
    """The object under the first of the names that has one, of a list its first."""
    for name in names:
        found = value.get(name)
        if found:
            return part(found[0]) if isinstance(found, list) else part(found)
    return {}


def target(seen: Event) -> Event:
    return part(seen.get("targetUser"))
