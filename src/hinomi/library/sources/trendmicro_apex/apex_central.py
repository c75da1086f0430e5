"""Apex Central's CEF, by kind of log: which fields name the PC, who used it and what was found.

Source: Trend Micro, Apex Central 2019, "Syslog Content Mapping - CEF"; the kind is the word before the colon of
the event class id (``AV:File renamed``), else the id or the name of the event.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hinomi.library.formats import cef
from hinomi.library.formats.addresses import ip, mac, port
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.processes import account, basename, file, joined, process, ransomware, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

Fields = Mapping[str, str]

PRODUCT = ("Trend Micro", "Apex Central")
CREATE, SCAN, LOGON, LOGOFF = 1, 3, 1, 2
META = re.compile(r'"META_([A-Z0-9_]+)"\s*:\s*\[?\s*"([^"]*)"')
PID = re.compile(r'"META_PROCESS_PID"\s*:\s*(\d+)')
NUMBERED = {"1": DispositionId.ALLOWED, "2": DispositionId.BLOCKED}
"""Action of a web reputation log: pass, block."""


def malware(message: cef.Message, custom: Fields) -> Row:
    """``fname`` is the file of spyware, of a virus a hash; then ``msg`` names the file in ``filePath``."""
    said = message.extension
    named = said.get("fname", "")
    name = said.get("msg") if ";0x" in named or not named else basename(named)
    found = custom.get("VirusName") or custom.get("DetectionName") or custom.get("Security_Threat") or message.name
    return {"malware.name": found, **file(joined(said.get("filePath"), name), name)}


def connection(message: cef.Message, custom: Fields) -> Row:
    said = message.extension
    return {
        "src_endpoint.ip": ip(said.get("src")),
        "src_endpoint.port": port(said.get("spt")),
        "dst_endpoint.ip": ip(said.get("dst")),
        "dst_endpoint.port": port(said.get("dpt")),
        **process("actor.process", said.get("deviceProcessName")),
        **({"url.url_string": said["request"]} if said.get("request") else {}),
    }


def behaviour(message: cef.Message, custom: Fields) -> Row:
    return {"reg_key.path": custom.get("Target") or message.extension.get("TMCMLogTarget")}


def mail(message: cef.Message, custom: Fields) -> Row:
    """Senders are hosts here, recipients too."""
    said = message.extension
    recipients = [each.strip() for each in (said.get("dhost") or said.get("duser") or "").split(";") if each.strip()]
    return {
        "email.from": said.get("suser") or said.get("shost"),
        "email.to": recipients or None,
        "email.subject": said.get("msg"),
        "src_endpoint.ip": ip(said.get("src")),
        **file(None, said.get("fname")),
    }


def accessed(message: cef.Message, custom: Fields) -> Row:
    return file(message.extension.get("filePath") or message.extension.get("fname"))


def attack(message: cef.Message, custom: Fields) -> Row:
    """What Attack Discovery saw: objects with names of their own, ``"META_PROCESS_CMD" : [ "…" ]``."""
    objects = " ".join(value for name, value in custom.items() if "ObjectGroup" in name)
    found = dict(META.findall(objects.replace("#012", " ")))
    path = joined(found.get("PATH"), found.get("FILE_NAME"))
    path = path.replace("\\\\", "\\") if path else None
    return {
        **process("process", path, found.get("PROCESS_CMD"), PID.findall(objects)[0] if PID.search(objects) else None),
        **file(None, None, found.get("FILE_SHA2")),
        **account("user", found.get("USER_USER_NAME"), found.get("USER_USER_SERVERNAME")),
    }


@dataclass(frozen=True)
class Log:
    """A kind of log that is a verdict: its kind in Trend Micro's words and where it names PC, address and user."""

    kind: str
    host: tuple[str, ...] = ("shost", "dhost", "dvchost")
    address: tuple[str, ...] = ("src", "dst")
    user: tuple[str, ...] = ("duser", "suser")
    severity: SeverityId = SeverityId.MEDIUM
    details: Callable[[cef.Message, Fields], Row] = accessed
    class_uid: ClassUid = ClassUid.DETECTION_FINDING


LOGS = {
    "AV": Log("Virus/Malware", ("dhost", "shost"), ("dst",), severity=SeverityId.HIGH, details=malware),
    "SPY": Log("Spyware/Grayware", ("dhost", "shost"), ("dst",), details=malware),
    "PML": Log(
        "Predictive Machine Learning", ("shost", "dvchost"), ("dst",), ("suser",), SeverityId.HIGH, details=malware
    ),
    "BM": Log("Behavior Monitoring", address=("src",), severity=SeverityId.HIGH, details=behaviour),
    "WB": Log("Web Reputation", ("shost", "dvchost"), ("src",), details=connection),
    "CnC": Log("C&C Callback", ("shost",), ("src",), severity=SeverityId.HIGH, details=connection),
    "NCIE": Log("Suspicious Connection", ("shost", "dvchost"), ("src",), details=connection),
    "IPS": Log("Intrusion Prevention", ("shost", "dhost", "dvchost"), ("dst",), details=connection),
    "PFW": Log("Firewall Violation", ("shost", "dhost", "dvchost"), ("dst", "src"), details=connection),
    "EAC": Log("Application Control", ("shost", "dvchost"), ("src",), ("suser",), SeverityId.LOW),
    "DLP": Log("Data Loss Prevention", ("shost", "dvchost"), ("src",), ("suser",)),
    "DAC": Log("Device Control", ("shost", "dvchost"), ("src",), severity=SeverityId.LOW),
    "ADE": Log("Attack Discovery", ("dhost",), ("dst",), (), SeverityId.HIGH, attack),
    "VAD": Log("Virtual Analyzer", severity=SeverityId.HIGH, details=malware),
    "SO": Log("Suspicious File", ("shost", "dhost", "dvchost"), severity=SeverityId.HIGH, details=malware),
    "MS": Log("Content Violation", ("dvchost",), (), (), SeverityId.LOW, mail, ClassUid.EMAIL_ACTIVITY),
}
NAMED = {
    "spyware detected": "SPY", "attack discovery detections": "ADE", "data loss prevention": "DLP",
    "device access control": "DAC", "behavior monitoring": "BM", "suspicious file": "SO", "cnc callback": "CnC",
    "suspicious connection": "NCIE", "intrusion prevention": "IPS", "virtual analyzer detections": "VAD",
    "sandbox detection": "VAD", "endpoint application control violation information": "EAC",
    "firewall violation": "PFW", "content security": "MS",
}  # fmt: skip
PREFIXES = {"FH": "SO", "SF": "SO", "VP": "IPS", "FW": "PFW", "IN": "SPY"}
ENCRYPTION = "file encryption"
"""Behavior Monitoring's words for what ransomware does."""
ACCOUNTS = ("Incident_Source_(AD_Account)",)
ADDRESSES = ("Product/Endpoint_IP", "ApplicationControlEvent_ClientIPAddress_V4")
EVIDENCE = ("deviceFacility", "cat", "cnt", "act", "reason", "fileHash", "sproc", "dntdom", "devicePayloadId")


def log_of(message: cef.Message) -> Log | None:
    prefix = message.signature.partition(":")[0].strip()
    key = prefix if prefix in LOGS else PREFIXES.get(prefix) or NAMED.get(message.name.lower())
    return LOGS.get(key or NAMED.get(message.signature.lower(), ""))


def event(message: cef.Message, raw: str) -> Row:
    log = log_of(message)
    return finding(message, log, raw) if log else plain(message)


def finding(message: cef.Message, log: Log, raw: str) -> Row:
    said, custom = message.extension, message.custom()
    done = disposition(message.signature.partition(":")[2], custom.get("ActionResult"), said.get("act"))
    if done is None and log.kind == "Web Reputation":
        done = NUMBERED.get(said.get("act", ""))
    rule = custom.get("SLF_RuleID") or custom.get("NCIE_ThreatName") or custom.get("Policy") or custom.get("Rule")
    columns = {
        **activity(log.class_uid, SCAN if log.class_uid is ClassUid.EMAIL_ACTIVITY else CREATE, product=PRODUCT),
        **machine(message, custom, log),
        **process("process", said.get("sproc"), custom.get("ProcessCommandLine") or custom.get("Command")),
        **log.details(message, custom),
    }
    name = (
        columns.get("malware.name") or rule or (columns.get("url.url_string") if log.kind == "Web Reputation" else None)
    )
    title = name or (message.name if not message.name.isdigit() else log.kind)
    return {
        **columns,
        **verdict(
            title,
            log.kind,
            severity=log.severity,
            raw=raw,
            disposition=done,
            unmapped=evidence({**said, **custom}, *EVIDENCE, *custom),
        ),
        **ransomware(title, "T1486" if ENCRYPTION in title.lower() else None),
        "finding_info.uid": said.get("devicePayloadId") or said.get("deviceExternalId"),
        "finding_info.attacks.technique.uid": techniques(list(custom.values()), said.get("cat")),
        "firewall_rule.name": custom.get("SLF_PolicyName") or custom.get("Policy"),
        "count": integer(said.get("cnt")),
    }


def machine(message: cef.Message, custom: Fields, log: Log) -> Row:
    """The PC that a finding is about, and who used it."""
    said = message.extension
    host = said.get("TMCMLogDetectedHost") or first(said, log.host) or custom.get("Product_Entity/Endpoint")
    address = said.get("TMCMLogDetectedIP") or first(said, log.address) or first(custom, ADDRESSES)
    user = first(said, log.user) or first(custom, ACCOUNTS)
    return {
        "device.hostname": host if not ip(host) else None,
        "device.ip": ip(address) or ip(host),
        "device.mac": mac(said.get("smac")) if log.address != ("dst",) else None,
        "device.os.name": said.get("TMCMdevicePlatform"),
        **(account("user", user) if user and user != host else {}),
    }


def first(said: Fields, names: tuple[str, ...]) -> str | None:
    return next((said[name] for name in names if said.get(name)), None)


def plain(message: cef.Message) -> Row:
    """Sign-ins to managed products, and how they do."""
    said, custom = message.extension, message.custom()
    text = said.get("msg", "")
    name = text.partition("UserName:")[2].partition(",")[0].strip().replace("\\\\", "\\")
    if name and "log" in message.name.lower():
        off = "logged off" in text or "logged out" in text
        return {
            **activity(ClassUid.AUTHENTICATION, LOGOFF if off else LOGON, product=PRODUCT),
            "status_id": int(StatusId.FAILURE if "fail" in text.lower() else StatusId.SUCCESS),
            "message": text,
            "device.hostname": said.get("shost"),
            "src_endpoint.ip": ip(text.partition("IP address:")[2].partition(",")[0].strip()),
            **account("user", name),
        }
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        "message": " ".join(part for part in (message.name, text) if part),
        "device.hostname": said.get("shost") or said.get("dvchost"),
        "device.ip": ip(custom.get("Product/Endpoint_IP")),
    }
