"""What the security functions of AlliedWare Plus say: IPS, IP reputation, malware protection, URLs.

    [Drop] MALWARE: Virus detected by signature URL:http://192.0.2.9/a.exe [http] 192.0.2.9:80 -> 192.168.1.20:60784
    Web_Control: BLOCK http://games.example/ requested by 192.168.1.20: Games, 10
    antivirus: Virus EICAR detected in http://files.example/a.zip to 192.168.1.20

Source: Allied Telesis, Advanced Network Protection Feature Overview and Configuration Guide (C613-22104).
"""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import http, threats
from hinomi.library.formats.addresses import endpoint, ip, protocol
from hinomi.library.formats.events import disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

FINDING = {"class_uid": int(ClassUid.DETECTION_FINDING), "activity_id": 1}
REQUEST = {"class_uid": int(ClassUid.HTTP_ACTIVITY), "activity_id": 0}
ENDS = r"(?:\[(?P<protocol>[\w.-]+)\] *)?(?P<src>\S+) -> (?P<dst>\S+)$"
INSPECTED = re.compile(
    r"\[(?P<action>Drop|Alert)\] (?P<engine>\w+): *(?P<title>.*?)[: ]*(?:\(?\bURL: ?(?P<url>\S+?)\)?)? +" + ENDS, re.I
)
REQUESTED = re.compile(r"\[Http\] URL:(?P<url>\S+) +" + ENDS, re.IGNORECASE)
CONTROLLED = re.compile(
    r"\bWeb_Control: (?P<action>\w+) (?P<url>\S+) requested by (?P<src>\S+?): *(?P<category>.*?)(?:, *(?P<rule>\d+))?$"
)
INFECTED = re.compile(r"\bVirus (?P<name>.+?) detected in (?P<url>\S+) to (?P<client>\S+)")
CALLBACK = re.compile(r"CnC|^Bot\b", re.IGNORECASE)
PROBE = re.compile(r"Scanner", re.IGNORECASE)
ASSAULT = re.compile(r"DDoS|Brute", re.IGNORECASE)
MALICIOUS = re.compile(r"malware|malicious|phish|spyware|botnet|virus|hack", re.IGNORECASE)


def inspected(text: str) -> Row | None:
    found = INSPECTED.search(text)
    if not found:
        return None
    dropped = found["action"].lower() == "drop"
    disposition = DispositionId.DROPPED if dropped else DispositionId.DETECTED
    engine, title = found["engine"].upper(), found["title"]
    row = endpoints(found["src"], found["dst"], found["protocol"]) | address(found["url"])
    row |= REQUEST if engine == "URLFILTER" else FINDING
    if engine == "URLFILTER" and not dropped:
        return row | disposed(DispositionId.ALLOWED)
    severity = SeverityId.HIGH if engine == "MALWARE" else SeverityId.MEDIUM
    return row | verdict(
        title or found["url"] or engine,
        engine,
        severity=severity,
        raw=text,
        disposition=disposition,
        category=category(engine, title),
    )


def category(engine: str, title: str) -> UtmCategory | None:
    if engine == "MALWARE":
        return threats.malware(title)
    if engine == "URLFILTER":
        return UtmCategory.MALICIOUS_SITE
    if engine == "IPREP":
        return reputation(title)
    return threats.attack(title)


def reputation(title: str) -> UtmCategory | None:
    """By the list that an address stands on, with which the title begins."""
    if PROBE.search(title):
        return None
    if CALLBACK.search(title):
        return UtmCategory.CNC_CALLBACK
    return UtmCategory.IPS if ASSAULT.search(title) else UtmCategory.MALICIOUS_SITE


def requested(text: str) -> Row | None:
    """A request that URL filtering let pass."""
    found = REQUESTED.search(text)
    if not found:
        return None
    return {
        **REQUEST,
        **endpoints(found["src"], found["dst"], found["protocol"]),
        **address(found["url"]),
        **disposed(DispositionId.ALLOWED),
    }


def controlled(text: str) -> Row | None:
    found = CONTROLLED.search(text)
    if not found:
        return None
    blocked = found["action"].upper() == "BLOCK"
    row: Row = {
        **REQUEST,
        "src_endpoint.ip": ip(found["src"]),
        "url.categories": [found["category"]] if found["category"] else None,
        "firewall_rule.uid": found["rule"],
        **address(found["url"]),
    }
    if not blocked:
        return row | disposed(DispositionId.ALLOWED)
    malicious = MALICIOUS.search(found["category"])
    return row | verdict(
        found["category"] or "Web_Control",
        "Web_Control",
        severity=SeverityId.MEDIUM if malicious else SeverityId.LOW,
        raw=text,
        disposition=DispositionId.BLOCKED,
        category=UtmCategory.MALICIOUS_SITE if malicious else UtmCategory.URL_CATEGORY,
    )


def infected(text: str) -> Row | None:
    """What the proxy's antivirus found on its way to a client."""
    found = INFECTED.search(text)
    if not found:
        return None
    return {
        **FINDING,
        "src_endpoint.ip": ip(found["client"]),
        "malware.name": found["name"],
        **address(found["url"]),
        **verdict(
            found["name"],
            "antivirus",
            severity=SeverityId.HIGH,
            raw=text,
            disposition=DispositionId.BLOCKED,
            category=threats.malware(found["name"]),
        ),
    }


def endpoints(source: str, target: str, named: str | None) -> Row:
    """Both ends of a connection; ``named`` is a protocol of any layer."""
    (src, src_port), (dst, dst_port) = endpoint(source), endpoint(target)
    transport = protocol(named)
    return {
        "src_endpoint.ip": src,
        "src_endpoint.port": src_port,
        "dst_endpoint.ip": dst,
        "dst_endpoint.port": dst_port,
        **(transport if transport["connection_info.protocol_num"] is not None else {"app_name": named}),
    }


def address(url: str | None) -> Row:
    return dict(http.absolute(url)) if url else {}
