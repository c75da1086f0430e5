"""Events of PowerShell, services, tasks, WMI, BITS, remote desktop, DNS, AppLocker and the event log to OCSF.

Source: Microsoft, "about_Logging_Windows"; "Service Control Manager Events"; the event manifests of the
providers.
"""

from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows import services
from hinomi.library.formats.windows.shape import WINDOWS_SERVICE, Data, Shape, address, basename, port
from hinomi.library.formats.windows.sysmon import name_resolution
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId, StatusId

REMOTE_INTERACTIVE = {"logon_type_id": 10}
STATES = {"running": 3, "stopped": 4, "paused": 5, "実行中": 3, "停止": 4, "一時停止": 5}


def host_application(text: str) -> str | None:
    """``HostApplication=…`` or ``Host Application = …`` in PowerShell's block of settings."""
    for line in text.splitlines():
        name, _, value = line.partition("=")
        if name.replace(" ", "").strip() == "HostApplication":
            return value.strip() or None
    return None


def engine(data: Data) -> Row:
    return {"process.cmd_line": host_application(data.get("Data", ""))}


def module_logging(data: Data) -> Row:
    """4103: the commands with their parameters, and by whom out of ``ContextInfo``."""
    context = data.get("ContextInfo", "")
    return {"actor.process.cmd_line": host_application(context)}


def service_state(data: Data) -> Row:
    return {"activity_id": STATES.get(data.get("param2", "").lower(), 99)}


def cleared(data: Data) -> Row:
    """Which log: ``Channel`` of the event's own data; 1102 says nothing, it is the Security log."""
    return {"message": f"イベントログの消去: {data.get('Channel', 'Security')}"}


def rdp_client(data: Data) -> Row:
    """``ClientIP`` is ``192.0.2.1:49200`` or ``[2001:db8::1]:49200``."""
    host, _, number = data.get("ClientIP", "").rpartition(":")
    return {"src_endpoint.ip": address(host.strip("[]")), "src_endpoint.port": port(number)}


def session(activity: int) -> Shape:
    fields = {"user": "User", "src_endpoint.ip": "Address"}
    return Shape(ClassUid.AUTHENTICATION, activity, fields, {**REMOTE_INTERACTIVE, "status_id": int(StatusId.SUCCESS)})


def transfer(message: str) -> Shape:
    fields = {"url.url_string": "url", "traffic.bytes_in": "bytesTransferred", "metadata.correlation_uid": "transferId"}
    return Shape(ClassUid.HTTP_ACTIVITY, 0, fields, {"app_name": "BITS"}, message=message + ": {name}")


def application(action: ActionId, disposition: DispositionId) -> Shape:
    """AppLocker: a program was allowed, would have been stopped, or was stopped."""

    def refine(data: Data) -> Row:
        path = data.get("FullFilePath") or data.get("FilePath") or data.get("Data", "").partition(" was ")[0]
        digest = data.get("FileHash", "").removeprefix("0x").lower()
        row: Row = {"action_id": int(action), "disposition_id": int(disposition)}
        if path:
            row |= {"process.file.path": path, "process.name": basename(path)}
        return row | {"file.hashes.sha256": digest if len(digest) == 64 else None}

    fields = {"process.pid": "TargetProcessId", "actor.user.uid": "TargetUser", "firewall_rule.name": "RuleName"}
    return Shape(ClassUid.PROCESS_ACTIVITY, 1, fields, refine=refine)


def firewall(message: str) -> Shape:
    fields = {"firewall_rule.uid": "RuleId", "firewall_rule.name": "RuleName", "actor.user.uid": "ModifyingUser"}
    return Shape(
        ClassUid.DEVICE_CONFIG_STATE_CHANGE,
        1,
        {**fields, "actor.process.file.path": "ModifyingApplication"},
        message=message,
    )


def federation(status: StatusId) -> Shape:
    """AD FS: its data is one XML document in an unnamed value."""

    def refine(data: Data) -> Row:
        text = "\n".join(data.values())
        user, source = element(text, "UserId"), element(text, "IpAddress")
        domain, _, name = (user or "").rpartition("\\")
        return {
            "status_id": int(status),
            "status_detail": element(text, "FailureType") or element(text, "ErrorCode"),
            "user.name": name or None,
            "user.domain": domain or None,
            "src_endpoint.ip": address(source.partition(",")[0]) if source else None,
            "http_request.user_agent": element(text, "UserAgentString"),
        }

    return Shape(ClassUid.AUTHENTICATION, 1, refine=refine)


def element(text: str, name: str) -> str | None:
    value = text.partition(f"<{name}>")[2].partition(f"</{name}>")[0].strip()
    return value if value not in ("", "N/A") else None


def job(activity: int, message: str) -> Shape:
    return Shape(ClassUid.SCHEDULED_JOB, activity, {"actor.user": "UserContext"}, message=message + ": {TaskName}")


SUBJECT = {
    "actor.user.name": "SubjectUserName",
    "actor.user.domain": "SubjectDomainName",
    "actor.user.uid": "SubjectUserSid",
}
EVENT_LOG_CLEARED = Shape(
    ClassUid.EVENT_LOG_ACTIVITY, 1, SUBJECT, {"severity_id": int(SeverityId.MEDIUM)}, refine=cleared
)
EVENT_LOG: dict[int, Shape] = {
    104: EVENT_LOG_CLEARED,
    1102: EVENT_LOG_CLEARED,
    1100: Shape(ClassUid.EVENT_LOG_ACTIVITY, 7, message="イベントログの停止"),
    1104: Shape(ClassUid.EVENT_LOG_ACTIVITY, 99, message="セキュリティ ログがいっぱい"),
    1105: Shape(ClassUid.EVENT_LOG_ACTIVITY, 4, message="イベントログの自動バックアップ: {BackupPath}"),
}

SCRIPT_BLOCK = Shape(
    ClassUid.SCRIPT_ACTIVITY,
    1,
    {
        "script.script_content": "ScriptBlockText",
        "file.path": "Path",
        "metadata.correlation_uid": "ScriptBlockId",
    },
)
POWERSHELL: dict[int, Shape] = {
    4103: Shape(ClassUid.SCRIPT_ACTIVITY, 1, {"script.script_content": "Payload"}, refine=module_logging),
    4104: SCRIPT_BLOCK,
}
POWERSHELL_CLASSIC: dict[int, Shape] = {
    400: Shape(ClassUid.APPLICATION_LIFECYCLE, 3, {}, {"app_name": "PowerShell"}, refine=engine),
    403: Shape(ClassUid.APPLICATION_LIFECYCLE, 4, {}, {"app_name": "PowerShell"}, refine=engine),
    600: Shape(ClassUid.APPLICATION_LIFECYCLE, 3, {}, {"app_name": "PowerShell"}, refine=engine),
    800: Shape(ClassUid.SCRIPT_ACTIVITY, 1, {"script.script_content": "Data"}, refine=engine),
}
SERVICES: dict[int, Shape] = {
    **services.CONTROL_MANAGER,
    7036: Shape(
        WINDOWS_SERVICE,
        99,
        {"service.name": "param1"},
        message="サービスの状態: {param1} {param2}",
        refine=service_state,
    ),
    7040: Shape(
        WINDOWS_SERVICE, 2, {"service.name": "param1"}, message="起動の種類の変更: {param1} {param2} → {param3}"
    ),
    7045: Shape(
        WINDOWS_SERVICE,
        1,
        {"service.name": "ServiceName"},
        message="サービスの登録: {ServiceName} {ImagePath}",
    ),
}
TASKS: dict[int, Shape] = {
    **dict.fromkeys((100, 107, 108, 110, 118, 119), job(6, "タスクの開始")),
    **dict.fromkeys((101, 103, 203), job(6, "タスクの開始の失敗")),
    **dict.fromkeys((102, 111), job(99, "タスクの終了")),
    106: job(1, "タスクの登録"),
    129: job(6, "タスクのプロセスの開始"),
    140: job(2, "タスクの更新"),
    141: job(3, "タスクの削除"),
    142: job(5, "タスクの無効化"),
    200: job(6, "タスクの操作の開始"),
    201: job(99, "タスクの操作の終了"),
}
WMI: dict[int, Shape] = {
    5857: Shape(ClassUid.BASE_EVENT, 99, message="WMI プロバイダの開始: {ProviderName} {ProviderPath}"),
    5858: Shape(ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message="WMI 操作の失敗: {Operation}"),
    5860: Shape(ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message="WMI 一時イベントの登録: {Query}"),
    5861: Shape(ClassUid.BASE_EVENT, 99, message="WMI 永続イベントの登録: {CONSUMER} {PossibleCause}"),
}
BITS: dict[int, Shape] = {
    3: Shape(
        ClassUid.BASE_EVENT,
        99,
        {"actor.user": "jobOwner", "actor.process.file.path": "processPath", "actor.process.pid": "processId"},
        message="BITS ジョブの作成: {jobTitle}",
    ),
    59: transfer("BITS 転送の開始"),
    60: transfer("BITS 転送の停止"),
    61: transfer("BITS 転送の失敗"),
}
LOCAL_SESSIONS: dict[int, Shape] = {21: session(1), 23: session(2), 24: session(2), 25: session(1)}
REMOTE_CONNECTIONS: dict[int, Shape] = {
    1149: Shape(
        ClassUid.AUTHENTICATION,
        1,
        {"user.name": "Param1", "user.domain": "Param2", "src_endpoint.ip": "Param3"},
        REMOTE_INTERACTIVE,
    ),
}
REMOTE_DESKTOP: dict[int, Shape] = {131: Shape(ClassUid.RDP_ACTIVITY, 3, refine=rdp_client)}

DNS_CLIENT: dict[int, Shape] = {
    3006: Shape(ClassUid.DNS_ACTIVITY, 1, {"query.hostname": "QueryName", "query.type": "QueryType"}),
    3008: Shape(
        ClassUid.DNS_ACTIVITY, 6, {"query.hostname": "QueryName", "query.type": "QueryType"}, refine=name_resolution
    ),
    3020: Shape(
        ClassUid.DNS_ACTIVITY, 2, {"query.hostname": "QueryName", "query.type": "QueryType"}, refine=name_resolution
    ),
}
APPLOCKER: dict[int, Shape] = {
    **dict.fromkeys((8002, 8005, 8020, 8023), application(ActionId.ALLOWED, DispositionId.ALLOWED)),
    **dict.fromkeys((8003, 8006, 8021, 8024), application(ActionId.OBSERVED, DispositionId.DETECTED)),
    **dict.fromkeys((8004, 8007, 8022, 8025), application(ActionId.DENIED, DispositionId.BLOCKED)),
}
FIREWALL: dict[int, Shape] = {
    **dict.fromkeys((2004, 2071, 2097), firewall("ファイアウォール規則の追加: {RuleName} {ApplicationPath}")),
    **dict.fromkeys((2005, 2073, 2099), firewall("ファイアウォール規則の変更: {RuleName} {ApplicationPath}")),
    **dict.fromkeys((2006, 2052), firewall("ファイアウォール規則の削除: {RuleName}")),
    **dict.fromkeys((2003, 2082), firewall("ファイアウォールの設定変更: {SettingType} {SettingValueString}")),
    2033: firewall("ファイアウォール規則の全削除"),
}
FEDERATION: dict[int, Shape] = {
    **dict.fromkeys((1200, 1202), federation(StatusId.SUCCESS)),
    **dict.fromkeys((1201, 1203, 411), federation(StatusId.FAILURE)),
}

SHAPES: dict[str, dict[int, Shape]] = {
    **services.SHAPES,
    "Microsoft-Windows-Eventlog": EVENT_LOG,
    "Microsoft-Windows-PowerShell": POWERSHELL,
    "PowerShellCore": POWERSHELL,
    "PowerShell": POWERSHELL_CLASSIC,
    "Service Control Manager": SERVICES,
    "Microsoft-Windows-TaskScheduler": TASKS,
    "Microsoft-Windows-WMI-Activity": WMI,
    "Microsoft-Windows-Bits-Client": BITS,
    "Microsoft-Windows-TerminalServices-LocalSessionManager": LOCAL_SESSIONS,
    "Microsoft-Windows-TerminalServices-RemoteConnectionManager": REMOTE_CONNECTIONS,
    "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS": REMOTE_DESKTOP,
    "Microsoft-Windows-DNS-Client": DNS_CLIENT,
    "Microsoft-Windows-AppLocker": APPLOCKER,
    "Microsoft-Windows-Windows Firewall With Advanced Security": FIREWALL,
    "AD FS Auditing": FEDERATION,
}
