"""Administrators, users and the firewall itself."""

from hinomi.library.formats.accounts import user
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.sources.checkpoint.records import Record
from hinomi.library.sources.checkpoint.sessions import endpoints, ip, machine, person
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

LOGON, LOGOFF = 1, 2
OPEN, CLOSE, RENEW, OTHER = 1, 2, 3, 99
TUNNEL = {"key install": RENEW, "tunnel up": OPEN, "tunnel down": CLOSE, "vpn routing": OTHER}
MESSAGES = (
    *("sys_message", "description", "information", "additional_info", "fieldschanges", "calc_desc", "comment"),
    *("reason", "error_description", "event_name", "stormagentaction", "system_application", "message", "status"),
)
SEVERITIES = {"critical": SeverityId.CRITICAL, "high": SeverityId.HIGH, "medium": SeverityId.MEDIUM}


def administered(record: Record) -> Row:
    """The audit log: sign-ins 3002, everything else a change of settings."""
    operation = f"{record.get('operation', '')} {record.get('subject', '')}"
    if "Log Out" in operation or "Logout" in operation:
        row = activity(ClassUid.AUTHENTICATION, LOGOFF) | person(record.get("administrator"))
    elif "Log In" in operation or "Login" in operation or "login" in operation:
        row = activity(ClassUid.AUTHENTICATION, LOGON) | person(record.get("administrator"))
    else:
        row = activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1) | user(record.get("administrator"), "actor.user")
    said = f"{record.get('audit_status')} {record.get('auth_status')} {record.get('additional_info')}".lower()
    row |= {
        "src_endpoint.ip": ip(record.get("client_ip") or record.get("src")),
        "src_endpoint.hostname": machine(record.get("machine")),
        "status_id": int(StatusId.FAILURE if "fail" in said else StatusId.SUCCESS),
        "message": " ".join(word for word in (operation.strip(), record.get("objectname"), message(record)) if word),
        "metadata.event_code": record.get("operation"),
    }
    return row


def signed(record: Record) -> Row:
    """Users of VPN, Mobile Access and Identity Awareness."""
    action = record.get("action", "").lower()
    row = activity(ClassUid.AUTHENTICATION, LOGOFF if "out" in action else LOGON)
    row.update(endpoints(record))
    failed = "fail" in action or "fail" in record.get("auth_status", "").lower()
    row |= {
        "src_endpoint.ip": row["src_endpoint.ip"] or ip(record.get("client_ip") or record.get("endpoint_ip")),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": record.get("reason") or record.get("auth_method"),
        "message": message(record),
    }
    return row


def tunnelled(record: Record) -> Row:
    row = activity(ClassUid.TUNNEL_ACTIVITY, TUNNEL[record["action"].lower()])
    row.update(endpoints(record))
    return row | {"message": message(record) or record.get("ike"), "status_id": int(StatusId.SUCCESS)}


def other(record: Record) -> Row:
    row = activity(ClassUid.BASE_EVENT, 0)
    row.update({name: value for name, value in endpoints(record).items() if value is not None})
    severity = SEVERITIES.get(record.get("severity", "").lower(), SeverityId.INFORMATIONAL)
    return row | {"severity_id": int(severity), "message": message(record) or record.get("product")}


def message(record: Record) -> str | None:
    return next((said for name in MESSAGES if (said := record.get(name, "").strip())), None)
