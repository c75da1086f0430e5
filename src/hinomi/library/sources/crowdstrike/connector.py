"""CEF and LEEF of the Falcon SIEM Connector, by the names of the event streams.

The signature is the type of the event, except for audits where it is the operation and ``cat`` the type.
Source: CrowdStrike, Falcon SIEM Connector, cs.falconhoseclient.cef.cfg and .leef.cfg.
"""

from typing import Any

from hinomi.library.formats import cef, leef

NAMES = {
    "dhost": "ComputerName", "shost": "ComputerName", "dvchost": "ComputerName", "identHostName": "ComputerName",
    "duser": "UserName", "suser": "UserName", "usrName": "UserName",
    "dntdom": "MachineDomain", "sntdom": "MachineDomain", "domain": "MachineDomain",
    "msg": "DetectDescription", "description": "DetectDescription", "fname": "FileName", "fileName": "FileName",
    "filePath": "FilePath", "src": "LocalIP", "dvc": "LocalIP", "smac": "MACAddress", "srcMAC": "MACAddress",
    "cat": "Tactic", "tactic": "Tactic", "act": "Technique", "technique": "Technique", "reason": "Objective",
    "outcome": "PatternDispositionValue", "CSMTRPatternDisposition": "PatternDispositionDescription",
    "patternDisposition": "PatternDispositionDescription", "externalId": "SensorId", "externalID": "SensorId",
    "deviceProcessName": "ServiceName", "sourceTranslatedAddress": "UserIp", "destinationTranslatedAddress": "UserIp",
    "commandLine": "CommandLine", "sha256fileHash": "SHA256String", "sha256": "SHA256String",
    "detectionId": "DetectId", "severityName": "SeverityName", "parentCommandLine": "ParentCommandLine",
    "parentImageFileName": "ParentImageFileName", "Severity": "Severity",
}  # fmt: skip
OWN = frozenset({"DetectId", "DetectName", "Technique", "Tactic", "FileName", "FilePath", "CommandLine", "SensorId",
                 "FalconHostLink", "ProcessId", "ParentProcessId", "CompositeId", "Offset"})  # fmt: skip
"""Labels of custom fields that are names of the event streams."""


def event(text: str) -> tuple[str, dict[str, Any]] | None:
    """The type of the event and its fields, ``rt`` among them as ``eventCreationTime``; None if it is none of ours."""
    message = read(text)
    if message is None or not message.vendor.lower().startswith("crowdstrike"):
        return None
    said, custom = message.extension, message.custom()
    kind = message.signature if message.signature.endswith("Event") else said.get("cat", message.signature)
    fields: dict[str, Any] = {}
    for name, value in said.items():
        fields.setdefault(NAMES.get(name, name), value)
    fields |= {name: value for name, value in custom.items() if name in OWN}
    if kind.endswith("AuditEvent"):
        fields |= {"OperationName": message.signature, "UserId": fields.get("UserName"), "Success": said.get("outcome")}
    else:
        fields.setdefault("Severity", message.severity)
        if fields.get("Tactic") == kind:
            fields["Tactic"] = message.name if message.name != kind else ""
    fields["eventCreationTime"] = said.get("rt") or said.get("devTime")
    return kind, fields


def read(text: str) -> cef.Message | None:
    if "LEEF:" not in text[:64]:
        return cef.parse(text)
    found = leef.parse(text)
    if found is None:
        return None
    said = dict(found.attributes)
    kind = said.get("cat", found.event)
    return cef.Message(found.vendor, found.product, found.version, kind, found.event, said.get("sev", ""), said)
