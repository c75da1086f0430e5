"""What administrators and users did, and what the firewall says of itself: sign-ins, commands, settings, tunnels."""

import re

from hinomi.library.formats import addresses, sign_in
from hinomi.library.formats.accounts import user
from hinomi.library.formats.events import activity
from hinomi.library.formats.rows import Row
from hinomi.library.sources.juniper_srx.flows import endpoints, said
from hinomi.library.sources.juniper_srx.records import Record
from hinomi.ocsf.classes import ClassUid, StatusId

LOGON, LOGOFF = 1, 2
OPEN, CLOSE, OTHER = 1, 2, 99
SIGN_IN = re.compile(
    r"^(?:SSHD_LOGIN|LOGIN_|UI_LOGIN|UI_LOGOUT|UI_AUTH|UI_CLI_IDLE|DOT1XD_USR|FWAUTH_|WEBAUTH|USERIDENT|SNMPD_AUTH"
    r"|LIBJNX_.*AUTH|AUTHD_|JADE_AUTH|SSHD_|TFTPD_.*AUTH|WEB_AUTH)"
)
SIGNED_OUT = re.compile(r"LOGOUT|LOGGEDOUT|SESSION_TIMEOUT|UI_CLI_IDLE|logged out", re.IGNORECASE)
FAILED = re.compile(
    r"FAIL|REJECT|DENIED|ATTEMPTS?_THRESHOLD|NOT_?AUTH|REFUSED|unauthorized|incorrect|timed out|error", re.IGNORECASE
)
CONFIGURED = re.compile(r"^UI_(?:CFG_AUDIT|COMMIT|LOAD|CONFIGURATION|RESCUE|FACTORY)")
COMMANDED = re.compile(r"^UI_(?:CMDLINE|DBASE_LOG|NETCONF|JUNOSCRIPT|REBOOT|SYSTEM|OPERATION)")
USER = re.compile(r"\b[Uu]sers?:? '?([\w.@\\-]+)'?")
HOST = re.compile(r"\b(?:from|at|[Hh]ost|address|ssh-connection) (?:host )?\[?'?([0-9A-Fa-f.:]*[0-9A-Fa-f])\b")
TUNNEL = re.compile(r"^(?:KMD_|IKE_|IPSEC|VPN)")
NEGOTIATION = re.compile(r"^(?:IKE|IPSec) negotiation|\bVPN \S+ from|SA (?:established|deleted)")
TUNNEL_ENDS = re.compile(r"DOWN|DELETE|EXPIRE|_DEL_|is down|deleted", re.IGNORECASE)
TUNNEL_BEGINS = re.compile(r"ESTABLISHED|_UP_|successfully completed|is up", re.IGNORECASE)
ALARM = re.compile(r"\bVPN .*? from (?P<remote>[0-9A-Fa-f.:]+) is .*?Local-ip: (?P<local>[0-9A-Fa-f.:]+)")
GATEWAYS = re.compile(
    r"Local(?: gateway)?: ([0-9A-Fa-f.:]+?)(?:/\d+)?,.*?Remote(?: gateway)?: ([0-9A-Fa-f.:]+?)(?:/\d+)?,"
)


def about(record: Record, row: Row) -> Row:
    """The columns of any message that is about the firewall itself."""
    row["message"] = record.message or said(record, "message") or record.tag or None
    return row


def own(record: Record) -> Row:
    """A message by its tag, or by its words where it has none; what is not known is a Base Event."""
    tag, text = record.tag, record.message
    if not tag and (found := sign_in.sshd(text) or sign_in.pam(text)):
        return about(record, activity(ClassUid.AUTHENTICATION, LOGON) | found)
    if SIGN_IN.match(tag):
        return about(record, signed(record))
    if CONFIGURED.match(tag):
        return about(record, by_user(record, activity(ClassUid.DEVICE_CONFIG_STATE_CHANGE, 1)))
    if COMMANDED.match(tag):
        return about(record, by_user(record, activity(ClassUid.API_ACTIVITY, OTHER)))
    if TUNNEL.match(tag) or (not tag and NEGOTIATION.search(text)):
        return about(record, tunnelled(record))
    row = activity(ClassUid.BASE_EVENT, 0)
    return about(record, row | {name: value for name, value in endpoints(record).items() if value is not None})


def signed(record: Record) -> Row:
    words = f"{record.tag} {record.message}"
    row = activity(ClassUid.AUTHENTICATION, LOGOFF if SIGNED_OUT.search(words) else LOGON)
    row |= user(said(record, "username", "user-name") or named(USER, record.message))
    address = said(record, "source-address", "client-ip", "host") or named(HOST, record.message)
    row["src_endpoint.ip"] = addresses.ip(address)
    row["src_endpoint.mac"] = addresses.mac(said(record, "mac-address"))
    row["src_endpoint.interface_name"] = said(record, "interface-name")
    row["status_id"] = int(StatusId.FAILURE if FAILED.search(words) else StatusId.SUCCESS)
    return row


def by_user(record: Record, row: Row) -> Row:
    row |= user(said(record, "username") or named(USER, record.message), "actor.user")
    row["metadata.event_code"] = record.tag
    command = said(record, "command", "statement", "edit-path", "pathname")
    if command and not record.message:
        row["status_detail"] = command
    return row


def tunnelled(record: Record) -> Row:
    words = f"{record.tag} {record.message}"
    opened = OPEN if TUNNEL_BEGINS.search(words) else OTHER
    row = activity(ClassUid.TUNNEL_ACTIVITY, CLOSE if TUNNEL_ENDS.search(words) else opened)
    gateways = GATEWAYS.search(record.message)
    alarm = ALARM.search(record.message)
    local, remote = gateways.groups() if gateways else (alarm["local"], alarm["remote"]) if alarm else (None, None)
    row["src_endpoint.ip"] = addresses.ip(said(record, "local-address", "local-gateway") or local)
    row["dst_endpoint.ip"] = addresses.ip(said(record, "remote-address", "remote-gateway", "remote-peer") or remote)
    row["status_id"] = int(StatusId.FAILURE if FAILED.search(words) else StatusId.SUCCESS)
    return row


def named(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found[1] if found else None
