"""SonicOS message numbers (``m=``) that are the firewall's own verdicts.

Source: SonicOS Log Events Reference Guide (6.5, 7.0), index of log event messages.
"""

from typing import NamedTuple

from hinomi.library.contracts import UtmCategory
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId


class Judgement(NamedTuple):
    """What a message number means: OCSF class and activity, category, severity, and what was done."""

    kind: str
    category: UtmCategory | None
    severity: SeverityId
    disposition: DispositionId
    class_uid: ClassUid = ClassUid.DETECTION_FINDING
    activity_id: int = 1


BLOCKED, DETECTED, DROPPED = DispositionId.BLOCKED, DispositionId.DETECTED, DispositionId.DROPPED
IPS, LOW, MEDIUM, HIGH = UtmCategory.IPS, SeverityId.LOW, SeverityId.MEDIUM, SeverityId.HIGH

SIGNATURE_SEEN = Judgement("Intrusion detection", IPS, MEDIUM, DETECTED)
SIGNATURE_STOPPED = Judgement("Intrusion prevention", IPS, MEDIUM, BLOCKED)
ATTACK = Judgement("Attack", IPS, MEDIUM, DROPPED)
SPOOF = Judgement("Spoofing", IPS, LOW, DROPPED)
FLOOD = Judgement("Flood", IPS, MEDIUM, DETECTED)
BLACKLISTED = Judgement("Flood", IPS, MEDIUM, BLOCKED)
SCAN = Judgement("Port scan", None, LOW, DETECTED)
VIRUS = Judgement("Gateway Anti-Virus", UtmCategory.MALWARE, HIGH, BLOCKED)
SPYWARE = Judgement("Anti-Spyware", UtmCategory.MALWARE, HIGH, BLOCKED)
SPYWARE_SEEN = Judgement("Anti-Spyware", UtmCategory.MALWARE, HIGH, DETECTED)
BOTNET = Judgement("Botnet filter", UtmCategory.CNC_CALLBACK, HIGH, BLOCKED)
PAGE = Judgement("Content filter", UtmCategory.URL_CATEGORY, LOW, BLOCKED, ClassUid.HTTP_ACTIVITY, 0)
APPLICATION = Judgement(
    "Application control", UtmCategory.FORBIDDEN_APPLICATION, LOW, BLOCKED, ClassUid.NETWORK_ACTIVITY, 5
)
MAIL = Judgement("Anti-Spam", UtmCategory.SPAM, LOW, BLOCKED, ClassUid.EMAIL_ACTIVITY, 3)
ATTACHMENT = Judgement("E-mail filter", None, LOW, BLOCKED, ClassUid.EMAIL_ACTIVITY, 3)
LOCKOUT = Judgement("Login lockout", None, MEDIUM, BLOCKED, ClassUid.AUTHENTICATION, 1)
WIRELESS = Judgement("Wireless intrusion", None, MEDIUM, DETECTED)

NUMBERS: dict[Judgement, str] = {
    SIGNATURE_SEEN: "608 789 1471",
    SIGNATURE_STOPPED: "609 790",
    ATTACK: "22 27 81 267 446 527 528 538 580 606 1099 1373 1374 1375 1376 1387",
    SPOOF: "23 229",
    FLOOD: "25 859 860 866 904 905 908 909 1098 1180 1181 1213 1214 1316 1369 1371 1450 1451 1452 1593",
    BLACKLISTED: "864 868 898 899 901 902 1366 1367",
    SCAN: "82 83 177 178 179",
    VIRUS: "809",
    SPYWARE: "794",
    SPYWARE_SEEN: "795",
    BOTNET: "1200 1201 1476 1477 1518 1519",
    PAGE: "14 999 1461",
    APPLICATION: "793 1155",
    MAIL: "797 798 1108",
    ATTACHMENT: "165 248",
    LOCKOUT: "329 583",
    WIRELESS: "546 548 879 1363",
}
JUDGEMENTS = {number: judgement for judgement, numbers in NUMBERS.items() for number in numbers.split()}
