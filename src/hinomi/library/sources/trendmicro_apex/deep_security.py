"""Deep Security's and Workload Security's CEF and LEEF, by number of the event.

Source: Trend Micro, Deep Security, "Syslog message formats": 20, 21 and 100-299 firewall, 1,000,000 intrusion
prevention, 2,000,000 integrity monitoring, 3,000,000 log inspection, 4,000,000 anti-malware, 5,000,000 web
reputation, 6,000,000 application control, 7,000,000 device control; others are system events of the manager.
"""

from hinomi.library.formats import cef
from hinomi.library.formats.addresses import ip, mac, port, protocol
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, disposed, verdict
from hinomi.library.formats.jsonlines import integer
from hinomi.library.formats.processes import account, file, process, ransomware, techniques
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId, StatusId

CREATE, UPDATE, REFUSE, TRAFFIC, LOGON, LOGOFF = 1, 3, 5, 6, 1, 2
SEVERITIES = ((9, SeverityId.CRITICAL), (7, SeverityId.HIGH), (4, SeverityId.MEDIUM), (2, SeverityId.LOW))
"""CEF's 0-10; the first that a severity reaches counts."""
KINDS = {
    1: "Intrusion Prevention",
    3: "Log Inspection",
    4: "Anti-Malware",
    5: "Web Reputation",
    6: "Application Control",
    7: "Device Control",
}
"""Verdicts, by millions of the event's number."""
INTEGRITY = 2
SIGNED_IN = {"600": LOGON, "601": LOGOFF, "602": LOGON, "603": LOGON, "613": LOGON}
REFUSED = {"602", "603"}
EVIDENCE = ("act", "result", "msg", "cs1", "cs2", "cs3", "cs5", "cs6", "fileHash", "target")
MALWARE = ("TrendMicroDsMalwareTarget", "TrendMicroDsFileMD5", "TrendMicroDsFileSHA1", "TrendMicroDsCommandLine")


def event(message: cef.Message, raw: str) -> Row:
    family = int(message.signature) // 1_000_000 if message.signature.isdigit() and len(message.signature) < 10 else 0
    product = (message.vendor, message.product)
    said = message.extension
    if family in KINDS:
        row = finding(message, family, raw)
    elif family == INTEGRITY or message.signature == "30":
        row = {
            **activity(ClassUid.FILE_ACTIVITY, UPDATE, product=product, severity=severity(message.severity)),
            **file(said.get("filePath")),
            "message": " ".join(part for part in (message.name, said.get("act"), said.get("msg")) if part),
        }
    elif "Agent" in message.product and "src" in said:
        done = disposition(said.get("act"))
        row = {
            **activity(
                ClassUid.NETWORK_ACTIVITY, REFUSE if done is DispositionId.BLOCKED else TRAFFIC, product=product
            ),
            **disposed(DispositionId.LOGGED if done is DispositionId.DETECTED else done),
            "firewall_rule.name": message.name,
        }
    elif message.signature in SIGNED_IN:
        row = {
            **activity(ClassUid.AUTHENTICATION, SIGNED_IN[message.signature], product=product),
            "status_id": int(StatusId.FAILURE if message.signature in REFUSED else StatusId.SUCCESS),
            "message": said.get("msg"),
        }
    else:
        row = {
            **activity(ClassUid.BASE_EVENT, 0, product=product, severity=severity(message.severity)),
            "message": " ".join(part for part in (message.name, said.get("msg")) if part),
        }
    return {**row, **machine(message), **connection(message), "metadata.product.version": message.version}


def finding(message: cef.Message, family: int, raw: str) -> Row:
    said, custom = message.extension, message.custom()
    actions = (said.get("result"), said.get("act"), said.get("msg") if family == 5 else None)
    row = {
        **activity(ClassUid.DETECTION_FINDING, CREATE, product=(message.vendor, message.product)),
        **verdict(
            said["request"] if family == 5 and said.get("request") else message.name,
            KINDS[family],
            severity=severity(message.severity),
            raw=raw,
            disposition=disposition(*actions) or DispositionId.DETECTED,
            unmapped=evidence({**said, **custom}, *EVIDENCE, *MALWARE, *custom, "TrendMicroDsRelevantDetectionNames"),
        ),
        "malware.name": message.name if family == 4 else None,
        "url.url_string": said.get("request"),
        "finding_info.attacks.technique.uid": techniques(list(said.values())),
        **file(
            said.get("filePath"), None, said.get("TrendMicroDsFileSHA256") or said.get("fileHash"), said.get("fsize")
        ),
        **process("process", said.get("sproc") or said.get("deviceProcessName"), said.get("TrendMicroDsCommandLine")),
    }
    return row | ransomware(message.name)


def machine(message: cef.Message) -> Row:
    """The protected machine; of an event of the manager, what it is about stands in ``target``."""
    said = message.extension
    name = said.get("dvchost") or said.get("dvc") or ""
    if not name and "Manager" in message.product:
        name, _, address = said.get("target", "").partition(" (")
        name = "" if " " in name or not address else name
    return {
        "device.hostname": name if name and not ip(name) else None,
        "device.ip": ip(said.get("dvc")) or ip(name) or ip(said.get("target", "").partition("(")[2].rstrip(")")),
        "device.uid": message.custom().get("Host ID"),
        **account("user", said.get("suser") or said.get("duser")),
    }


def connection(message: cef.Message) -> Row:
    said = message.extension
    if "src" not in said and "dst" not in said:
        return {}
    return {
        "src_endpoint.ip": ip(said.get("src")),
        "src_endpoint.port": port(said.get("spt")),
        "src_endpoint.mac": mac(said.get("smac")),
        "dst_endpoint.ip": ip(said.get("dst")),
        "dst_endpoint.port": port(said.get("dpt")),
        "traffic.bytes_in": integer(said.get("in")),
        "traffic.bytes_out": integer(said.get("out")),
        "count": integer(said.get("cnt")),
        **(protocol(said["proto"]) if said.get("proto") else {}),
    }


def severity(text: str) -> SeverityId:
    level = int(text) if text.isdigit() and len(text) < 4 else 0
    return next((found for least, found in SEVERITIES if level >= least), SeverityId.INFORMATIONAL)
