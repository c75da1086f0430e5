"""``DeviceEvents`` in which Defender itself judged: antivirus, attack surface reduction, exploit protection,
network protection, SmartScreen, controlled folder access, application control.

The end of the name says what was done: ``AsrOfficeChildProcessBlocked``, ``…Audited``. Source: Microsoft, DeviceEvents
table, ActionTypes.
"""

import re

from hinomi.library.formats.processes import said
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.microsoft_defender_xdr.fields import Event, finding, more
from hinomi.ocsf.classes import DispositionId, SeverityId

KINDS = (
    ("AntivirusDetection", "Antivirus"),
    ("AntivirusMalware", "Antivirus"),
    ("AntivirusReport", "Antivirus"),
    ("AmsiScriptDetection", "AMSI"),
    ("Asr", "Attack surface reduction"),
    ("ExploitGuardNetworkProtection", "Network protection"),
    ("NetworkProtection", "Network protection"),
    ("ExploitGuard", "Exploit protection"),
    ("SmartScreen", "SmartScreen"),
    ("ControlledFolderAccess", "Controlled folder access"),
    ("AppControl", "Application control"),
    ("AppLockerBlock", "Application control"),
    ("TamperingAttempt", "Tamper protection"),
)
JUDGED = re.compile(
    r"(?:Blocked|Audited|Warning|Detection|Bypassed?\w*|Override|Attempt|MalwareAction\w*|Report|Block)$"
)
WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
DONE = (
    (re.compile(r"Blocked|Block$"), DispositionId.BLOCKED),
    (re.compile(r"Bypass|Override"), DispositionId.ALLOWED),
)


def row(action: str, event: Event, raw: str) -> Row | None:
    """A finding, None where the event is no verdict."""
    kind = next((kind for start, kind in KINDS if action.startswith(start)), None)
    if kind is None or not JUDGED.search(action):
        return None
    told = more(event)
    threat = said(told, "ThreatName", "Threat")
    experience = said(told, "Experience", "ResponseCategory")
    said_so = WORDS.sub(" ", action)
    return {
        **finding(
            threat or ": ".join(each for each in (said_so, experience) if each),
            [kind, *([experience] if experience else [])],
            severity(kind, action),
            raw,
            done(action, told),
            evidence(told, *told),
        ),
        "message": said_so,
        **({"malware.name": threat} if threat else {}),
    }


def severity(kind: str, action: str) -> SeverityId:
    if action.endswith("Audited"):
        return SeverityId.LOW
    return SeverityId.HIGH if kind in ("Antivirus", "AMSI", "Tamper protection") else SeverityId.MEDIUM


def done(action: str, told: Event) -> DispositionId:
    if told.get("IsAudit") is True:
        return DispositionId.DETECTED
    if str(told.get("WasRemediated")).lower() in ("true", "1"):
        return DispositionId.CORRECTED
    return next((found for pattern, found in DONE if pattern.search(action)), DispositionId.DETECTED)
