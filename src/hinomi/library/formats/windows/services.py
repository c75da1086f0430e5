"""Events of servers on Windows that sign people in or answer names: SQL Server, OpenSSH, RD Gateway, SMB, DNS.

Source: Microsoft, "MSSQLSERVER_18456"; "OpenSSH for Windows", logging; "RD Gateway events"; "SMBServer event log";
"DNS Logging and Diagnostics"; "Service Control Manager Events"; "Winlogon notifications".
"""

import re

from hinomi.library.formats import sign_in
from hinomi.library.formats.addresses import endpoint
from hinomi.library.formats.rows import Row
from hinomi.library.formats.windows.shape import WINDOWS_SERVICE, Data, Shape
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, StatusId

CLIENT = re.compile(r"\[[^\[\]:]{1,12}[::] ?([^\]<>]+)\]")
"""``[CLIENT: 192.0.2.1]`` and ``[クライアント: 192.0.2.1]`` of SQL Server."""
NAMED = re.compile(r"['「](?:([^'」\\]+)\\)?([^'」]*)['」]")
STATUS = re.compile(r"\((0x[0-9A-Fa-f]{8})\)\s*$")
QUERY_TYPES = {"1": "A", "2": "NS", "5": "CNAME", "6": "SOA", "12": "PTR", "15": "MX", "16": "TXT", "28": "AAAA",
               "33": "SRV", "65": "HTTPS", "255": "ANY"}  # fmt: skip


def database_logon(status: StatusId) -> Shape:
    """SQL Server names the account, the reason and the client in values without names, or in a sentence."""

    def refine(data: Data) -> Row:
        lines = data.get("Data", "").splitlines()
        text = "\n".join(lines) or " ".join(data.values())
        account = lines[0].strip() if len(lines) > 1 else ""
        found = NAMED.search(text)
        domain, _, name = (
            account.rpartition("\\") if account else (found[1] or "", "", found[2]) if found else ("",) * 3
        )
        client = CLIENT.search(text)
        reason = next((line.partition(":")[2].strip() for line in lines if line.strip().startswith("Reason:")), None)
        return {
            "user.name": name or None,
            "user.domain": domain or None,
            "src_endpoint.ip": endpoint(client[1].strip())[0] if client else None,
            "status_detail": reason,
        }

    return Shape(ClassUid.AUTHENTICATION, 1, {}, {"status_id": int(status), "app_name": "SQL Server"}, refine=refine)


def ssh(data: Data) -> Row:
    payload = data.get("payload", "")
    return sign_in.sshd(payload) or {"message": payload or None}


def gateway(activity: int, status: StatusId) -> Shape:
    fields = {"user": "Username", "src_endpoint.ip": "IpAddress", "dst_endpoint.hostname": "Resource"}
    constants = {"status_id": int(status), "logon_type_id": 10}
    return Shape(ClassUid.AUTHENTICATION, activity, fields, constants)


def smb(data: Data) -> Row:
    """A client and a user who could not sign in; the address is ``192.0.2.1:49200``."""
    status = data.get("Status", "")
    found = STATUS.search(status)
    address, port = endpoint(data.get("ClientAddress") or data.get("Client Address") or "")
    client = data.get("ClientName", "").strip("\\")
    if address is None:
        address, _ = endpoint(client)
    return {
        "src_endpoint.ip": address,
        "src_endpoint.port": port,
        "src_endpoint.hostname": client if client and endpoint(client)[0] is None else None,
        "status_detail": found[1] if found else status or None,
    }


def query(activity: int, address: str) -> Shape:
    def refine(data: Data) -> Row:
        kind, rcode = data.get("QTYPE", ""), data.get("RCODE", "")
        name = data.get("QNAME", "").rstrip(".")
        return {
            "query.hostname": name or None,
            "query.type": QUERY_TYPES.get(kind, kind) or None,
            "rcode_id": int(rcode) if activity == 2 and rcode.isdecimal() and len(rcode) < 5 else None,
        }

    return Shape(ClassUid.DNS_ACTIVITY, activity, {"src_endpoint.ip": address}, refine=refine)


def service(activity: int, message: str, name: str = "param1") -> Shape:
    return Shape(WINDOWS_SERVICE, activity, {"service.name": name}, message=message)


DATABASE = {
    **dict.fromkeys((18453, 18454, 18455), database_logon(StatusId.SUCCESS)),
    **dict.fromkeys((18451, 18452, 18456, 18470, 18486, 18487, 18488), database_logon(StatusId.FAILURE)),
}
STOPPED = {"action_id": int(ActionId.DENIED), "disposition_id": int(DispositionId.BLOCKED)}
SMB_REFUSED = Shape(
    ClassUid.AUTHENTICATION,
    1,
    {"user": "UserName"},
    {"status_id": int(StatusId.FAILURE), "logon_type_id": 3},
    refine=smb,
)
FAILED_START = service(3, "サービスの開始の失敗: {param1} {param2}")
CRASHED = service(4, "サービスの異常終了: {param1} {param2}")
CONTROL_MANAGER: dict[int, Shape] = {
    **dict.fromkeys((7000, 7001, 7022, 7038, 7041), FAILED_START),
    **dict.fromkeys((7023, 7024, 7031, 7034), CRASHED),
    7009: service(3, "サービスの開始の時間切れ: {param2} {param1}", "param2"),
    7011: service(99, "サービスの応答の時間切れ: {param2} {param1}", "param2"),
    7035: service(99, "サービスへの指示: {param1} {param2}"),
}

SHAPES: dict[str, dict[int, Shape]] = {
    "MSSQLSERVER": DATABASE,
    "OpenSSH": {4: Shape(ClassUid.BASE_EVENT, 0, {}, {"app_name": "OpenSSH"}, refine=ssh)},
    "Microsoft-Windows-TerminalServices-Gateway": {
        **dict.fromkeys((200, 300, 302), gateway(1, StatusId.SUCCESS)),
        **dict.fromkeys((201, 301, 304), gateway(1, StatusId.FAILURE)),
        **dict.fromkeys((202, 303), gateway(2, StatusId.SUCCESS)),
    },
    "Microsoft-Windows-SMBServer": dict.fromkeys((551, 1006), SMB_REFUSED),
    "Microsoft-Windows-DNSServer": {
        256: query(1, "Source"),
        257: query(2, "Destination"),
        258: query(2, "Destination"),
        259: Shape(ClassUid.DNS_ACTIVITY, 1, query(1, "Source").fields, STOPPED, refine=query(1, "Source").refine),
    },
    "Microsoft-Windows-Winlogon": {
        7001: Shape(ClassUid.AUTHENTICATION, 1, {"user.uid": "UserSid"}, {"status_id": int(StatusId.SUCCESS)}),
        7002: Shape(ClassUid.AUTHENTICATION, 2, {"user.uid": "UserSid"}, {"status_id": int(StatusId.SUCCESS)}),
    },
}
