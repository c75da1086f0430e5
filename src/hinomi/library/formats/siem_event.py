"""What a product of any kind told in a format for SIEMs (CEF, LEEF), by what its fields say.

    report = Report(vendor, product, version, code, name, severity, said, labelled)
    row = event(report, line)      # without a time

``said`` is by the keys of CEF's extension dictionary, in its own spelling; a reader of another format renames.
Traffic is by the common use of ``in`` (what the source received) and ``out``, which is not that of the standard.
Source: ArcSight Common Event Format, implementation standard, version 25, "Extension dictionary".
"""

import re
from collections.abc import Mapping

import orjson

from hinomi.library.formats import http, siem_verdict, sign_in
from hinomi.library.formats.accounts import user
from hinomi.library.formats.addresses import ip, mac, port, present, protocol
from hinomi.library.formats.dispositions import disposition as done
from hinomi.library.formats.events import disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.library.formats.siem_verdict import Report
from hinomi.library.formats.syslog_message import configuration, sender
from hinomi.library.formats.textlines import Line
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId, StatusId

__all__ = ["Report", "event", "headed", "mail"]

SEND, RECEIVE, SCAN = 1, 2, 3
REFUSE, TRAFFIC = 5, 6
PASSED = re.compile(r"(?:accept|allow|permit|pass|forward)", re.IGNORECASE)
HEAD = re.compile(r"1? ?(\d{4}-\d\d-\d\dT\S+) (\S+) ")
SEPARATOR = re.compile(r"[\\/]")
SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
PATH = re.compile(r"url ?-?path$|^url$|^uri$", re.IGNORECASE)
METHOD = re.compile(r"method$", re.IGNORECASE)
RULE = re.compile(r"^(?:rule|policy|\w*rule ?name|\w*policy ?name|access ?rule)$", re.IGNORECASE)
COUNTRY = re.compile(r"^(?:source|src|sender) ?country", re.IGNORECASE)
IDENTITY = re.compile(r"(?:msg|message)[ _-]?u?id$", re.IGNORECASE)
DIRECTIONS = {"0": int(DirectionId.INBOUND), "1": int(DirectionId.OUTBOUND)}
REFUSALS = frozenset(
    int(each) for each in (DispositionId.BLOCKED, DispositionId.DROPPED, DispositionId.RESET, DispositionId.REJECTED)
)
PASSING = (ClassUid.NETWORK_ACTIVITY, ClassUid.HTTP_ACTIVITY, ClassUid.EMAIL_ACTIVITY)
LARGEST = 1 << 62
NAMED = frozenset(
    {
        *("src", "spt", "shost", "smac", "suser", "dst", "dpt", "dhost", "duser", "proto", "app", "in", "out", "act"),
        *("request", "requestMethod", "requestClientApplication", "fname", "filePath", "fsize", "fileHash", "sproc"),
        *("deviceInboundInterface", "deviceOutboundInterface", "deviceDirection", "msg", "cnt", "rt", "outcome"),
    }
)
"""Keys that have columns of their own."""


def headed(line: Line, mark: str) -> Line:
    """The line from ``mark`` on. Before it may stand a header of RFC 5424 that lacks its last fields."""
    at = line.text.find(mark)
    if at <= 0:
        return line
    found = None if line.header.time else HEAD.match(line.text)
    header = line.header._replace(time=found[1], host=found[2]) if found else line.header
    return line._replace(text=line.text[at:], header=header)


def event(report: Report, line: Line) -> Row:
    """The event that a report tells, or the verdict that it is; ``time`` is the reader's part."""
    said = report.said
    judged = siem_verdict.is_verdict(report)
    kind, activity_id = of_class(report, judged)
    row: Row = {
        "class_uid": int(kind),
        "activity_id": activity_id,
        "severity_id": int(report.level),
        "is_alert": False,
        "message": said.get("msg", "").strip('"') or report.name or report.code,
        "metadata.product.vendor_name": report.vendor or None,
        "metadata.product.name": report.product or None,
        "metadata.product.version": report.version or None,
        "metadata.event_code": report.code or None,
        "metadata.log_name": siem_verdict.kind(report),
        "count": whole(said.get("cnt")),
        "status_id": status(said.get("outcome")),
        **(mail(report) if kind is ClassUid.EMAIL_ACTIVITY else people(said)),
        **ends(report),
        **page(report),
        **things(report),
    }
    row |= disposed(disposition(report, judged))
    if kind is ClassUid.AUTHENTICATION:
        row |= signed(report, row)
    if kind is ClassUid.NETWORK_ACTIVITY and row.get("disposition_id") in REFUSALS:
        row["activity_id"] = REFUSE
    row |= machine(report, row, line)
    return row | finding(report, row, line) if judged else row


def of_class(report: Report, judged: bool) -> tuple[ClassUid, int]:
    said = report.said
    if is_mail(report):
        return ClassUid.EMAIL_ACTIVITY, {"0": RECEIVE, "1": SEND}.get(said.get("deviceDirection", ""), SCAN)
    if not judged and sign_in.WORDS.search(report.title):
        return ClassUid.AUTHENTICATION, sign_in.LOGON
    if not judged and sign_in.OUT.search(report.title):
        return ClassUid.AUTHENTICATION, sign_in.LOGOFF
    if said.get("request") or said.get("requestMethod") or labelled(report, PATH):
        return ClassUid.HTTP_ACTIVITY, http.activity_id(said.get("requestMethod") or labelled(report, METHOD))
    if judged:
        return ClassUid.DETECTION_FINDING, 1
    if (present(address(said, "src")) and present(address(said, "dst"))) or (said.get("dpt") and said.get("proto")):
        return ClassUid.NETWORK_ACTIVITY, TRAFFIC
    if configuration(f"{report.title} {said.get('msg', '')}"):
        return ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1
    return ClassUid.BASE_EVENT, 0


def is_mail(report: Report) -> bool:
    """Whether both sides are mail addresses, or one is and the product says that it is about mail."""
    sides = [side for side in ("suser", "duser") if "@" in report.said.get(side, "")]
    return len(sides) == 2 or bool(sides and re.search("mail", report.product, re.IGNORECASE))


def mail(report: Report) -> Row:
    said = report.said
    to = [each.strip() for each in re.split("[;,]", said.get("duser", "")) if each.strip()]
    identity = next((value for label, value in report.labelled.items() if IDENTITY.search(label)), None)
    return {
        "email.from": present(said.get("suser")),
        "email.to": to or None,
        "email.subject": said.get("msg", "").strip("'") or None,
        "email.message_uid": identity.strip("'<> ") if identity else None,
    }


def people(said: Mapping[str, str]) -> Row:
    return user(said.get("suser") or said.get("duser") or said.get("sourceUserName"))


def ends(report: Report) -> Row:
    """Both ends of a connection."""
    said = report.said
    named, _, application = said.get("proto", "").partition("/")
    application = present(application or said.get("app")) or ""
    source, target = address(said, "src"), address(said, "dst")
    return {
        "src_endpoint.ip": ip(source),
        "src_endpoint.port": port(said.get("spt", "").strip()),
        "src_endpoint.hostname": host(said.get("shost") or said.get("sourceHostName") or source),
        "src_endpoint.mac": mac(said.get("smac")),
        "src_endpoint.interface_name": said.get("deviceInboundInterface") or None,
        "src_endpoint.location.country": labelled(report, COUNTRY),
        "dst_endpoint.ip": ip(target),
        "dst_endpoint.port": port(said.get("dpt", "").strip()),
        "dst_endpoint.hostname": host(said.get("dhost") or target),
        "dst_endpoint.interface_name": said.get("deviceOutboundInterface") or None,
        "connection_info.direction_id": DIRECTIONS.get(said.get("deviceDirection", "")),
        **protocol(present(named)),
        "traffic.bytes_in": whole(said.get("in")),
        "traffic.bytes_out": whole(said.get("out")),
        "app_name": application if application and not application.isdigit() else None,
        "firewall_rule.name": present(labelled(report, RULE)),
    }


def address(said: Mapping[str, str], side: str) -> str | None:
    """An address of either family, however the key is written."""
    custom, long = {"src": ("c6a2", "sourceAddress"), "dst": ("c6a3", "destinationAddress")}[side]
    return said.get(side) or said.get(long) or said.get(custom)


def host(text: str | None) -> str | None:
    """A name; not an address, and not what a product writes for neither."""
    name = present(text)
    return name if name and not ip(name) and " " not in name and "@" not in name else None


def page(report: Report) -> Row:
    said = report.said
    target = said.get("request") or labelled(report, PATH)
    row: Row = {
        "http_request.http_method": said.get("requestMethod") or labelled(report, METHOD),
        "http_request.user_agent": said.get("requestClientApplication") or None,
    }
    if not target:
        return row
    name, _, path = target.partition("/")
    if "://" in target or not name:
        return row | http.url("http", host(said.get("dhost")), target)
    return row | {
        "url.url_string": target,
        "url.hostname": http.hostname(name) if "." in name else None,
        "url.path": f"/{path.partition('?')[0]}",
    }


def things(report: Report) -> Row:
    """Files and processes."""
    said = report.said
    hashed = said.get("fileHash", "")
    process = said.get("sproc") or said.get("deviceProcessName")
    name, path = present(said.get("fname")), present(said.get("filePath"))
    path = path or (name if name and SEPARATOR.search(name) else None)
    return {
        "file.name": SEPARATOR.split(name or path or "")[-1] or None,
        "file.path": path,
        "file.size": whole(said.get("fsize")),
        "file.hashes.sha256": hashed.lower() if SHA256.fullmatch(hashed) else None,
        "process.name": SEPARATOR.split(process)[-1] if process else None,
        "process.file.path": process if process and SEPARATOR.search(process) else None,
        "malware.name": siem_verdict.threat(report, siem_verdict.NAMING_MALWARE),
    }


def machine(report: Report, row: Row, line: Line) -> Row:
    """The machine that a report is about, or else the product's own: not where something only passes through it."""
    said = report.said
    kind = row["class_uid"]
    attacked = kind == ClassUid.DETECTION_FINDING and row["src_endpoint.ip"] and not row["file.name"]
    if kind in PASSING or attacked:
        return {}
    names = [said.get("dvchost"), said.get("deviceHostName")]
    if kind != ClassUid.AUTHENTICATION:
        names += [said.get("shost"), said.get("dhost")]
    name = next((found for each in names if (found := host(each))), None)
    numbered = ip(said.get("dvc"))
    return {"device.hostname": name, "device.ip": numbered} if name or numbered else sender(line.header.host)


def signed(report: Report, row: Row) -> Row:
    """Whether a sign-in succeeded, and by its text whose it is where no field says so."""
    said = report.said
    text = said.get("msg", "")
    told = f"{report.title} {said.get('outcome', '')} {said.get('act', '')} {text}"
    return {
        "status_id": int(StatusId.FAILURE if sign_in.BAD.search(told) else StatusId.SUCCESS),
        "user.name": row.get("user.name") or sign_in.user(text, strictly=True),
        "src_endpoint.ip": row["src_endpoint.ip"] or sign_in.address(text),
    }


def status(outcome: str | None) -> int | None:
    if not outcome:
        return None
    return int(StatusId.FAILURE if sign_in.BAD.search(outcome) else StatusId.SUCCESS)


def disposition(report: Report, judged: bool) -> DispositionId | None:
    """What was done, by the action; of a verdict without one, by its name."""
    act = report.said.get("act", "").strip()
    if PASSED.match(act):
        return DispositionId.ALLOWED
    if not judged and act.lower() in ("", "none", "log"):
        return None
    return done(act, report.name if judged else None)


def finding(report: Report, row: Row, line: Line) -> Row:
    title = siem_verdict.title(report)
    kept = {key: value for key, value in report.said.items() if key not in NAMED and value}
    return verdict(
        title,
        siem_verdict.kind(report) or siem_verdict.called(report) or title,
        severity=max(report.level, SeverityId.LOW),
        raw=line.whole,
        disposition=DispositionId(row["disposition_id"]) if row.get("disposition_id") else None,
        category=siem_verdict.category(report),
        unmapped=orjson.dumps(kept).decode() if kept else None,
    )


def labelled(report: Report, pattern: re.Pattern[str]) -> str | None:
    """The custom field whose label fits."""
    return next((value for label, value in report.labelled.items() if value and pattern.search(label)), None)


def whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 and int(text) < LARGEST else None
