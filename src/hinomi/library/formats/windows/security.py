"""Events of the Security log to OCSF. Source: Microsoft, "Appendix L: Events to Monitor" and the page of
each event under "Advanced security auditing"."""

from collections.abc import Callable
from html import unescape

from hinomi.library.formats.addresses import mac
from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows.shape import WINDOWS_SERVICE, Data, Shape, address, basename, integer
from hinomi.ocsf.classes import ActionId, ClassUid, DirectionId, DispositionId, StatusId

SUBJECT = {
    "actor.user.name": "SubjectUserName",
    "actor.user.domain": "SubjectDomainName",
    "actor.user.uid": "SubjectUserSid",
}
TARGET = {"user.name": "TargetUserName", "user.domain": "TargetDomainName", "user.uid": "TargetUserSid"}
ACCOUNT = {**SUBJECT, **TARGET, "user.uid": "TargetSid"}
CALLER = {"actor.process.file.path": "ProcessName", "actor.process.pid": "ProcessId"}
SOURCE = {"src_endpoint.ip": "IpAddress", "src_endpoint.port": "IpPort"}
INQUIRER = {"actor.process.file.path": "CallerProcessName", "actor.process.pid": "CallerProcessId"}
OBJECT = {**SUBJECT, **CALLER}
CONNECTION = {
    "actor.process.file.path": "Application",
    "src_endpoint.ip": "SourceAddress",
    "src_endpoint.port": "SourcePort",
    "dst_endpoint.ip": "DestAddress",
    "dst_endpoint.port": "DestPort",
    "connection_info.protocol_num": "Protocol",
}
PASSED = {"action_id": int(ActionId.ALLOWED), "disposition_id": int(DispositionId.ALLOWED)}
STOPPED = {"action_id": int(ActionId.DENIED), "disposition_id": int(DispositionId.BLOCKED)}
DIRECTIONS = {"%%14592": DirectionId.INBOUND, "%%14593": DirectionId.OUTBOUND}
VALUE_CHANGES = {"%%1904": 2, "%%1905": 3, "%%1906": 4}
NO_ERROR = ("", "0x0", "-")

DELETE, WRITE_SECURITY, WRITE, APPEND, READ = 0x10000, 0x40000, 0x2, 0x4, 0x1
"""Bits of an access mask: DELETE, WRITE_DAC, and the first three of a file or key."""
FILE_ACCESS = ((DELETE, 4), (WRITE_SECURITY, 7), (WRITE | APPEND, 3), (READ, 2))
KEY_ACCESS = ((DELETE, 4), (WRITE_SECURITY, 6), (WRITE, 3), (APPEND, 1))
"""The gravest right asked for, as an activity."""


def outcome(data: Data) -> Row:
    """Success or failure of an authentication by its NTSTATUS or Kerberos code; the sub-status says more."""
    code = next((data[name] for name in ("SubStatus", "Status") if data.get(name, "") not in NO_ERROR), None)
    return {"status_id": int(StatusId.FAILURE if code else StatusId.SUCCESS), "status_detail": code}


def failed(data: Data) -> Row:
    """An event that there is only for failures."""
    return outcome(data) | {"status_id": int(StatusId.FAILURE)}


def object_access(data: Data) -> Row:
    """A handle to a file, a registry key, a process; other objects stay base events."""
    kind, name = data.get("ObjectType", ""), data.get("ObjectName", "")
    mask = integer(data.get("AccessMask", "")) or 0
    match kind:
        case "File":
            activity = next((activity for bits, activity in FILE_ACCESS if mask & bits), 14)
            row = {"class_uid": int(ClassUid.FILE_ACTIVITY), "activity_id": activity}
            return {**row, "file.path": name or None, "file.name": basename(name) or None}
        case "Key":
            activity = next((activity for bits, activity in KEY_ACCESS if mask & bits), 2)
            row = {"class_uid": int(ClassUid.REGISTRY_KEY_ACTIVITY), "activity_id": activity}
            return {**row, "reg_key.path": name or None}
        case "Process":
            row = {"class_uid": int(ClassUid.PROCESS_ACTIVITY), "activity_id": 3}
            return {**row, "process.file.path": name or None, "process.name": basename(name) or None}
    return {"message": f"{kind} へのアクセス: {name}"}


def permissions(data: Data) -> Row:
    """4670: the permissions of a file, a key or something else were changed."""
    name = data.get("ObjectName", "")
    match data.get("ObjectType", ""):
        case "File":
            row = {"class_uid": int(ClassUid.FILE_ACTIVITY), "activity_id": 7}
            return {**row, "file.path": name or None, "file.name": basename(name) or None}
        case "Key":
            row = {"class_uid": int(ClassUid.REGISTRY_KEY_ACTIVITY), "activity_id": 6}
            return {**row, "reg_key.path": name or None}
    return {"message": f"アクセス権の変更: {data.get('ObjectType', '')} {name}".rstrip()}


def process_start(data: Data) -> Row:
    """Who it runs as: the target account where it differs from the one that started it."""
    name = data.get("TargetUserName", "-")
    if name in ("-", ""):
        return {}
    return {"user.name": name, "user.domain": data.get("TargetDomainName"), "user.uid": data.get("TargetUserSid")}


def registry_value(data: Data) -> Row:
    return {"activity_id": VALUE_CHANGES.get(data.get("OperationType", ""), 99)}


def task(data: Data) -> Row:
    """A scheduled task's name and, out of its definition, what it runs."""
    definition = data.get("TaskContent") or data.get("TaskContentNew") or ""
    command = unescape(definition.partition("<Command>")[2].partition("</Command>")[0].strip())
    arguments = unescape(definition.partition("<Arguments>")[2].partition("</Arguments>")[0].strip())
    return {"message": f"タスク {data.get('TaskName', '')}: {command} {arguments}".rstrip(": ")}


def share(data: Data) -> Row:
    relative = data.get("RelativeTargetName", "")
    path = "\\".join(part for part in (data.get("ShareName", ""), relative) if part and part != "-")
    return {"file.path": path or None, "file.name": relative.rpartition("\\")[2] or None}


def connection(data: Data) -> Row:
    direction = DIRECTIONS.get(data.get("Direction", ""))
    return {"connection_info.direction_id": int(direction) if direction else None}


def logon(activity: int, refine: Callable[[Data], Row] = outcome, **columns: str) -> Shape:
    names = {column.replace("__", "."): name for column, name in columns.items()}
    fields = {**SUBJECT, **TARGET, **SOURCE, **CALLER, "logon_type_id": "LogonType", **names}
    return Shape(ClassUid.AUTHENTICATION, activity, fields, refine=refine)


def account(activity: int, message: str) -> Shape:
    return Shape(ClassUid.ACCOUNT_CHANGE, activity, ACCOUNT, message=message + ": {TargetDomainName}\\{TargetUserName}")


def group(activity: int, message: str) -> Shape:
    fields = {**SUBJECT, "user.name": "MemberName", "user.uid": "MemberSid"}
    text = message + ": {TargetDomainName}\\{TargetUserName} {MemberName} {MemberSid}"
    return Shape(ClassUid.GROUP_MANAGEMENT, activity, fields, message=text)


def policy(message: str) -> Shape:
    """A change of the domain's or the machine's own rules."""
    return Shape(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, SUBJECT, message=message)


def rights(activity: int, message: str) -> Shape:
    fields = {**SUBJECT, "user.uid": "TargetSid"}
    return Shape(
        ClassUid.USER_ACCESS, activity, fields, message=message + ": {TargetSid} {PrivilegeList}{AccessGranted}"
    )


def directory(activity: int, message: str) -> Shape:
    text = message + ": {ObjectClass} {ObjectDN} {AttributeLDAPDisplayName} {AttributeValue}"
    return Shape(ClassUid.ENTITY_MANAGEMENT, activity, SUBJECT, message=text)


def radius(status: StatusId) -> Shape:
    """Network Policy Server: the subject is who wants in, the calling station is the machine, often an address."""

    def refine(data: Data) -> Row:
        station = data.get("CallingStationID", "")
        row: Row = {"status_id": int(status), "status_detail": data.get("Reason") or data.get("ReasonCode")}
        if station not in ("", "-"):
            found = address(station)
            row |= {"src_endpoint.ip": found} if found else {"src_endpoint.mac": mac(station)}
        return row

    fields = {
        "user.name": "SubjectUserName",
        "user.domain": "SubjectDomainName",
        "user.uid": "SubjectUserSid",
        "dst_endpoint.ip": "NASIPv4Address",
        "firewall_rule.name": "NetworkPolicyName",
    }
    return Shape(ClassUid.AUTHENTICATION, 1, fields, refine=refine)


def scheduled(activity: int) -> Shape:
    return Shape(ClassUid.SCHEDULED_JOB, activity, SUBJECT, refine=task)


def network(activity: int, verdict: dict[str, int], pid: str = "ProcessID") -> Shape:
    fields = {**CONNECTION, "actor.process.pid": pid}
    return Shape(ClassUid.NETWORK_ACTIVITY, activity, fields, verdict, refine=connection)


def shared(class_uid: ClassUid, activity: int) -> Shape:
    return Shape(class_uid, activity, {**SUBJECT, **SOURCE}, refine=share)


PROCESS_START = {
    **SUBJECT,
    "process.file.path": "NewProcessName",
    "process.pid": "NewProcessId",
    "process.cmd_line": "CommandLine",
    "process.parent_process.file.path": "ParentProcessName",
    "process.parent_process.pid": "ProcessId",
    "actor.process.file.path": "ParentProcessName",
    "actor.process.pid": "ProcessId",
}
PROCESS_END = {**SUBJECT, "process.file.path": "ProcessName", "process.pid": "ProcessId"}
SERVICE = {**SUBJECT, "service.name": "ServiceName"}
VALUE = {**OBJECT, "reg_key.path": "ObjectName", "reg_value.name": "ObjectValueName", "reg_value.data": "NewValue"}
PRIVILEGED = {
    "user.name": "SubjectUserName",
    "user.domain": "SubjectDomainName",
    "user.uid": "SubjectUserSid",
}
SESSION = {
    "user.name": "AccountName",
    "user.domain": "AccountDomain",
    "src_endpoint.ip": "ClientAddress",
    "src_endpoint.hostname": "ClientName",
}

OTHER = Shape(ClassUid.BASE_EVENT, 0, {**OBJECT, **TARGET, **SOURCE})
"""An event of the Security log without a shape of its own still names who did it with what."""

SHAPES: dict[int, Shape] = {
    4624: logon(1, src_endpoint__hostname="WorkstationName"),
    4625: logon(1, failed, src_endpoint__hostname="WorkstationName"),
    4634: logon(2),
    4647: logon(2),
    4648: logon(1, dst_endpoint__hostname="TargetServerName"),
    4672: Shape(
        ClassUid.USER_ACCESS,
        1,
        {"user.name": "SubjectUserName", "user.domain": "SubjectDomainName", "user.uid": "SubjectUserSid"},
    ),
    4768: logon(3, user__uid="TargetSid", service__name="ServiceName"),
    4769: logon(4, service__name="ServiceName"),
    4770: logon(5, service__name="ServiceName"),
    4771: logon(6, failed, user__uid="TargetSid", service__name="ServiceName"),
    4776: logon(1, src_endpoint__hostname="Workstation"),
    4778: Shape(ClassUid.RDP_ACTIVITY, 8, SESSION),
    4779: Shape(ClassUid.RDP_ACTIVITY, 7, SESSION),
    4777: logon(1, failed, src_endpoint__hostname="Workstation"),
    **dict.fromkeys((4798, 4799), Shape(ClassUid.BASE_EVENT, 99, {**ACCOUNT, **INQUIRER})),
    4825: Shape(
        ClassUid.AUTHENTICATION,
        1,
        {"user.name": "AccountName", "user.domain": "AccountDomain", "src_endpoint.ip": "ClientAddress"},
        {"status_id": int(StatusId.FAILURE), "logon_type_id": 10},
        message="リモート デスクトップの拒否: {AccountDomain}\\{AccountName}",
    ),
    6272: radius(StatusId.SUCCESS),
    6273: radius(StatusId.FAILURE),
    6274: radius(StatusId.FAILURE),
    6278: radius(StatusId.SUCCESS),
    4656: Shape(ClassUid.BASE_EVENT, 99, OBJECT, refine=object_access),
    4657: Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 99, VALUE, refine=registry_value),
    4663: Shape(ClassUid.BASE_EVENT, 99, OBJECT, refine=object_access),
    4670: Shape(ClassUid.BASE_EVENT, 99, OBJECT, refine=permissions),
    4688: Shape(ClassUid.PROCESS_ACTIVITY, 1, PROCESS_START, refine=process_start),
    4689: Shape(ClassUid.PROCESS_ACTIVITY, 2, PROCESS_END),
    4697: Shape(WINDOWS_SERVICE, 1, SERVICE, message="サービスの登録: {ServiceName} {ServiceFileName}"),
    4698: scheduled(1),
    4699: scheduled(3),
    4700: scheduled(4),
    4701: scheduled(5),
    4702: scheduled(2),
    4719: Shape(
        ClassUid.DEVICE_CONFIG_STATE_CHANGE,
        1,
        SUBJECT,
        message="監査ポリシーの変更: {SubcategoryGuid} {AuditPolicyChanges}",
    ),
    4739: policy("ドメイン ポリシーの変更: {DomainName}"),
    4713: policy("Kerberos ポリシーの変更: {KerberosPolicyChange}"),
    4706: policy("ドメインの信頼の作成: {DomainName}"),
    4707: policy("ドメインの信頼の削除: {DomainName}"),
    4716: policy("ドメインの信頼の変更: {TargetDomainName}{DomainName}"),
    4946: policy("ファイアウォール規則の追加: {RuleName}"),
    4947: policy("ファイアウォール規則の変更: {RuleName}"),
    4948: policy("ファイアウォール規則の削除: {RuleName}"),
    4950: policy("ファイアウォールの設定変更: {SettingType} {SettingValue}"),
    4704: rights(1, "ユーザー権利の割り当て"),
    4705: rights(2, "ユーザー権利の削除"),
    4717: rights(1, "ログオン権利の付与"),
    4718: rights(2, "ログオン権利の削除"),
    5136: directory(3, "ディレクトリのオブジェクトの変更"),
    5137: directory(1, "ディレクトリのオブジェクトの作成"),
    5139: directory(5, "ディレクトリのオブジェクトの移動"),
    5141: directory(4, "ディレクトリのオブジェクトの削除"),
    4720: account(1, "アカウントの作成"),
    4722: account(2, "アカウントの有効化"),
    4723: account(3, "パスワードの変更"),
    4724: account(4, "パスワードのリセット"),
    4725: account(5, "アカウントの無効化"),
    4726: account(6, "アカウントの削除"),
    4738: account(99, "アカウントの変更"),
    4740: account(9, "アカウントのロックアウト"),
    4741: account(1, "コンピューターアカウントの作成"),
    4742: account(99, "コンピューターアカウントの変更"),
    4743: account(6, "コンピューターアカウントの削除"),
    4767: account(12, "アカウントのロック解除"),
    4781: Shape(
        ClassUid.ACCOUNT_CHANGE,
        99,
        {**ACCOUNT, "user.name": "NewTargetUserName"},
        message="アカウント名の変更: {TargetDomainName}\\{OldTargetUserName} → {NewTargetUserName}",
    ),
    **dict.fromkeys((4727, 4731, 4744, 4749, 4754, 4759, 4783, 4790), group(6, "グループの作成")),
    **dict.fromkeys((4728, 4732, 4746, 4751, 4756, 4761, 4785, 4787), group(3, "グループへの追加")),
    **dict.fromkeys((4729, 4733, 4747, 4752, 4757, 4762, 4786, 4788), group(4, "グループからの削除")),
    **dict.fromkeys((4730, 4734, 4748, 4753, 4758, 4763, 4789, 4792), group(5, "グループの削除")),
    **dict.fromkeys((4735, 4737, 4745, 4750, 4755, 4760, 4764, 4784, 4791), group(9, "グループの変更")),
    5140: shared(ClassUid.SMB_ACTIVITY, 99),
    5142: shared(ClassUid.NETWORK_FILE_ACTIVITY, 12),
    5144: shared(ClassUid.NETWORK_FILE_ACTIVITY, 13),
    5145: shared(ClassUid.SMB_ACTIVITY, 2),
    5152: network(5, STOPPED),
    5154: network(7, PASSED, "ProcessId"),
    5156: network(1, PASSED),
    5157: network(5, STOPPED),
    **dict.fromkeys((5155, 5159), network(7, STOPPED, "ProcessId")),
    5158: network(7, PASSED, "ProcessId"),
}
