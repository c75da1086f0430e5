"""The columns that every event has, by what it is: something that happened, or a sensor's own verdict.

row = activity(ClassUid.NETWORK_ACTIVITY, 6, product=("Yamaha", "RTX"))
row |= verdict("EICAR", "virus", severity=SeverityId.HIGH, disposition=DispositionId.BLOCKED, raw=line.whole)
"""

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import RANSOMWARE, ActionId, ClassUid, DispositionId, SeverityId

ACTIONS = {
    DispositionId.ALLOWED: ActionId.ALLOWED,
    DispositionId.BLOCKED: ActionId.DENIED,
    DispositionId.QUARANTINED: ActionId.DENIED,
    DispositionId.ISOLATED: ActionId.DENIED,
    DispositionId.DELETED: ActionId.DENIED,
    DispositionId.DROPPED: ActionId.DENIED,
    DispositionId.RESET: ActionId.DENIED,
    DispositionId.REJECTED: ActionId.DENIED,
    DispositionId.CAPTCHA: ActionId.DENIED,
    DispositionId.CHALLENGE: ActionId.DENIED,
    DispositionId.CORRECTED: ActionId.MODIFIED,
    DispositionId.TAGGED: ActionId.MODIFIED,
    DispositionId.DELAYED: ActionId.MODIFIED,
    DispositionId.DETECTED: ActionId.OBSERVED,
    DispositionId.LOGGED: ActionId.OBSERVED,
}


def activity(
    class_uid: ClassUid,
    activity_id: int,
    *,
    product: tuple[str, str] | None = None,
    severity: SeverityId = SeverityId.INFORMATIONAL,
) -> Row:
    """An event that is no verdict; ``product`` is vendor and product as they call themselves."""
    row: Row = {
        "class_uid": int(class_uid),
        "activity_id": activity_id,
        "severity_id": int(severity),
        "is_alert": False,
    }
    if product:
        row |= {"metadata.product.vendor_name": product[0], "metadata.product.name": product[1]}
    return row


def disposed(disposition: DispositionId | None) -> Row:
    """Columns of what the sensor did; nothing where it does not say."""
    if disposition is None:
        return {}
    action = ACTIONS.get(disposition, ActionId.UNKNOWN)
    return {"disposition_id": int(disposition), "action_id": int(action)}


def verdict(
    title: str,
    kind: str,
    *,
    severity: SeverityId,
    raw: str,
    disposition: DispositionId | None = None,
    category: UtmCategory | None = None,
    unmapped: str | None = None,
) -> Row:
    """What makes an activity the sensor's own verdict, to be put over its columns.

    The class stays that of the activity; a finding with no class of its own is
    ``activity(ClassUid.DETECTION_FINDING, 1)``. ``kind`` is the sensor's own classification, ``raw`` the record
    as received, ``unmapped`` JSON text of what has no column.
    """
    row: Row = {
        "is_alert": True,
        "severity_id": int(severity),
        "finding_info.title": title,
        "finding_info.types": [kind],
        "raw_data": raw,
        "unmapped": unmapped,
        **disposed(disposition),
    }
    if category is not None:
        row["utm_category"] = str(category)
    if category is UtmCategory.RANSOMWARE:
        row["malware.classification_ids"] = [RANSOMWARE]
    return row
