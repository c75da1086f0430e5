"""Falcon's verdicts: detection summaries of the event streams, alerts and detects of the interface, CEF.

All are brought to the names of the event streams first. Source: CrowdStrike, "Streaming API Event Dictionary";
"Alerts" and "Detects" of the Falcon API; Falcon SIEM Connector, mapping of CEF.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from hinomi.library.formats.addresses import ip, mac, port, protocol
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import integer, part, text
from hinomi.library.formats.processes import account, file, joined, kept, process, ransomware, said, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

Event = Mapping[str, Any]

PRODUCT = ("CrowdStrike", "Falcon")
CREATE = 1
SEVERITIES = {
    "informational": SeverityId.INFORMATIONAL, "info": SeverityId.INFORMATIONAL, "low": SeverityId.LOW,
    "medium": SeverityId.MEDIUM, "high": SeverityId.HIGH, "critical": SeverityId.CRITICAL,
}  # fmt: skip
FIVE = (SeverityId.INFORMATIONAL, SeverityId.INFORMATIONAL, SeverityId.LOW, SeverityId.MEDIUM, SeverityId.HIGH,
        SeverityId.CRITICAL)  # fmt: skip
HUNDRED = ((80, SeverityId.CRITICAL), (60, SeverityId.HIGH), (40, SeverityId.MEDIUM), (20, SeverityId.LOW))
BLOCKING = ("ProcessBlocked", "OperationBlocked", "RegistryOperationBlocked", "FsOperationBlocked", "KillProcess",
            "KillSubProcess", "KillParent", "BootupSafeguardEnabled")  # fmt: skip
EVIDENCE = ("DetectDescription", "Description", "Objective", "Tactic", "Technique", "FalconHostLink", "IOCType",
            "IOCValue", "PatternId", "PatternDispositionValue", "PatternDispositionDescription", "CompositeId",
            "SHA1String", "MD5String", "GrandparentImageFileName", "GrandparentCommandLine", "Tags", "HostGroups",
            "QuarantineFiles", "FilesWritten", "ExecutablesWritten", "MitreAttack", "SourceProducts",
            "IncidentType", "IOARuleName")  # fmt: skip


def row(event: Event, kind: str, raw: str) -> Row:
    """A finding from an event of ``eventType`` ``kind``."""
    tactic, technique = said(event, "Tactic", "Tactics", "Category"), said(event, "Technique", "Techniques")
    description = said(event, "DetectDescription", "Description", "IncidentDescription", "RuleName")
    title = said(event, "DetectName", "Name", "IOARuleName", "IncidentType") or technique or description or kind
    kinds = [each for each in (tactic, technique) if each] or [kind]
    found = verdict(
        title,
        kinds[0],
        severity=severity(event),
        raw=raw,
        disposition=done(event),
        unmapped=evidence(event, *EVIDENCE),
    )
    return {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=PRODUCT),
        **found,
        **ransomware(title, description, technique),
        **machine(event),
        **processes(event),
        **connection(event),
        **account("user", *person(event), said(event, "SourceAccountObjectSid", "UserSid", "UserId")),
        "finding_info.types": list(dict.fromkeys(kinds)),
        "finding_info.uid": said(
            event, "CompositeId", "DetectId", "IncidentId", "IdentityProtectionIncidentId", "LeadId"
        ),
        "finding_info.attacks.technique.uid": techniques(
            event.get("MitreAttack"), event.get("TechniqueId"), event.get("TechniqueIds"), event.get("TechniqueID")
        ),
        "message": description,
    }


def severity(event: Event) -> SeverityId:
    """By name, else by number: up to 5, or up to 100."""
    named = SEVERITIES.get((said(event, "SeverityName") or "").lower())
    if named:
        return named
    level = integer(event.get("Severity"))
    if level is None:
        return SEVERITIES.get((said(event, "Severity") or "").lower(), SeverityId.MEDIUM)
    if level < len(FIVE):
        return FIVE[level]
    return next((found for least, found in HUNDRED if level >= least), SeverityId.INFORMATIONAL)


def done(event: Event) -> DispositionId:
    """What was prevented; flags say what a policy would do, ``PolicyDisabled`` that it did not."""
    flags = event.get("PatternDispositionFlags")
    flags = part(orjson.loads(flags)) if isinstance(flags, str) and is_json(flags) else part(flags)
    description = said(event, "PatternDispositionDescription") or ""
    if description.startswith("Detection") or flags.get("PolicyDisabled"):
        return DispositionId.DETECTED
    if flags.get("QuarantineFile") or "quarantin" in description.lower():
        return DispositionId.QUARANTINED
    if any(flags.get(flag) for flag in BLOCKING):
        return DispositionId.BLOCKED
    said_so = said(event, "NetworkDetectionType", "ResponseAction")
    return disposition(description, said_so) or DispositionId.DETECTED


def is_json(said: str) -> bool:
    try:
        orjson.loads(said)
    except orjson.JSONDecodeError:
        return False
    return True


def machine(event: Event) -> Row:
    leads = event.get("ThreatgraphIndicators")
    first = part(leads[0]) if isinstance(leads, list) and leads else {}
    names = ("ComputerName", "Hostname", "HostName", "HostnameField", "EndpointName", "SourceEndpointHostName",
             "HostNames")  # fmt: skip
    return kept(
        {
            "device.hostname": first_of(said(event, *names)) or said(first, "Hostname"),
            "device.ip": ip(
                said(event, "LocalIP", "SourceEndpointIpAddress", "EndpointIp", "SourceEndpointIp")
                or first_of(said(event, "IPv4Addresses"))
            ),
            "device.mac": mac(said(event, "MACAddress")),
            "device.uid": said(event, "SensorId", "AgentId", "DeviceId", "aid", "SensorIds") or said(first, "HostId"),
            "device.os.name": said(event, "Platform", "event_platform"),
        }
    )


def first_of(listed: str | None) -> str | None:
    """Of a list in one text its first."""
    return listed.partition(",")[0].strip() if listed else None


def processes(event: Event) -> Row:
    """The process of a detection is a file too; ids are Falcon's own, not the system's."""
    name = said(event, "FileName", "Filename")
    path = joined(said(event, "FilePath", "ImageFileName"), name)
    parent = said(event, "ParentImageFilePath") or said(event, "ParentImageFileName")
    command = event.get("CommandLine")
    found = file(path, name, said(event, "SHA256String", "SHA256Hashes", "ContentSha"))
    if command or "ProcessId" in event:
        found |= process("process", path, command, event.get("LocalProcessId"), name)
        found |= kept({"process.uid": text(event.get("ProcessId"))})
    return found | process("process.parent_process", parent, event.get("ParentCommandLine"))


def connection(event: Event) -> Row:
    """The first of the connections that a detection names, or the indicator it matched."""
    accesses = next(
        (found for name in ("NetworkAccesses", "MobileNetworkConnections") if (found := event.get(name))), None
    )
    first = part(accesses[0]) if isinstance(accesses, list) and accesses else {}
    kind, value = said(event, "IOCType") or "", said(event, "IOCValue")
    asked = next((found for name in ("DnsRequests", "MobileDnsRequests") if (found := event.get(name))), None)
    question = part(asked[0]) if isinstance(asked, list) and asked else {}
    row: Row = {
        "src_endpoint.ip": ip(first.get("LocalAddress")) or ip(said(event, "SourceEndpointIpAddress", "SourceIPs")),
        "src_endpoint.port": port(first.get("LocalPort")),
        "dst_endpoint.ip": ip(first.get("RemoteAddress"))
        or ip(said(event, "IPv4", "IPv6"))
        or (ip(value) if kind.startswith("ip") else None),
        "dst_endpoint.port": port(first.get("RemotePort")),
        "dst_endpoint.hostname": said(event, "TargetEndpointHostName", "DestinationHosts"),
        "url.url_string": said(first, "Url"),
        "query.hostname": value if kind == "domain" else said(event, "DomainName") or said(question, "DomainName"),
    }
    return kept(row) | (kept(protocol(first["Protocol"])) if first.get("Protocol") else {})


def person(event: Event) -> tuple[str | None, str | None]:
    name = said(event, "UserName", "SourceAccountName", "SourceAccountUpn", "UserId") or first_of(
        said(event, "UserNames")
    )
    return name, said(event, "LogonDomain", "MachineDomain", "SourceAccountDomain")


ALERT_NAMES = {
    "cmdline": "CommandLine", "filename": "FileName", "filepath": "FilePath", "sha256": "SHA256String",
    "sha1": "SHA1String", "md5": "MD5String", "display_name": "Name", "name": "DetectName", "scenario": "Scenario",
    "behavior_id": "CompositeId", "alleged_filetype": "FileType", "technique_id": "TechniqueId",
    "tactic_id": "TacticId", "user_name": "UserName", "user_id": "UserSid", "logon_domain": "LogonDomain",
    "severity": "Severity", "severity_name": "SeverityName", "max_severity": "Severity",
    "max_severity_displayname": "SeverityName", "composite_id": "CompositeId", "detection_id": "DetectId",
    "description": "Description", "tactic": "Tactic", "technique": "Technique", "objective": "Objective",
    "pattern_disposition_description": "PatternDispositionDescription", "process_id": "ProcessId",
    "local_process_id": "LocalProcessId", "falcon_host_link": "FalconHostLink", "ioc_type": "IOCType",
    "ioc_value": "IOCValue", "agent_id": "AgentId", "source_account_name": "SourceAccountName",
    "source_account_domain": "SourceAccountDomain", "source_account_object_sid": "SourceAccountObjectSid",
    "source_endpoint_host_name": "SourceEndpointHostName", "source_endpoint_ip_address": "SourceEndpointIpAddress",
    "target_endpoint_host_name": "TargetEndpointHostName", "mitre_attack": "MitreAttack", "pattern_id": "PatternId",
    "parent_cmdline": "ParentCommandLine", "quarantined_files": "QuarantineFiles", "tags": "Tags",
    "source_products": "SourceProducts", "incident_id": "IncidentId", "device_id": "DeviceId", "lead_id": "LeadId",
    "computer_name": "ComputerName", "host_names": "HostNames", "source_hosts": "SourceHosts",
    "source_ips": "SourceIPs", "destination_hosts": "DestinationHosts", "user_names": "UserNames",
}  # fmt: skip
DEVICE_NAMES = {
    "hostname": "ComputerName", "local_ip": "LocalIP", "mac_address": "MACAddress", "device_id": "AgentId",
    "machine_domain": "MachineDomain", "platform_name": "Platform",
}  # fmt: skip


def from_interface(value: Event) -> Event:
    """An alert or detect of the interface by the names of the event streams; of behaviours the first."""
    behaviours = value.get("behaviors")
    first = part(behaviours[0]) if isinstance(behaviours, list) and behaviours else {}
    found: dict[str, Any] = {}
    for source in (value, first):
        found |= {ALERT_NAMES[name]: item for name, item in source.items() if name in ALERT_NAMES and item is not None}
    if "Name" in found:
        found["DetectName"] = found["Name"]
    found |= {DEVICE_NAMES[name]: item for name, item in part(value.get("device")).items() if name in DEVICE_NAMES}
    parent = part(value.get("parent_details") or first.get("parent_details"))
    found |= kept(
        {
            "ParentImageFileName": text(parent.get("filepath")) or text(parent.get("filename")),
            "ParentCommandLine": text(parent.get("cmdline") or parent.get("parent_cmdline")),
        }
    )
    details = part(value.get("pattern_disposition_details") or first.get("pattern_disposition_details"))
    flags = {"".join(word.capitalize() for word in name.split("_")): item for name, item in details.items()}
    if "KillSubprocess" in flags:
        flags["KillSubProcess"] = flags.pop("KillSubprocess")
    if flags:
        found["PatternDispositionFlags"] = flags
    leads = value.get("threatgraph_indicators")
    lead = part(leads[0]) if isinstance(leads, list) and leads else {}
    found |= kept({"HostnameField": text(lead.get("hostname"))})
    if isinstance(behaviours, list):
        found["MitreAttack"] = [part(each).get("technique_id") for each in behaviours]
    return found
