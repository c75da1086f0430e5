"""Cisco Secure Email's one line a message, which keeps its verdicts in fields of its own.

Source: Cisco, User Guide for AsyncOS for Secure Email Gateway, "Logging", "Consolidated Event Logs".
"""

import re

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats import mime, siem_event
from hinomi.library.formats.events import disposed, verdict
from hinomi.library.formats.rows import Row
from hinomi.library.formats.siem_event import Report
from hinomi.library.formats.textlines import Line
from hinomi.library.formats.threats import evidence, malware
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CODE = "ESA_CONSOLIDATED_LOG_EVENT"
SEND, RECEIVE, SCAN = 1, 2, 3
ACTS = {
    "DELIVERED": DispositionId.ALLOWED,
    "DROPPED": DispositionId.DROPPED,
    "QUARANTINED": DispositionId.QUARANTINED,
    "DQ": DispositionId.QUARANTINED,
    "BOUNCED": DispositionId.REJECTED,
    "ABORTED": DispositionId.BLOCKED,
}
ENGINES = (
    ("ESAAVVerdict", "virus", UtmCategory.MALWARE, SeverityId.HIGH),
    ("ESAAMPVerdict", "malware", UtmCategory.MALWARE, SeverityId.HIGH),
    ("ESAOFVerdict", "outbreak", UtmCategory.MALWARE, SeverityId.HIGH),
    ("ESAASVerdict", "spam", UtmCategory.SPAM, SeverityId.LOW),
)
"""Field, kind, category and severity of each engine, the gravest first."""
GUILTY = re.compile(r"POSITIVE|MALICIOUS|HIGH_?RISK|VIRAL|INFECTED|REPAIRED|SUSPECT|(?<!NOT_)SPAM$", re.IGNORECASE)
SHA256 = re.compile(r"'([^']+)': \{'AMP': \{'Verdict': 'MALICIOUS', 'fileHash': '([0-9a-f]{64})'")
ATTACHED = "ESAAttachmentDetails"
KEPT = (*(engine[0] for engine in ENGINES), ATTACHED, "ESAMID", "ESASenderGroup", "ESASPFVerdict", "ESADKIMVerdict",
        "ESADMARCVerdict", "ESAHeloDomain", "ESAFinalActionDetails")  # fmt: skip


def event(report: Report, line: Line) -> Row | None:
    """A message, and the verdict on it; None for any other report."""
    if report.code != CODE:
        return None
    said = report.said
    act = ACTS.get(said.get("act", "").upper())
    row = siem_event.event(report, line) | {
        "class_uid": int(ClassUid.EMAIL_ACTIVITY),
        "activity_id": {"0": RECEIVE, "1": SEND}.get(said.get("deviceDirection", ""), SCAN),
        "severity_id": int(SeverityId.INFORMATIONAL),
        **siem_event.mail(report),
        **disposed(act),
    }
    subject = row.get("email.subject")
    row["email.subject"] = mime.decode(subject) if subject else None
    row["message"] = row["email.subject"] or report.name
    guilty = SHA256.search(said.get(ATTACHED, ""))
    found = next((engine for engine in ENGINES if GUILTY.search(said.get(engine[0], ""))), None)
    if guilty and (found is None or found[2] is UtmCategory.SPAM):
        found = ENGINES[1]
    if found is None:
        return row
    _, kind, category, severity = found
    title = said.get("ESAAVVirusName") or (guilty[1] if guilty else None) or row["email.subject"] or kind
    if guilty:
        row |= {"file.name": guilty[1], "file.hashes.sha256": guilty[2]}
    return row | verdict(
        title,
        kind,
        severity=severity,
        raw=line.whole,
        disposition=act,
        category=malware(title) if category is UtmCategory.MALWARE else category,
        unmapped=evidence(said, *KEPT),
    )
