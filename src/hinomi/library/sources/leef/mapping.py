"""LEEF of any product, by what its attributes say.

Source: IBM, QRadar Log Event Extended Format (LEEF), version 2, "Predefined LEEF event attributes".
"""

from hinomi.library.contracts import Context, Normalized, Reason, Reject
from hinomi.library.formats import leef, siem_event, syslog, textlines
from hinomi.library.formats.rows import Row
from hinomi.library.formats.siem_event import Report
from hinomi.library.formats.textlines import Line

NAMES = {
    "srcport": "spt",
    "dstport": "dpt",
    "usrname": "suser",
    "src_user": "suser",
    "accountname": "suser",
    "srcuser": "suser",
    "sourceuser": "suser",
    "destinationuser": "duser",
    "dstuser": "duser",
    "srcmac": "smac",
    "dstmac": "dmac",
    "srcbytes": "out",
    "sent_bytes": "out",
    "bytesout": "out",
    "dstbytes": "in",
    "rcvd_bytes": "in",
    "bytesin": "in",
    "identhostname": "shost",
    "srchost": "shost",
    "dsthost": "dhost",
    "dstname": "dhost",
    "hostname": "dvchost",
    "devname": "dvchost",
    "action": "act",
    "disp": "act",
    "url": "request",
    "method": "requestMethod",
    "op": "requestMethod",
    "useragent": "requestClientApplication",
    "filename": "fname",
    "file": "fname",
    "filepath": "filePath",
    "filesize": "fsize",
    "sha256": "fileHash",
    "application": "app",
    "app_name": "app",
    "reason": "msg",
    "message": "msg",
    "description": "msg",
    "result": "outcome",
    "status": "outcome",
    "ingressinterface": "deviceInboundInterface",
    "in_if": "deviceInboundInterface",
    "egressinterface": "deviceOutboundInterface",
    "out_if": "deviceOutboundInterface",
    "repeatcount": "cnt",
    "count": "cnt",
}
"""Attributes in lower case by the keys of CEF; of several that mean the same the first that is filled counts."""
TITLES = ("name", "eventName", "event_name", "EventName", "threat", "msg", "cat", "Subtype", "EventDescription")


def normalize(payload: bytes, context: Context) -> Normalized:
    return textlines.normalize(payload, context, lambda line: event(line, context))


def event(line: Line, context: Context) -> Row | Reject:
    line = siem_event.headed(line, "LEEF:")
    message = leef.parse(line.text)
    if message is None:
        return line.reject(Reason.NOT_THIS_FORMAT, "LEEF ではありません (no LEEF)")
    attributes = message.attributes
    said: dict[str, str] = {}
    for key, value in attributes.items():
        if value:
            said.setdefault(NAMES.get(key.lower(), key), value)
    report = Report(
        message.vendor.strip(),
        message.product.strip(),
        message.version.strip(),
        message.event.strip(),
        next((attributes[key] for key in TITLES if attributes.get(key)), ""),
        attributes.get("sev") or attributes.get("severity") or "",
        said,
        {key.lower(): value for key, value in attributes.items()},
    )
    row = siem_event.event(report, line)
    sent = line.header.time
    told = leef.moment(attributes, context.timezone)
    row["time"] = told or (syslog.moment(sent, context.timezone, context.received) if sent else None)
    row["metadata.original_time"] = attributes["devTime"] if told else sent
    return row
