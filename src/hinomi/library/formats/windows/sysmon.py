"""Sysmon events to OCSF. Source: Microsoft Sysinternals, Sysmon 15 documentation, "Events"."""

from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows.shape import PROTOCOL_NUMBERS, WINDOWS_SERVICE, Data, Shape
from hinomi.ocsf.classes import ActionId, ClassUid, DirectionId, DispositionId

ACTOR = {"actor.process.file.path": "Image", "actor.process.pid": "ProcessId", "actor.user": "User"}
PROCESS = {
    "process.file.path": "Image",
    "process.pid": "ProcessId",
    "process.uid": "ProcessGuid",
    "actor.user": "User",
}
FILE = {**ACTOR, "file.path": "TargetFilename", "file.hashes.sha256": "Hashes"}
TARGET_PROCESS = {
    "actor.process.file.path": "SourceImage",
    "actor.process.pid": "SourceProcessId",
    "actor.user": "SourceUser",
    "process.file.path": "TargetImage",
    "process.pid": "TargetProcessId",
}
STOPPED = {"action_id": int(ActionId.DENIED), "disposition_id": int(DispositionId.BLOCKED)}

RCODES = {"0": 0, "9001": 1, "9002": 2, "9003": 3, "9004": 4, "9005": 5}
"""Windows' DNS errors as DNS response codes. Source: Microsoft, "System Error Codes (9000-11999)"."""
SERVICE_STATES = {"Started": 3, "Stopped": 4}
KEY_CHANGES = {"CreateKey": 1, "DeleteKey": 4, "RenameKey": 5}


def connection(data: Data) -> Row:
    name = data.get("Protocol", "").lower()
    outbound = data.get("Initiated", "").lower() == "true"
    return {
        "connection_info.protocol_name": name or None,
        "connection_info.protocol_num": PROTOCOL_NUMBERS.get(name),
        "connection_info.direction_id": int(DirectionId.OUTBOUND if outbound else DirectionId.INBOUND),
    }


def registry(data: Data) -> Row:
    """A key, or a value: then the last part of ``TargetObject`` is its name."""
    change, target = data.get("EventType", ""), data.get("TargetObject", "")
    if change in KEY_CHANGES:
        return {"activity_id": KEY_CHANGES[change], "reg_key.path": target or None}
    key, _, value = target.rpartition("\\")
    activity = 4 if change == "DeleteValue" else 2
    return {
        "class_uid": int(ClassUid.REGISTRY_VALUE_ACTIVITY),
        "activity_id": activity,
        "reg_key.path": key or None,
        "reg_value.name": value or None,
    }


def name_resolution(data: Data) -> Row:
    """``QueryResults`` is ``type:  5 alias.example;::ffff:192.0.2.1;``: aliases and addresses."""
    results = [part.strip() for part in data.get("QueryResults", "").split(";")]
    answers = [part.split()[-1].removeprefix("::ffff:") for part in results if part and part != "-"]
    return {"rcode_id": RCODES.get(data.get("QueryStatus", "")), "answers": answers or None}


def service_state(data: Data) -> Row:
    return {"activity_id": SERVICE_STATES.get(data.get("State", ""), 99), "service.name": "Sysmon"}


SHAPES: dict[int, Shape] = {
    1: Shape(
        ClassUid.PROCESS_ACTIVITY,
        1,
        {
            **PROCESS,
            "process.cmd_line": "CommandLine",
            "process.parent_process.file.path": "ParentImage",
            "process.parent_process.cmd_line": "ParentCommandLine",
            "process.parent_process.pid": "ParentProcessId",
            "actor.process.file.path": "ParentImage",
            "actor.process.cmd_line": "ParentCommandLine",
            "actor.process.pid": "ParentProcessId",
        },
    ),
    2: Shape(ClassUid.FILE_ACTIVITY, 6, FILE),
    3: Shape(
        ClassUid.NETWORK_ACTIVITY,
        1,
        {
            **ACTOR,
            "src_endpoint.ip": "SourceIp",
            "src_endpoint.port": "SourcePort",
            "src_endpoint.hostname": "SourceHostname",
            "dst_endpoint.ip": "DestinationIp",
            "dst_endpoint.port": "DestinationPort",
            "dst_endpoint.hostname": "DestinationHostname",
        },
        refine=connection,
    ),
    4: Shape(WINDOWS_SERVICE, 99, message="Sysmon の状態: {State}", refine=service_state),
    5: Shape(ClassUid.PROCESS_ACTIVITY, 2, PROCESS),
    6: Shape(ClassUid.MODULE_ACTIVITY, 1, {"module.file.path": "ImageLoaded"}),
    7: Shape(ClassUid.MODULE_ACTIVITY, 1, {**ACTOR, "module.file.path": "ImageLoaded"}),
    8: Shape(ClassUid.PROCESS_ACTIVITY, 4, {**TARGET_PROCESS, "process.uid": "TargetProcessGuid"}),
    9: Shape(ClassUid.FILE_ACTIVITY, 2, {**ACTOR, "file.path": "Device"}),
    10: Shape(ClassUid.PROCESS_ACTIVITY, 3, {**TARGET_PROCESS, "process.uid": "TargetProcessGUID"}),
    11: Shape(ClassUid.FILE_ACTIVITY, 1, FILE),
    12: Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 99, ACTOR, refine=registry),
    13: Shape(ClassUid.REGISTRY_VALUE_ACTIVITY, 2, {**ACTOR, "reg_value.data": "Details"}, refine=registry),
    14: Shape(ClassUid.REGISTRY_KEY_ACTIVITY, 5, ACTOR, refine=registry),
    15: Shape(ClassUid.FILE_ACTIVITY, 1, {**FILE, "file.hashes.sha256": "Hash"}),
    16: Shape(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1, message="Sysmon の設定変更: {Configuration}"),
    17: Shape(ClassUid.FILE_ACTIVITY, 1, {**ACTOR, "file.path": "PipeName"}),
    18: Shape(ClassUid.FILE_ACTIVITY, 14, {**ACTOR, "file.path": "PipeName"}),
    19: Shape(ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message="WMI フィルタ {Operation}: {Name} {Query}"),
    20: Shape(
        ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message="WMI コンシューマ {Operation}: {Name} {Destination}"
    ),
    21: Shape(ClassUid.BASE_EVENT, 99, {"actor.user": "User"}, message="WMI 結び付け {Operation}: {Consumer} {Filter}"),
    22: Shape(ClassUid.DNS_ACTIVITY, 6, {**ACTOR, "query.hostname": "QueryName"}, refine=name_resolution),
    23: Shape(ClassUid.FILE_ACTIVITY, 4, FILE),
    24: Shape(ClassUid.BASE_EVENT, 99, ACTOR, message="クリップボードの変更: {Image}"),
    25: Shape(ClassUid.PROCESS_ACTIVITY, 4, PROCESS, message="プロセスの改ざん: {Type} {Image}"),
    26: Shape(ClassUid.FILE_ACTIVITY, 4, FILE),
    27: Shape(ClassUid.FILE_ACTIVITY, 1, FILE, STOPPED),
    28: Shape(ClassUid.FILE_ACTIVITY, 4, FILE, STOPPED),
    29: Shape(ClassUid.FILE_ACTIVITY, 1, FILE),
}
