"""Microsoft Defender Antivirus events to OCSF: its verdicts are alerts, its switching off is a change.

One detection is told several times under one Detection ID (found, then acted on, or failed to): the
first is ``Create``, the later ones are ``Update``, and all have it as ``metadata.correlation_uid``.
Source: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft Defender
Antivirus"; kind of detection: survey report, section 6.2 (2).
"""

from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows.shape import Data, Shape, basename
from hinomi.ocsf.classes import RANSOMWARE, ActionId, ClassUid, DispositionId, SeverityId, StatusId

KIND = "Microsoft Defenderによる検知"
CREATE, UPDATE = 1, 2

SEVERITIES = {"1": SeverityId.LOW, "2": SeverityId.MEDIUM, "4": SeverityId.HIGH, "5": SeverityId.CRITICAL}
"""``Severity ID``: Low, Moderate, High, Severe."""
ACTIONS = {
    "1": (ActionId.MODIFIED, DispositionId.CORRECTED),
    "2": (ActionId.DENIED, DispositionId.QUARANTINED),
    "3": (ActionId.DENIED, DispositionId.DELETED),
    "6": (ActionId.ALLOWED, DispositionId.ALLOWED),
    "10": (ActionId.DENIED, DispositionId.BLOCKED),
}
"""``Action ID``: clean, quarantine, remove, allow, block; others (user defined, no action) only detect."""
ONLY_DETECTED = (ActionId.OBSERVED, DispositionId.DETECTED)
CLASSIFICATIONS = {
    "Adware": 1,
    "Backdoor": 2,
    "DDoS": 5,
    "Ransom": RANSOMWARE,
    "RemoteAccess": 11,
    "Rogue": 14,
    "Spyware": 17,
    "Trojan": 18,
    "TrojanDownloader": 6,
    "TrojanDropper": 7,
    "TrojanSpy": 17,
    "Virus": 19,
    "Worm": 22,
}
"""Type in Microsoft's malware names (``Type:Platform/Family.Variant``) to ``malware.classification_ids``."""
OTHER_CLASSIFICATION = 99

WHO = {"actor.user": "Detection User", "metadata.correlation_uid": "Detection ID"}


def resource(path: str) -> Row:
    """The first file or URL in ``file:_C:\\a.exe; webfile:_C:\\b.exe|http://…|pid:…; process:_pid:…``."""
    for part in path.split(";"):
        kind, found, rest = part.strip().partition(":_")
        if not found and "\\" in kind:
            return {"file.path": kind, "file.name": basename(kind)}
        if kind in ("file", "containerfile", "webfile"):
            name, _, origin = rest.partition("|")
            name = name.partition("->")[0]
            row: Row = {"file.path": name, "file.name": basename(name)}
            return {**row, "url.url_string": origin.partition("|")[0]} if origin else row
    return {}


def threat(data: Data) -> Row:
    """Name and classification of what was found, where it lies, and what found it."""
    name = data.get("Threat Name", "")
    row = resource(data.get("Path", ""))
    if name:
        types = [CLASSIFICATIONS.get(name.partition(":")[0], OTHER_CLASSIFICATION)]
        row |= {"malware.name": name, "malware.classification_ids": types}
    process = data.get("Process Name", "")
    if process not in ("", "-", "Unknown"):
        row |= {"actor.process.file.path": process, "actor.process.name": basename(process)}
    return row


def verdict(data: Data) -> Row:
    found = threat(data)
    return {
        **found,
        "severity_id": int(SEVERITIES.get(data.get("Severity ID", ""), SeverityId.MEDIUM)),
        "finding_info.title": found.get("malware.name") or KIND,
    }


def action_taken(data: Data) -> Row:
    action, disposition = ACTIONS.get(data.get("Action ID", ""), ONLY_DETECTED)
    row = {"action_id": int(action), "disposition_id": int(disposition), "status_id": int(StatusId.SUCCESS)}
    return verdict(data) | row


def action_failed(data: Data) -> Row:
    reason = data.get("Error Description") or data.get("Error Code")
    return verdict(data) | {"status_id": int(StatusId.FAILURE), "status_detail": reason}


OBSERVED = {"action_id": int(ActionId.OBSERVED), "disposition_id": int(DispositionId.DETECTED)}
ALERT = {"is_alert": True, "finding_info.types": [KIND], **OBSERVED}
STOPPED = {"action_id": int(ActionId.DENIED), "disposition_id": int(DispositionId.BLOCKED)}


def blocked(title: str, name: str, severity: SeverityId, *, audited: bool = False) -> Shape:
    """A rule of Exploit Guard that stopped something, or would have (``audited``); ``name`` is what."""

    def refine(data: Data) -> Row:
        subject = data.get(name, "")
        row = threat(data) | {"severity_id": int(severity)}
        row["finding_info.title"] = f"{title}: {subject}" if subject else title
        if name == "Destination" and subject:
            row["url.url_string"] = subject
        return row

    constants = ALERT if audited else ALERT | STOPPED
    return Shape(ClassUid.DETECTION_FINDING, CREATE, {"actor.user": "User"}, constants, refine=refine)


FOUND = Shape(ClassUid.DETECTION_FINDING, CREATE, WHO, ALERT, refine=verdict)
ACTED = Shape(ClassUid.DETECTION_FINDING, UPDATE, WHO, ALERT, refine=action_taken)
FAILED = Shape(ClassUid.DETECTION_FINDING, UPDATE, WHO, ALERT, refine=action_failed)


def history(message: str) -> Shape:
    """Something done to a threat found earlier; no verdict."""
    return Shape(ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message=message + ": {Threat Name}", refine=threat)


def change(message: str) -> Shape:
    return Shape(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, message=message)


def weakened(message: str) -> Shape:
    """Protection is off from now on."""
    severity = {"severity_id": int(SeverityId.MEDIUM)}
    return Shape(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, constants=severity, message=message)


def exploit(data: Data) -> Row:
    return {"finding_info.title": f"脆弱性の悪用の疑い: {data.get('CVEID') or data.get('Data', '')}".rstrip(": ")}


EXPLOIT = Shape(
    ClassUid.DETECTION_FINDING,
    CREATE,
    {},
    ALERT | {"severity_id": int(SeverityId.HIGH), "finding_info.types": ["脆弱性を突く試みの検知"]},
    refine=exploit,
)
"""Windows itself saw input made for a flaw it knows (``CveEventWrite``)."""

SHAPES: dict[int, Shape] = {
    1006: FOUND,
    1007: ACTED,
    1008: FAILED,
    1009: history("検疫からの復元"),
    1010: history("検疫からの復元に失敗"),
    1011: history("検疫したものの削除"),
    1012: history("検疫したものの削除に失敗"),
    1015: FOUND,
    1116: FOUND,
    1117: ACTED,
    1118: FAILED,
    1119: FAILED,
    1121: blocked("攻撃面の縮小ルールによる遮断", "Path", SeverityId.MEDIUM),
    1122: blocked("攻撃面の縮小ルールによる検知", "Path", SeverityId.LOW, audited=True),
    1123: blocked("フォルダーアクセスの制御による遮断", "Path", SeverityId.HIGH),
    1124: blocked("フォルダーアクセスの制御による検知", "Path", SeverityId.LOW, audited=True),
    1125: blocked("ネットワーク保護による検知", "Destination", SeverityId.LOW, audited=True),
    1126: blocked("ネットワーク保護による遮断", "Destination", SeverityId.MEDIUM),
    1127: blocked("フォルダーアクセスの制御による遮断", "Path", SeverityId.HIGH),
    1128: blocked("フォルダーアクセスの制御による検知", "Path", SeverityId.LOW, audited=True),
    5000: change("リアルタイム保護の有効化"),
    5001: weakened("リアルタイム保護の無効化"),
    5004: change("リアルタイム保護の設定変更: {Feature Name}"),
    5007: change("設定の変更: {Old Value} → {New Value}"),
    5008: weakened("エンジンの異常終了: {Failure Type}"),
    5009: change("スパイウェア対策スキャンの有効化"),
    5010: weakened("スパイウェア対策スキャンの無効化"),
    5011: change("ウイルス対策スキャンの有効化"),
    5012: weakened("ウイルス対策スキャンの無効化"),
    5013: change("改ざん防止による変更の阻止: {Value}"),
}
