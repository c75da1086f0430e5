"""Cisco IOS, IOS-XE, IOS-XR and NX-OS messages to OCSF.

Access lists, the zone firewall and audit trails → Network Activity; SEC_LOGIN, SSH, DMI and AAA → Authentication;
configuration → Device Config State Change; crypto sessions → Tunnel Activity; IPS signatures, quiet mode, port
security and half-open limits → Detection Finding; everything else is a Base Event with its text.
Source: Cisco IOS and NX-OS System Message Guides; Security Configuration Guide, "ACL Syslog Correlation", "IOS IPS".
"""

import re
from collections.abc import Callable

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import cisco, textlines
from hinomi.library.formats.cisco import Message
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.formats.syslog_message import sender
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.cisco_ios import access, threats, traffic
from hinomi.ocsf.classes import ClassUid, SeverityId

VENDOR, IOS, NX_OS, XR = "Cisco", "IOS", "NX-OS", "IOS XR"
NEXUS = re.compile(r"ACLLOG|VSHD|L2FM|SYSMGR|MODULE|ETHPORT|ETH_PORT|AUTHPRIV|DAEMON|VPC|SNMPD|LOCAL\d|LOG_|AAA_ACCT")
ROUTED = re.compile(r"(?:SECURITY|MGBL|PKT_INFRA|ROUTING|L2|OS|PLATFORM|ACL|LICENSE|FABRIC|HA)-")
REPEATED = re.compile(r"last message repeated (\d{1,9}) times")
FOREIGN = re.compile(r"[{\[<]|CEF:|LEEF:|\S+=\"|\w+=\S+ \w+=\S+ \w+=")

Rule = Callable[[Message, str], Row | None]
RULES: tuple[Rule, ...] = (threats.find, traffic.find, access.find)


def normalize(payload: bytes, context: Context) -> Normalized:
    """A message a line. Times without a zone that says itself are in ``context.timezone``."""
    return textlines.normalize(payload, context, lambda line: event(line, context))


def event(line: Line, context: Context) -> Row | Reject:
    message = cisco.read(line, context)
    if not message:
        return bare(line, context)
    row = next((found for rule in RULES if (found := rule(message, line.whole))), None)
    base = activity(ClassUid.BASE_EVENT, 0, product=(VENDOR, product(message)), severity=message.severity)
    row = base | {"severity_id": int(SeverityId.INFORMATIONAL), **row} if row else base
    row |= {"message": message.text, "metadata.log_name": message.facility, "metadata.event_code": message.code}
    if row["class_uid"] != ClassUid.NETWORK_ACTIVITY and not row["is_alert"]:
        row |= {"device.hostname": message.host, "device.ip": message.address}
    if message.time:
        row |= {"time": message.time, "metadata.original_time": message.original}
    return row


def product(message: Message) -> str:
    if NEXUS.match(message.facility):
        return NX_OS
    return XR if ROUTED.match(message.facility) else IOS


def bare(line: Line, context: Context) -> Row | Reject:
    """Devices also write lines without a tag: banners, NTP, what ``show version`` says after a restart."""
    if FOREIGN.match(line.text):
        return line.reject(Reason.NOT_THIS_FORMAT, "Cisco の行ではありません (no %FACILITY-n-MNEMONIC: tag)")
    row = activity(ClassUid.BASE_EVENT, 0, product=(VENDOR, IOS)) | {"metadata.log_name": line.header.app}
    stamp = None if line.header.time else cisco.STAMP.search(line.text)
    if not stamp:
        return row | sender(line.header.host) | {"message": line.text}
    before, text = line.text[: stamp.end()] + ":", line.text[stamp.end() :].lstrip(": ")
    host, address = cisco.sender(before)
    time, original = cisco.moment(before, context)
    repeated = REPEATED.match(text)
    row |= {"device.hostname": host, "device.ip": address, "time": time, "metadata.original_time": original}
    return row | {"message": text, "count": int(repeated[1]) if repeated else None}
