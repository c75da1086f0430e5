"""Suricata's records of traffic, one function a protocol: the part of an EVE record to OCSF columns."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hinomi.library.formats.http import activity_id, url
from hinomi.library.formats.jsonlines import integer, part, port, text, texts
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, StatusId

Eve = Mapping[str, Any]

OTHER = 99
RCODES = {
    "NOERROR": 0,
    "FORMERR": 1,
    "SERVFAIL": 2,
    "NXDOMAIN": 3,
    "NOTIMP": 4,
    "REFUSED": 5,
    "YXDOMAIN": 6,
    "YXRRSET": 7,
    "NXRRSET": 8,
    "NOTAUTH": 9,
    "NOTZONE": 10,
}
"""Source: RFC 1035, RFC 2136."""
DNS_TYPES = {"query": 1, "request": 1, "answer": 2, "response": 2}
DHCP_TYPES = {
    "discover": 1,
    "offer": 2,
    "request": 3,
    "decline": 4,
    "ack": 5,
    "nak": 6,
    "release": 7,
    "inform": 8,
}
RDP_STAGES = {
    "initial_request": 1,
    "initial_response": 2,
    "connect_request": 3,
    "connect_response": 4,
    "tls_handshake": 5,
}
SMB_DISPOSITIONS = {
    "FILE_SUPERSEDE": 1,
    "FILE_OPEN": 2,
    "FILE_CREATE": 3,
    "FILE_OPEN_IF": 4,
    "FILE_OVERWRITE": 5,
    "FILE_OVERWRITE_IF": 6,
}
WELL_KNOWN = 1024
"""Ports below are those of servers."""
UPLOADS = ("POST", "PUT", "PATCH")


def classed(class_uid: ClassUid, activity: int) -> Row:
    return {"class_uid": int(class_uid), "activity_id": activity}


def moment(value: object) -> datetime | None:
    """A time with its offset as naive UTC; null for anything else."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time.astimezone(UTC).replace(tzinfo=None) if time and time.tzinfo else None


def flow(eve: Eve) -> Row:
    """A connection that ended; netflow is one direction of it."""
    found = part(eve.get("flow"))
    start, end = moment(found.get("start")), moment(found.get("end"))
    return {
        **classed(ClassUid.NETWORK_ACTIVITY, 6),
        "start_time": start,
        "end_time": end,
        "duration": round((end - start).total_seconds() * 1000) if start and end else None,
        "traffic.bytes_out": integer(found.get("bytes_toserver")),
        "traffic.bytes_in": integer(found.get("bytes_toclient")),
        "traffic.packets_out": integer(found.get("pkts_toserver")),
        "traffic.packets_in": integer(found.get("pkts_toclient")),
    }


def netflow(eve: Eve) -> Row:
    found = part(eve.get("netflow"))
    sent = {"traffic.bytes_out": integer(found.get("bytes")), "traffic.packets_out": integer(found.get("pkts"))}
    return {**classed(ClassUid.NETWORK_ACTIVITY, 6), **sent}


def drop(eve: Eve) -> Row:
    verdict = {"action_id": int(ActionId.DENIED), "disposition_id": int(DispositionId.DROPPED)}
    return {**classed(ClassUid.NETWORK_ACTIVITY, 5), **verdict}


def tls(eve: Eve) -> Row:
    """A handshake, also over QUIC; the server is the one the client asked for."""
    name = text(part(eve.get("tls")).get("sni")) or text(part(eve.get("quic")).get("sni"))
    return {**classed(ClassUid.NETWORK_ACTIVITY, 1), "dst_endpoint.hostname": name}


def dns(eve: Eve) -> Row:
    """Version 1 has an answer a record, 2 a list of answers, 3 also a list of queries."""
    found = part(eve.get("dns")) or part(eve.get("mdns"))
    queries, answers = found.get("queries"), found.get("answers")
    listed = [part(answer) for answer in answers] if isinstance(answers, list) else []
    asked = part(queries[0]) if isinstance(queries, list) and queries else found
    named = asked if asked.get("rrname") else next((answer for answer in listed if answer.get("rrname")), asked)
    data = [text(answer.get("rdata")) for answer in listed] or [text(found.get("rdata"))]
    return {
        **classed(ClassUid.DNS_ACTIVITY, DNS_TYPES.get(text(found.get("type")) or "", OTHER)),
        "query.hostname": text(named.get("rrname")),
        "query.type": text(named.get("rrtype")),
        "rcode_id": RCODES.get(text(found.get("rcode")) or ""),
        "answers": [answer for answer in data if answer] or None,
    }


def server(eve: Eve) -> str:
    """Which endpoint is the server: a record of what a server sent has it as the source."""
    direction = eve.get("direction")
    if direction in ("to_server", "to_client"):
        return "src_endpoint" if direction == "to_client" else "dst_endpoint"
    source, destination = port(eve.get("src_port")) or 0, port(eve.get("dest_port")) or 0
    return "src_endpoint" if source < WELL_KNOWN <= destination else "dst_endpoint"


def turned(row: Row) -> Row:
    """The ends of an answer the other way round: who asked is the source, also of what it was told."""
    sides = ("ip", "port", "hostname")
    return {
        f"{side}.{part}": row.get(f"{other}.{part}")
        for side, other in (("src_endpoint", "dst_endpoint"), ("dst_endpoint", "src_endpoint"))
        for part in sides
    } | {"src_endpoint.mac": None}


def http(eve: Eve) -> Row:
    """Columns of the request a record is about; also of alerts and files, so without a class."""
    found = part(eve.get("http"))
    if not found:
        return {}
    host = text(found.get("hostname"))
    return {
        **url("http", host, text(found.get("url")), port(found.get("http_port"))),
        f"{server(eve)}.hostname": host,
        "http_request.http_method": text(found.get("http_method")),
        "http_request.user_agent": text(found.get("http_user_agent")),
        "http_response.code": integer(found.get("status"), 999),
    }


def http_activity(eve: Eve) -> Row:
    found = part(eve.get("http"))
    row = classed(ClassUid.HTTP_ACTIVITY, activity_id(text(found.get("http_method"))))
    return {**row, **http(eve), "traffic.bytes_in": integer(found.get("length"))}


def smtp(eve: Eve) -> Row:
    envelope, header = part(eve.get("smtp")), part(eve.get("email"))
    sender = text(envelope.get("mail_from")) or text(header.get("from"))
    recipients = texts(envelope.get("rcpt_to")) or texts(header.get("to"))
    attachments = texts(header.get("attachment"))
    return {
        **classed(ClassUid.EMAIL_ACTIVITY, 1),
        "src_endpoint.hostname": text(envelope.get("helo")),
        "email.from": sender.strip("<>") if sender else None,
        "email.to": [recipient.strip("<>") for recipient in recipients] or None,
        "email.subject": text(header.get("subject")),
        "email.message_uid": text(header.get("message_id")),
        "file.name": attachments[0] if attachments else None,
    }


def smb(eve: Eve) -> Row:
    found = part(eve.get("smb"))
    account, name = part(found.get("ntlmssp")), text(found.get("filename")) or text(found.get("share"))
    return {
        **classed(ClassUid.SMB_ACTIVITY, SMB_DISPOSITIONS.get(text(found.get("disposition")) or "", OTHER)),
        "message": text(found.get("command")),
        "file.path": name,
        "file.name": name.replace("/", "\\").rpartition("\\")[2] if name else None,
        "src_endpoint.hostname": text(account.get("host")),
        "user.name": text(account.get("user")),
        "user.domain": text(account.get("domain")),
    }


def ssh(eve: Eve) -> Row:
    client = part(part(eve.get("ssh")).get("client"))
    return {**classed(ClassUid.SSH_ACTIVITY, 1), "message": text(client.get("software_version"))}


def krb5(eve: Eve) -> Row:
    """A ticket that was asked for, by an answer or an error of the domain controller."""
    found = part(eve.get("krb5"))
    failed = text(found.get("error_code"))
    kind = text(found.get("failed_request")) or text(found.get("msg_type")) or ""
    ticket = 3 if "AS" in kind.split("_") else 4 if "TGS" in kind.split("_") else OTHER
    return {
        **classed(ClassUid.AUTHENTICATION, ticket),
        "status_id": int(StatusId.FAILURE if failed else StatusId.SUCCESS),
        "status_detail": failed,
        "user.name": text(found.get("cname")),
        "user.domain": text(found.get("realm")),
        "service.name": text(found.get("sname")),
        "message": kind or None,
    }


def ftp(eve: Eve) -> Row:
    """A command and what was answered; passwords are left where they are."""
    found = part(eve.get("ftp"))
    command, said = text(found.get("command")), text(found.get("command_data"))
    return {
        **classed(ClassUid.NETWORK_ACTIVITY, 6),
        "message": " ".join(filter(None, (command, None if command == "PASS" else said))) or None,
        "user.name": said if command == "USER" else None,
        "status_detail": " ".join(texts(found.get("reply"))) or None,
    }


def ftp_data(eve: Eve) -> Row:
    found = part(eve.get("ftp_data"))
    name = text(found.get("filename"))
    upload = text(found.get("command")) in ("STOR", "STOU", "APPE")
    return {
        **classed(ClassUid.NETWORK_FILE_ACTIVITY, 1 if upload else 2),
        "file.path": name,
        "file.name": name.rpartition("/")[2] or None if name else None,
    }


def tftp(eve: Eve) -> Row:
    found = part(eve.get("tftp"))
    name = text(found.get("file"))
    activity = 1 if text(found.get("packet")) == "write" else 2
    return {**classed(ClassUid.NETWORK_FILE_ACTIVITY, activity), "file.path": name, "file.name": name}


def ike(eve: Eve) -> Row:
    return classed(ClassUid.TUNNEL_ACTIVITY, 1)


def rdp(eve: Eve) -> Row:
    found = part(eve.get("rdp"))
    return {
        **classed(ClassUid.RDP_ACTIVITY, RDP_STAGES.get(text(found.get("event_type")) or "", OTHER)),
        "src_endpoint.hostname": text(part(found.get("client")).get("client_name")),
        "user.name": text(found.get("cookie")),
    }


def dhcp(eve: Eve) -> Row:
    """The client is the source, also in the server's replies."""
    found = part(eve.get("dhcp"))
    client = {
        **classed(ClassUid.DHCP_ACTIVITY, DHCP_TYPES.get(text(found.get("dhcp_type")) or "", OTHER)),
        "src_endpoint.mac": text(found.get("client_mac")),
        "src_endpoint.hostname": text(found.get("hostname")),
    }
    if found.get("type") != "reply":
        return client
    assigned = text(found.get("assigned_ip"))
    return {
        **client,
        "src_endpoint.ip": None if assigned == "0.0.0.0" else assigned,  # noqa: S104 (RFC 2131: none assigned)
        "src_endpoint.port": port(eve.get("dest_port")),
        "dst_endpoint.ip": text(eve.get("src_ip")),
        "dst_endpoint.port": port(eve.get("src_port")),
    }


def fileinfo(eve: Eve) -> Row:
    """A file seen in transit; a client that posts uploads, else it downloads."""
    found, request = part(eve.get("fileinfo")), http(eve)
    name = text(found.get("filename"))
    return {
        **request,
        **classed(ClassUid.NETWORK_FILE_ACTIVITY, 1 if request.get("http_request.http_method") in UPLOADS else 2),
        "file.path": name,
        "file.name": name.rpartition("/")[2] or None if name else None,
        "file.size": integer(found.get("size")),
        "file.hashes.sha256": text(found.get("sha256")),
    }


ACTIVITIES: dict[str, Callable[[Eve], Row]] = {
    "flow": flow,
    "netflow": netflow,
    "drop": drop,
    "fileinfo": fileinfo,
    "dns": dns,
    "mdns": dns,
    "tls": tls,
    "quic": tls,
    "smtp": smtp,
    "smb": smb,
    "ssh": ssh,
    "rdp": rdp,
    "dhcp": dhcp,
    "krb5": krb5,
    "ftp": ftp,
    "ftp_data": ftp_data,
    "tftp": tftp,
    "ike": ike,
    "ikev2": ike,
    "http": http_activity,
}
"""Types in the order in which a record without ``event_type`` is recognised: ``http`` is part of others."""
