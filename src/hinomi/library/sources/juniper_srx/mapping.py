"""Juniper SRX to OCSF, in the structured and in the text format of Junos.

Security messages (RT_FLOW, RT_UTM, RT_IDP, RT_IDS, RT_SECINTEL, RT_AAMW) and those of Junos itself (mgd, sshd,
kmd and any other process, which become Base Events). Source: Junos OS, "System Log Explorer".
"""

from collections.abc import Callable
from datetime import datetime

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import textlines, times
from hinomi.library.formats.rows import Row
from hinomi.library.formats.textlines import Line
from hinomi.library.sources.juniper_srx import findings, flows, people, records
from hinomi.library.sources.juniper_srx.records import Record
from hinomi.ocsf.classes import SeverityId

FLOWS: tuple[tuple[tuple[str, ...], Callable[[Record, datetime | None], Row]], ...] = (
    (("RT_FLOW_SESSION_", "APPTRACK_SESSION_", "IDP_SESSION_LOG"), flows.flow),
    (("PFE_FW_SYSLOG",), flows.filtered),
)
VERDICTS: tuple[tuple[tuple[str, ...], Callable[[Record, str], Row]], ...] = (
    (("WEBFILTER_URL_",), findings.web),
    (("AV_VIRUS_DETECTED", "AV_MALWARE"), findings.virus),
    (("AV_",), findings.unscanned),
    (("CONTENT_FILTERING_",), findings.content),
    (("ANTISPAM_SPAM_DETECTED",), findings.spam),
    (("IDP_ATTACK_LOG", "IDP_APPDDOS_APP_ATTACK", "IDP_APPDDOS_APP_STATE"), findings.attack),
    (("RT_SCREEN_",), findings.screen),
    (("SECINTEL_",), findings.secintel),
    (("AAMW_", "SRX_AAMW_"), findings.advanced),
)
SETTINGS = (
    "AV_PATTERN",
    "AV_SCANNER_READY",
    "AV_SCAN_ENGINE",
    "RT_SCREEN_WHITE_LIST",
    "SECINTEL_FEED",
    "SECINTEL_DAEMON",
    "AAMW_CONTENT_FALLBACK",
)
"""Tags that begin like a verdict's but are about the firewall."""
PRODUCT = ("Juniper Networks", "SRX")
LEVELS = (
    SeverityId.FATAL,
    SeverityId.CRITICAL,
    SeverityId.CRITICAL,
    SeverityId.HIGH,
    SeverityId.MEDIUM,
    SeverityId.LOW,
    SeverityId.INFORMATIONAL,
    SeverityId.INFORMATIONAL,
)
"""Severities of RFC 5424, for messages that are no verdicts."""


def normalize(payload: bytes, context: Context) -> Normalized:
    """A message a line. A time without a zone is in ``context.timezone``."""

    def event(line: Line) -> Row | Reject:
        record = records.read(line)
        if record is None:
            return line.reject(Reason.NOT_THIS_FORMAT, "Junos のログではありません (no log of Junos)")
        time = times.iso(record.time, context.timezone) if record.time else None
        row = mapped(record, line, time)
        if time:
            row["time"], row["metadata.original_time"] = time, record.time
        elif not line.header.time and "epoch-time" in record.values:
            row["time"] = times.epoch(record.values["epoch-time"])
            row["metadata.original_time"] = record.values["epoch-time"]
        if record.cut:
            row["metadata.labels"] = ["truncated"]
        row["metadata.product.vendor_name"], row["metadata.product.name"] = PRODUCT
        row["metadata.log_name"] = record.process
        row["metadata.event_code"] = record.tag or None
        return row

    return textlines.normalize(payload, context, event)


def mapped(record: Record, line: Line, time: datetime | None) -> Row:
    tag = record.tag
    if tag and not tag.startswith(SETTINGS):
        for tags, read in FLOWS:
            if tag.startswith(tags):
                return read(record, time)
        for tags, judge in VERDICTS:
            if tag.startswith(tags):
                return judge(record, line.whole)
    if record.message.startswith("FW: ") and record.values:
        return flows.filtered(record, time)
    row = people.own(record)
    row["device.hostname"] = record.host or line.header.host
    if line.header.priority is not None and not row["class_uid"]:
        row["severity_id"] = int(LEVELS[line.header.priority % 8])
    return row
