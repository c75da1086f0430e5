"""Names of the values that an event's template is filled with, for shippers that send values in order only.

Source: Microsoft, the manifests of Microsoft-Windows-Security-Auditing and Service Control Manager, as rendered by
``wevtutil gp NAME /ge``. A version of an event adds values at its end, never between.
"""

SUBJECT = "SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId"
TARGET = "TargetUserSid TargetUserName TargetDomainName"
ACCOUNT = f"TargetUserName TargetDomainName TargetSid {SUBJECT}"
MEMBER = f"MemberName MemberSid {ACCOUNT} PrivilegeList"
OBJECT = f"{SUBJECT} ObjectServer ObjectType ObjectName HandleId"

SECURITY: dict[int, str] = {
    4624: f"{SUBJECT} {TARGET} TargetLogonId LogonType LogonProcessName AuthenticationPackageName WorkstationName "
    "LogonGuid TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort",
    4625: f"{SUBJECT} {TARGET} Status FailureReason SubStatus LogonType LogonProcessName AuthenticationPackageName "
    "WorkstationName TransmittedServices LmPackageName KeyLength ProcessId ProcessName IpAddress IpPort",
    4634: f"{TARGET} TargetLogonId LogonType",
    4647: f"{TARGET} TargetLogonId",
    4648: f"{SUBJECT} LogonGuid TargetUserName TargetDomainName TargetLogonGuid TargetServerName TargetInfo "
    "ProcessId ProcessName IpAddress IpPort",
    4656: f"{OBJECT} TransactionId AccessList AccessReason AccessMask PrivilegeList RestrictedSidCount "
    "ProcessId ProcessName",
    4663: f"{OBJECT} AccessList AccessMask ProcessId ProcessName",
    4672: f"{SUBJECT} PrivilegeList",
    4688: f"{SUBJECT} NewProcessId NewProcessName TokenElevationType ProcessId CommandLine {TARGET} TargetLogonId "
    "ParentProcessName MandatoryLabel",
    4689: f"{SUBJECT} Status ProcessId ProcessName",
    4697: f"{SUBJECT} ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount",
    **dict.fromkeys((4698, 4699, 4700, 4701), f"{SUBJECT} TaskName TaskContent"),
    4702: f"{SUBJECT} TaskName TaskContentNew",
    4719: f"{SUBJECT} CategoryId SubcategoryId SubcategoryGuid AuditPolicyChanges",
    **dict.fromkeys((4720, 4722, 4723, 4724, 4725, 4726, 4767), ACCOUNT),
    4738: f"Dummy {ACCOUNT}",
    4740: f"TargetUserName TargetDomainName TargetSid {SUBJECT}",
    **dict.fromkeys((4728, 4729, 4732, 4733, 4746, 4747, 4751, 4752, 4756, 4757, 4761, 4762), MEMBER),
    **dict.fromkeys((4727, 4730, 4731, 4734, 4754, 4758), ACCOUNT),
    4768: "TargetUserName TargetDomainName TargetSid ServiceName ServiceSid TicketOptions Status "
    "TicketEncryptionType PreAuthType IpAddress IpPort",
    4769: "TargetUserName TargetDomainName ServiceName ServiceSid TicketOptions TicketEncryptionType IpAddress "
    "IpPort Status LogonGuid TransmittedServices",
    4771: "TargetUserName TargetSid ServiceName TicketOptions Status PreAuthType IpAddress IpPort",
    4776: "PackageName TargetUserName Workstation Status",
    5140: f"{SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath AccessMask AccessList",
    5145: f"{SUBJECT} ObjectType IpAddress IpPort ShareName ShareLocalPath RelativeTargetName AccessMask",
    **dict.fromkeys(
        (5152, 5156, 5157),
        "ProcessID Application Direction SourceAddress SourcePort DestAddress DestPort Protocol FilterRTID",
    ),
    **dict.fromkeys((5154, 5158), "ProcessId Application SourceAddress SourcePort Protocol FilterRTID"),
}
SERVICES: dict[int, str] = {7045: "ServiceName ImagePath ServiceType StartType AccountName"}
NAMES = {"microsoft-windows-security-auditing": SECURITY, "service control manager": SERVICES}


def named(provider: str, event_id: str, values: list[str]) -> dict[str, str]:
    """Values by their names; where these are not known, ``param1``, ``param2`` … and all of them as ``Data``."""
    number = int(event_id) if event_id.isascii() and event_id.isdigit() else -1
    names = NAMES.get(provider.lower(), {}).get(number, "").split()
    if names:
        return dict(zip(names, values, strict=False))
    return {f"param{place}": value for place, value in enumerate(values, 1)} | {"Data": "\n".join(values)}
