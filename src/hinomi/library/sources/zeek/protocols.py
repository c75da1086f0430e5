"""Zeek's records of traffic, one function a log: its fields to OCSF columns.

Source: Zeek documentation, "Log Files" and the scripts' ``Info`` records.
"""

from collections.abc import Callable

from hinomi.library.formats import addresses, http, mime
from hinomi.library.formats.jsonlines import text
from hinomi.library.formats.rows import Row
from hinomi.library.formats.threats import evidence
from hinomi.library.sources.zeek.fields import (
    Log,
    activity,
    first,
    later,
    listed,
    milliseconds,
    moment,
    number,
    truth,
)
from hinomi.ocsf.classes import ClassUid, SeverityId, StatusId

OPEN, CLOSE, RESET, FAIL, REFUSE, TRAFFIC = 1, 2, 3, 4, 5, 6
OTHER = 99
CONNECTIONS = {
    "SF": CLOSE,
    "S2": CLOSE,
    "S3": CLOSE,
    "S1": OPEN,
    "S0": FAIL,
    "SH": FAIL,
    "REJ": REFUSE,
    "RSTO": RESET,
    "RSTR": RESET,
    "RSTOS0": RESET,
    "RSTRH": RESET,
}
QUERY, DNS_TRAFFIC = 1, 6
UPLOAD, DOWNLOAD, DELETE, RENAME = 1, 2, 4, 5
SEND, LOGON, TICKET, SERVICE_TICKET = 1, 1, 3, 4
FTP = {"RETR": DOWNLOAD, "STOR": UPLOAD, "STOU": UPLOAD, "APPE": UPLOAD, "DELE": DELETE, "RNTO": RENAME, "RNFR": RENAME}
SMB = {"SMB::FILE_OPEN": 2, "SMB::PIPE_OPEN": 2, "SMB::PRINT_OPEN": 2}
DHCP = {"DISCOVER": 1, "OFFER": 2, "REQUEST": 3, "DECLINE": 4, "ACK": 5, "NAK": 6, "RELEASE": 7, "INFORM": 8}
TUNNELS = {"Tunnel::DISCOVER": 1, "Tunnel::CLOSE": 2, "Tunnel::EXPIRE": 2}


def outcome(success: bool | None) -> Row:
    return {} if success is None else {"status_id": int(StatusId.SUCCESS if success else StatusId.FAILURE)}


def conn(log: Log) -> Row:
    """A connection that is over; bytes are those of the payload where Zeek knows them."""
    state, start = text(log.get("conn_state")), moment(log.get("ts"))
    sent, received = number(log.get("orig_bytes")), number(log.get("resp_bytes"))
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, CONNECTIONS.get(state or "", TRAFFIC), log),
        "app_name": text(log.get("service")),
        "status_detail": state,
        "start_time": start,
        "end_time": later(start, log.get("duration")),
        "duration": milliseconds(log.get("duration")),
        "traffic.bytes_out": sent if sent is not None else number(log.get("orig_ip_bytes")),
        "traffic.bytes_in": received if received is not None else number(log.get("resp_ip_bytes")),
        "traffic.packets_out": number(log.get("orig_pkts")),
        "traffic.packets_in": number(log.get("resp_pkts")),
        "src_endpoint.mac": addresses.mac(log.get("orig_l2_addr")),
    }


def dns(log: Log) -> Row:
    """A query with its answer, if there was one."""
    rcode = number(log.get("rcode"), 65535)
    name = text(log.get("query"))
    return {
        **activity(ClassUid.DNS_ACTIVITY, QUERY if rcode is None else DNS_TRAFFIC, log),
        "query.hostname": name,
        "query.type": text(log.get("qtype_name")),
        "rcode_id": rcode,
        "answers": listed(log.get("answers")) or None,
        "duration": milliseconds(log.get("rtt")),
        "unmapped": evidence({"Z": number(log.get("Z"))}, "Z"),
    }


def http_request(log: Log) -> Row:
    method, host = text(log.get("method")), text(log.get("host"))
    files = listed(log.get("resp_filenames")) or listed(log.get("orig_filenames"))
    return {
        **activity(ClassUid.HTTP_ACTIVITY, http.activity_id(method), log),
        **http.url("http", host, text(log.get("uri")), number(log.get("id.resp_p"))),
        "dst_endpoint.hostname": http.hostname(host) if host else None,
        "http_request.http_method": method,
        "http_request.user_agent": text(log.get("user_agent")),
        "http_response.code": number(log.get("status_code"), 999),
        "traffic.bytes_out": number(log.get("request_body_len")),
        "traffic.bytes_in": number(log.get("response_body_len")),
        "user.name": text(log.get("username")),
        "file.name": files[0] if files else None,
        "message": " ".join(listed(log.get("resp_mime_types"))) or None,
    }


def ssl(log: Log) -> Row:
    """A TLS or QUIC handshake; the server is the one the client asked for."""
    said = (log.get("version"), log.get("cipher"), log.get("validation_status"))
    return {
        **activity(ClassUid.NETWORK_ACTIVITY, OPEN, log),
        **outcome(truth(log.get("established"))),
        "app_name": "quic" if "client_initial_dcid" in log or "history" in log else "ssl",
        "dst_endpoint.hostname": text(log.get("server_name")),
        "message": " ".join(filter(None, map(text, said))) or None,
    }


def files(log: Log) -> Row:
    """A file seen in transit: the client is the source, whichever way the file went."""
    upload = truth(log.get("is_orig")) is True
    giver, taker = listed(log.get("tx_hosts")), listed(log.get("rx_hosts"))
    client, server = (giver, taker) if upload else (taker, giver)
    row = activity(ClassUid.NETWORK_FILE_ACTIVITY, UPLOAD if upload else DOWNLOAD, log)
    name = text(log.get("filename"))
    size = number(log.get("total_bytes"))
    return {
        **row,
        "src_endpoint.ip": row["src_endpoint.ip"] or addresses.ip(client[0] if client else None),
        "dst_endpoint.ip": row["dst_endpoint.ip"] or addresses.ip(server[0] if server else None),
        "app_name": text(log.get("source")),
        "file.name": name.replace("\\", "/").rpartition("/")[2] or None if name else None,
        "file.path": name,
        "file.size": size if size is not None else number(log.get("seen_bytes")),
        "file.hashes.sha256": text(log.get("sha256")),
        "message": text(log.get("mime_type")),
        "duration": milliseconds(log.get("duration")),
    }


def smtp(log: Log) -> Row:
    sender = first(log.get("mailfrom"), log.get("from"))
    recipients = listed(log.get("rcptto")) or listed(log.get("to"))
    return {
        **activity(ClassUid.EMAIL_ACTIVITY, SEND, log),
        "src_endpoint.hostname": text(log.get("helo")),
        "email.from": sender.strip("<>") if sender else None,
        "email.to": [recipient.strip("<>") for recipient in recipients] or None,
        "email.subject": mime.subject(text(log.get("subject"))),
        "email.message_uid": text(log.get("msg_id")),
        "http_request.user_agent": text(log.get("user_agent")),
        "status_detail": text(log.get("last_reply")),
    }


def ssh(log: Log) -> Row:
    success = truth(log.get("auth_success"))
    return {
        **activity(ClassUid.SSH_ACTIVITY, FAIL if success is False else OPEN, log),
        **outcome(success),
        "message": text(log.get("client")),
    }


def rdp(log: Log) -> Row:
    return {
        **activity(ClassUid.RDP_ACTIVITY, TRAFFIC, log),
        "src_endpoint.hostname": text(log.get("client_name")),
        "user.name": text(log.get("cookie")),
        "status_detail": text(log.get("result")),
        "message": text(log.get("security_protocol")),
    }


def smb_files(log: Log) -> Row:
    name, path, action = text(log.get("name")), text(log.get("path")), text(log.get("action"))
    whole = "\\".join(part.rstrip("\\") for part in (path, name.lstrip("\\") if name else None) if part)
    return {
        **activity(ClassUid.SMB_ACTIVITY, SMB.get(action or "", OTHER), log),
        "message": action,
        "file.name": name.rpartition("\\")[2] or None if name else None,
        "file.path": whole or None,
        "file.size": number(log.get("size")),
    }


def smb_mapping(log: Log) -> Row:
    return {
        **activity(ClassUid.SMB_ACTIVITY, OTHER, log),
        "message": first(log.get("share_type"), log.get("service")),
        "file.path": text(log.get("path")),
    }


def smb_cmd(log: Log) -> Row:
    argument = text(log.get("argument"))
    status = text(log.get("status"))
    return {
        **activity(ClassUid.SMB_ACTIVITY, OTHER, log),
        **outcome(None if status is None else status == "SUCCESS"),
        "message": " ".join(filter(None, (text(log.get("command")), argument))) or None,
        "status_detail": status,
        "file.path": text(log.get("tree")),
        "user.name": text(log.get("username")),
    }


def dhcp(log: Log) -> Row:
    """A whole exchange, by the last message of it; the client is the source."""
    types = listed(log.get("msg_types"))
    row = activity(ClassUid.DHCP_ACTIVITY, DHCP.get(types[-1] if types else "", OTHER), log)
    assigned = first(
        log.get("assigned_addr"), log.get("assigned_ip"), log.get("client_addr"), log.get("requested_addr")
    )
    return {
        **row,
        "src_endpoint.ip": addresses.ip(assigned) or row["src_endpoint.ip"],
        "src_endpoint.mac": addresses.mac(log.get("mac")),
        "src_endpoint.hostname": first(log.get("host_name"), log.get("client_fqdn")),
        "dst_endpoint.ip": addresses.ip(log.get("server_addr")) or row["dst_endpoint.ip"],
        "message": " ".join(types) or None,
    }


def kerberos(log: Log) -> Row:
    client, _, realm = (text(log.get("client")) or "").partition("/")
    kind = text(log.get("request_type"))
    success = truth(log.get("success"))
    return {
        **activity(ClassUid.AUTHENTICATION, {"AS": TICKET, "TGS": SERVICE_TICKET}.get(kind or "", OTHER), log),
        **outcome(success),
        "severity_id": int(SeverityId.LOW if success is False else SeverityId.INFORMATIONAL),
        "status_detail": text(log.get("error_msg")),
        "user.name": client or None,
        "user.domain": realm or None,
        "service.name": text(log.get("service")),
        "message": kind,
        "unmapped": evidence(log, "cipher"),
    }


def ntlm(log: Log) -> Row:
    success = truth(log.get("success"))
    return {
        **activity(ClassUid.AUTHENTICATION, LOGON, log),
        **outcome(success),
        "severity_id": int(SeverityId.LOW if success is False else SeverityId.INFORMATIONAL),
        "user.name": text(log.get("username")),
        "user.domain": text(log.get("domainname")),
        "src_endpoint.hostname": text(log.get("hostname")),
        "dst_endpoint.hostname": first(log.get("server_dns_computer_name"), log.get("server_nb_computer_name")),
        "message": "NTLM",
    }


def ldap(log: Log) -> Row:
    """A bind is a sign-in; ``object`` is the name that it gives."""
    result = text(log.get("result"))
    bind = "bind" in (text(log.get("opcode")) or "")
    row = activity(ClassUid.AUTHENTICATION, LOGON, log) if bind else activity(ClassUid.BASE_EVENT, 0, log)
    return {
        **row,
        **outcome(None if result is None else result == "success"),
        "user.name": first(log.get("object")) if bind else None,
        "status_detail": result,
        "message": " ".join(filter(None, ("LDAP", text(log.get("opcode")), text(log.get("object"))))),
    }


def radius(log: Log) -> Row:
    result = text(log.get("result"))
    return {
        **activity(ClassUid.AUTHENTICATION, LOGON, log),
        **outcome(None if result is None else result == "success"),
        "user.name": text(log.get("username")),
        "src_endpoint.mac": addresses.mac(log.get("mac")),
        "device.ip": addresses.ip(log.get("framed_addr")),
        "status_detail": first(log.get("reply_msg"), result),
        "message": "RADIUS",
    }


def ftp(log: Log) -> Row:
    """A command; those that move a file are Network File Activity. Passwords are left where they are."""
    command, target = text(log.get("command")), text(log.get("arg"))
    moved = FTP.get(command or "")
    code = number(log.get("reply_code"))
    row = activity(ClassUid.NETWORK_FILE_ACTIVITY if moved else ClassUid.NETWORK_ACTIVITY, moved or TRAFFIC, log)
    return {
        **row,
        **outcome(None if code is None else code < 400),
        "app_name": "ftp",
        "user.name": text(log.get("user")),
        "message": " ".join(filter(None, (command, None if command == "PASS" else target))) or None,
        "status_detail": text(log.get("reply_msg")),
        "file.path": target if moved else None,
        "file.name": target.rpartition("/")[2] or None if moved and target else None,
        "file.size": number(log.get("file_size")),
    }


def tunnel(log: Log) -> Row:
    return {
        **activity(ClassUid.TUNNEL_ACTIVITY, TUNNELS.get(text(log.get("action")) or "", OTHER), log),
        "message": first(log.get("tunnel_type"), log.get("action")),
    }


LOGS: dict[str, Callable[[Log], Row]] = {
    "conn": conn,
    "conn_long": conn,
    "conn_red": conn,
    "dns": dns,
    "dns_red": dns,
    "http": http_request,
    "http_red": http_request,
    "ssl": ssl,
    "ssl_red": ssl,
    "files": files,
    "files_red": files,
    "smtp": smtp,
    "ssh": ssh,
    "rdp": rdp,
    "smb_files": smb_files,
    "smb_mapping": smb_mapping,
    "smb_cmd": smb_cmd,
    "dhcp": dhcp,
    "kerberos": kerberos,
    "ntlm": ntlm,
    "ldap": ldap,
    "quic": ssl,
    "radius": radius,
    "ftp": ftp,
    "tunnel": tunnel,
}
"""Logs by their ``path``; ``_red`` and ``_long`` are Corelight's."""
