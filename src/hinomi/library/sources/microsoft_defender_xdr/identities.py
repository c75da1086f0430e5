"""Advanced hunting, tables of Defender for Identity and for Cloud Apps: sign-ins, the directory, cloud services.

Source: Microsoft, Advanced hunting schema reference.
"""

import re

from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import activity
from hinomi.library.formats.jsonlines import part, text
from hinomi.library.formats.processes import account, kept, said
from hinomi.library.formats.rows import Row
from hinomi.library.sources.microsoft_defender_xdr.fields import PRODUCT, Event, machine, nested, person, rest
from hinomi.ocsf.classes import ClassUid, StatusId

LETTERS = 2
LOGON, LOGOFF, QUERY, OTHER = 1, 2, 1, 99
LOGON_TYPES = {"Interactive": 2, "Remote desktop": 10, "Resource access": 3, "Network": 3, "Credentials validation": 3}
SIGN_INS = re.compile(
    r"^(?:log(?:ged)? ?(?:on|in)|failed log ?on|user ?log(?:ged)? ?in|userlogin|logon)", re.IGNORECASE
)
ENTRA = (
    *("ErrorCode", "ApplicationId", "ResourceDisplayName", "AuthenticationRequirement", "ConditionalAccessStatus"),
    *("ClientAppUsed", "IsCompliant", "IsManaged", "DeviceTrustType", "EntraIdDeviceId", "AadDeviceId", "RiskState"),
    *("RiskLevelDuringSignIn", "RiskLevelAggregated", "NetworkLocationDetails", "EndpointCall"),
)
"""What Entra ID says of a sign-in beyond its columns."""
CHANGES = (
    (re.compile(r"group.*member|member.*group|added to group", re.I), (ClassUid.GROUP_MANAGEMENT, 3)),
    (re.compile(r"password reset", re.I), (ClassUid.ACCOUNT_CHANGE, 4)),
    (re.compile(r"password", re.I), (ClassUid.ACCOUNT_CHANGE, 3)),
    (re.compile(r"account (?:creat|add)|created user|add user", re.I), (ClassUid.ACCOUNT_CHANGE, 1)),
    (re.compile(r"account delet|deleted user|delete user", re.I), (ClassUid.ACCOUNT_CHANGE, 6)),
    (re.compile(r"account disabled|disable account", re.I), (ClassUid.ACCOUNT_CHANGE, 5)),
    (re.compile(r"account enabled|enable account", re.I), (ClassUid.ACCOUNT_CHANGE, 2)),
    (re.compile(r"unlock", re.I), (ClassUid.ACCOUNT_CHANGE, 12)),
    (re.compile(r"lock", re.I), (ClassUid.ACCOUNT_CHANGE, 9)),
    (re.compile(r"changed$|updated$|modified$", re.I), (ClassUid.ENTITY_MANAGEMENT, 3)),
)


def ends(event: Event) -> Row:
    """From which machine to which."""
    spoken, country = said(event, "Protocol"), said(event, "CountryCode", "Location", "Country")
    columns: Row = {
        "src_endpoint.ip": ip((said(event, "IPAddress") or "").partition(",")[0]),
        "src_endpoint.port": port(event.get("Port")) or None,
        "src_endpoint.hostname": said(event, "DeviceName"),
        "src_endpoint.location.country": country if country and len(country) == LETTERS else None,
        "dst_endpoint.ip": ip(said(event, "DestinationIPAddress")),
        "dst_endpoint.port": port(event.get("DestinationPort")) or None,
        "dst_endpoint.hostname": said(event, "DestinationDeviceName", "TargetDeviceName"),
        "http_request.user_agent": said(event, "UserAgent"),
        "app_name": said(event, "Application") or spoken,
    }
    return kept(columns)


def signed_in(event: Event, raw: str) -> Row:
    action = said(event, "ActionType") or ""
    code = said(event, "ErrorCode")
    failed = "fail" in action.lower() or bool(code and code != "0")
    return {
        **activity(ClassUid.AUTHENTICATION, LOGOFF if "logoff" in action.lower() else LOGON, product=PRODUCT),
        **machine(event),
        **person("user", event),
        **ends(event),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": said(event, "FailureReason") or (code if failed else None),
        "logon_type_id": LOGON_TYPES.get(said(event, "LogonType") or ""),
        "message": " ".join(each for each in (action, said(event, "LogonType")) if each) or None,
        "unmapped": rest(event, *ENTRA),
    }


def queried(event: Event, raw: str) -> Row:
    """Questions to a domain controller: DNS has a class of its own, SAMR and LDAP do not."""
    asked = said(event, "QueryTarget", "Query")
    if (said(event, "Protocol") or "").lower() == "dns" or said(event, "ActionType") == "DNS query":
        return {
            **activity(ClassUid.DNS_ACTIVITY, QUERY, product=PRODUCT),
            **machine(event),
            **ends(event),
            "query.hostname": asked,
            "query.type": said(event, "QueryType"),
        }
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        **machine(event),
        **ends(event),
        **person("actor.user", event),
        **kept(protocol(said(event, "TransportProtocol")) if said(event, "TransportProtocol") else {}),
        "message": " ".join(each for each in (said(event, "ActionType"), said(event, "QueryType"), asked) if each),
    }


def directory(event: Event, raw: str) -> Row:
    """Changes in the directory; an account that was changed is the target."""
    action = said(event, "ActionType") or ""
    class_uid, activity_id = next((found for pattern, found in CHANGES if pattern.search(action)), (None, 0))
    target = said(event, "TargetAccountUpn", "TargetAccountDisplayName")
    return {
        **activity(class_uid or ClassUid.BASE_EVENT, activity_id, product=PRODUCT),
        **machine(event),
        **ends(event),
        **person("actor.user", event),
        **account("user", target),
        "message": " ".join(each for each in (action, target) if each) or "Defender for Identity",
    }


def in_the_cloud(event: Event, raw: str) -> Row:
    """What was done in a cloud service."""
    action = said(event, "ActionType", "OperationName", "RequestMethod") or ""
    if action == "CloudAuditEventOther":
        action = said(event, "OperationName") or action
    said_raw = part(nested(event.get("RawEventData")))
    who = said(said_raw, "UserId", "UserKey") or said(event, "AccountUpn", "AccountDisplayName", "Account", "AccountId")
    what = said(event, "ObjectName", "RequestUri", "AzureResourceId")
    sign_in = bool(SIGN_INS.match(action))
    failed = "fail" in action.lower() or (said(said_raw, "ResultStatus") or "").lower().startswith("fail")
    uid = said(event, "AccountObjectId", "AccountId")
    return {
        **activity(*((ClassUid.AUTHENTICATION, LOGON) if sign_in else (ClassUid.API_ACTIVITY, OTHER)), product=PRODUCT),
        **ends(event),
        **account("user" if sign_in else "actor.user", who, None, uid),
        **({"status_id": int(StatusId.FAILURE)} if failed else {}),
        **({"status_id": int(StatusId.SUCCESS)} if sign_in and not failed else {}),
        "device.os.name": said(event, "OSPlatform") if said(event, "OSPlatform") != "Unknown" else None,
        "message": " ".join(dict.fromkeys(each for each in (said(event, "Application"), action, what) if each)) or None,
    }


def counted(event: Event, raw: str) -> Row:
    """Operations on a storage account, an hour at a time."""
    operations = event.get("OperationNamesList")
    listed = ", ".join(map(str, operations)) if isinstance(operations, list) else text(operations)
    words = (said(event, "StorageAccount"), listed)
    return {**in_the_cloud(event, raw), "message": " ".join(each for each in words if each) or None}


def known(event: Event, raw: str) -> Row:
    """People and machines as they are: no events."""
    return {
        **activity(ClassUid.BASE_EVENT, 0, product=PRODUCT),
        **machine(event),
        **person("user", event),
        "message": " ".join(each for each in (said(event, "ChangeSource"), said(event, "AccountUpn")) if each) or None,
    }


READERS = {
    "IdentityLogonEvents": signed_in,
    "AADSignInEventsBeta": signed_in,
    "AADSpnSignInEventsBeta": signed_in,
    "EntraIdSignInEvents": signed_in,
    "EntraIdSpnSignInEvents": signed_in,
    "IdentityQueryEvents": queried,
    "IdentityDirectoryEvents": directory,
    "IdentityEvents": directory,
    "IdentityInfo": known,
    "IdentityAccountInfo": known,
    "CloudAppEvents": in_the_cloud,
    "CloudAuditEvents": in_the_cloud,
    "GraphApiAuditEvents": in_the_cloud,
    "CloudStorageAggregatedEvents": counted,
}
