"""Activities of the console: new threats and what became of them, sign-ins, operations, states of agents.

The interface, the database's copies (all names in small letters, all values texts) and syslog say the same; names
here are those of the interface in small letters, with those of ``data`` among them. Types of activities are
numbered; a description says the same in English. Source: SentinelOne API, /activities/types.
"""

import re
from collections.abc import Callable

from hinomi.library.formats.addresses import ip, mac, port, protocol
from hinomi.library.formats.dispositions import disposition
from hinomi.library.formats.events import activity, disposed
from hinomi.library.formats.jsonlines import integer, part, texts
from hinomi.library.formats.processes import account, file, kept, process, said
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.sentinelone.findings import PRODUCT, Event, finding, plain, when
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId, SeverityId, StatusId

UPDATE, LOGON, LOGOFF, OPEN, REFUSE, OTHER = 2, 1, 2, 1, 5, 99
STAR = "3608"
NEW_THREATS = frozenset({"18", "19", "20", "4003", "4107", "4108", "16000", STAR})
NEW_THREAT = re.compile(
    r"threat with confidence level|new (?:\w+ )?(?:\w+ )?threat|alert created for|.*automatically marked", re.IGNORECASE
)
SIGN_INS = frozenset({"27", "33", "133", "134"})
SIGN_IN = re.compile(r"logged (?:in to|out of)|fail\w* to (?:log|sign) ?in|log ?in failed", re.IGNORECASE)
DETECTED_ON = re.compile(r", detected on (\S+?)\.?$")
FIREWALL = "5232"
NOBODY = frozenset({"", "unknown", "system", "null", "none", "n/a"})
THREAT = ("threatclassification", "threatclassificationsource", "confidencelevel", "filecontenthash", "filehash",
          "globalstatus", "newstatus", "originalstatus", "mitigationstatus", "storyline", "ruledescription",
          "dveventtype", "secondarydescription", "sitename", "groupname", "threatdetectingengine")  # fmt: skip
PUNCTUATION = re.compile(r"[\s,;'\"\[\]()]+")
TIMES = ("rt", "detectedat", "createdat", "threatdetectiontime", "updatedat")


def flat(value: Event) -> dict[str, object]:
    """All names in small letters, those of ``data`` among the others, which come first."""
    data = {name.lower(): item for name, item in part(value.get("data")).items()}
    own = {name.lower(): item for name, item in value.items() if name != "data" and item is not None}
    return {**data, **own}


def row(value: Event, raw: str, log: str = "activities") -> Row:
    """Columns of one activity."""
    kind, told = said(value, "activitytype", "eventid") or "", said(value, "primarydescription") or ""
    read = reader(kind, told, value)
    found = read(value, told, raw)
    return {
        "message": told or None,
        **found,
        **machine(value),
        **when(value, *(TIMES if kind == STAR else (TIMES[0], *TIMES[2:]))),
        "metadata.log_name": log,
        "metadata.event_code": kind or None,
    }


def reader(kind: str, told: str, value: Event) -> Callable[[Event, str, str], Row]:
    if kind == STAR or ("rulename" in value and "severity" in value):
        return ruled
    if kind in NEW_THREATS or NEW_THREAT.match(told):
        return detected
    if said(value, "threatid"):
        return updated
    if kind in SIGN_INS or SIGN_IN.search(told):
        return signed_in
    if kind == FIREWALL or told.startswith("Firewall Control") or "firewallnotificationtrafficremotehost" in value:
        return firewall
    return operation


def detected(value: Event, told: str, raw: str) -> Row:
    title = said(value, "filedisplayname", "threatname") or told.rpartition(": ")[2]
    kind = said(value, "threatclassification")
    done = handled(value, told) or DispositionId.DETECTED
    return {
        **finding(title, kind, said(value, "severity", "confidencelevel"), raw, done, evidence(value, *THREAT)),
        **threat(value),
        **account("user", *person(value)),
    }


def updated(value: Event, told: str, raw: str) -> Row:
    """What became of a threat that was counted when it was new."""
    return {
        **activity(ClassUid.DETECTION_FINDING, UPDATE, product=PRODUCT),
        **disposed(handled(value, told)),
        **threat(value),
        **account("user", *person(value)),
        "finding_info.title": said(value, "filedisplayname", "threatname"),
    }


def handled(value: Event, told: str) -> DispositionId | None:
    """What was done, out of the status or of the words before the name of the file; names of PCs are no words."""
    names = [name for name in (said(value, "computername"), said(value, "filedisplayname")) if name]
    words = told
    for name in names:
        words = words.replace(name, "")
    return disposition(said(value, "newstatus", "mitigationstatus"), words)


def threat(value: Event) -> Row:
    path = plain(value.get("filepath"))
    command = said(value, "escapedmaliciousprocessarguments", "threatcommandlinearguments")
    return {
        **file(path, value.get("filedisplayname"), said(value, "filehashsha256", "sha256")),
        **(process("process", path, command) if command else {}),
        "finding_info.uid": said(value, "threatid"),
        "metadata.correlation_uid": said(value, "storyline"),
    }


def ruled(value: Event, told: str, raw: str) -> Row:
    """An alert of a custom rule; its process is the source, the file that it touched the target."""
    title = said(value, "rulename")
    target = said(value, "tgtfilepath")
    columns: Row = {
        "src_endpoint.ip": ip(said(value, "srcip")),
        "src_endpoint.port": port(value.get("srcport")) or None,
        "dst_endpoint.ip": ip(said(value, "dstip")),
        "dst_endpoint.port": port(value.get("dstport")) or None,
        "query.hostname": said(value, "dnsrequest"),
        "reg_key.path": said(value, "registrykeypath", "registrypath"),
    }
    kind = said(value, "dveventtype", "threatclassification")
    return {
        **finding(title, "STAR", said(value, "severity"), raw, DispositionId.DETECTED, evidence(value, *THREAT)),
        **{
            name: item
            for side, column in (("", "process"), ("parent", "process.parent_process"))
            for name, item in process(
                column,
                said(value, f"source{side}processfilepath", f"source{side}processpath"),
                said(value, f"source{side}processcommandline"),
                value.get(f"source{side}processpid"),
                said(value, f"source{side}processname"),
            ).items()
        },
        **file(target, None, said(value, "tgtfilehashsha256") if target else said(value, "sourceprocesssha256")),
        **account("user", said(value, "sourceprocessusername")),
        **kept(columns),
        "finding_info.types": ["STAR", *([kind] if kind else [])],
        "finding_info.uid": said(value, "alertid"),
        "finding_info.analytic.uid": said(value, "ruleid"),
        "finding_info.analytic.name": title,
        "metadata.correlation_uid": said(value, "sourceprocessstoryline"),
    }


def signed_in(value: Event, told: str, raw: str) -> Row:
    out, failed = "logged out" in told.lower(), "fail" in told.lower()
    return {
        **activity(ClassUid.AUTHENTICATION, LOGOFF if out else LOGON, product=PRODUCT),
        **account("user", operator(value)),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": said(value, "reason"),
        "src_endpoint.ip": ip(said(value, "ipaddress", "ip")) or ip(told.rpartition(" ")[2]),
    }


def firewall(value: Event, told: str, raw: str) -> Row:
    """A rule of Firewall Control that matched; inbound, the remote side is the source."""
    blocked = (said(value, "action") or told).lower().find("block") >= 0
    inbound = (said(value, "reporteddirection", "direction") or "").lower().startswith("in")
    near, far = ("dst", "src") if inbound else ("src", "dst")
    columns: Row = {
        f"{far}_endpoint.ip": ip(said(value, "reportedremotehost")),
        f"{far}_endpoint.port": port(said(value, "reportedremoteport")),
        f"{near}_endpoint.ip": ip(said(value, "reportedlocalhost")) or ip(address(value)),
        f"{near}_endpoint.port": port(said(value, "reportedlocalport")),
        "connection_info.direction_id": int(DirectionId.INBOUND if inbound else DirectionId.OUTBOUND),
        "firewall_rule.uid": said(value, "ruleid"),
        "firewall_rule.name": said(value, "rulename"),
        "count": integer(value.get("numberofevents")),
    }
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, REFUSE if blocked else OPEN, product=PRODUCT),
        **disposed(DispositionId.BLOCKED if blocked else DispositionId.ALLOWED),
        **kept(columns),
        **kept(protocol(said(value, "reportedprotocol", "protocol"))),
        **process("actor.process", said(value, "processname", "application"), None, value.get("processid")),
    }


def operation(value: Event, told: str, raw: str) -> Row:
    """What somebody did in the console, or what became of an agent."""
    who = operator(value)
    severity = SeverityId.INFORMATIONAL
    if who:
        return {
            **activity(ClassUid.API_ACTIVITY, OTHER, product=PRODUCT, severity=severity),
            **account("actor.user", who),
            "src_endpoint.ip": ip(said(value, "ipaddress")),
        }
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT, severity=severity),
        **account("user", *person(value)),
        "message": told or "SentinelOne",
    }


def operator(value: Event) -> str | None:
    """Who was at the console; ``system`` and ``unknown`` are nobody."""
    found = said(value, "username", "suser", "useremail", "byuser") or ""
    return found if found.lower() not in NOBODY else None


def person(value: Event) -> tuple[str | None]:
    """Who was at the PC."""
    return (said(value, "threatprocessuser", "lastloggedinusername", "sourceusername"),)


def machine(value: Event) -> Row:
    """The PC; alerts of custom rules may name it in their text only."""
    at = DETECTED_ON.search(said(value, "primarydescription") or "")
    macs = (mac(each) for each in pieces(value.get("physical"), value.get("macaddress")))
    return kept(
        {
            "device.hostname": said(value, "origagentname", "computername") or (at[1] if at else None),
            "device.ip": ip(address(value)),
            "device.mac": next((each for each in macs if each), None),
            "device.uid": said(value, "origagentuuid", "uuid", "agentid"),
            "device.os.name": said(value, "origagentosname", "osname", "osfamily", "ostype"),
        }
    )


def address(value: Event) -> str | None:
    """The first address of the PC, one of version 4 before others."""
    found = [each for each in pieces(value.get("agentipv4")) if ip(each)]
    return next((each for each in found if "." in each), found[0] if found else None)


def pieces(*values: object) -> list[str]:
    """Of texts such as ``['192.0.2.1', '2001:db8::1']`` their parts."""
    return [piece for value in values for said_so in texts(value) for piece in PUNCTUATION.split(said_so) if piece]
