"""Which column of a PAN-OS log holds what, under the names of PAN-OS's own custom log formats.

New versions add columns at the end, so a position once given stays; a line of an older version ends earlier.
``-`` is a column that is not read (NAT addresses, reserved ones). ``high_res`` is PAN-OS's
``high_res_timestamp``. Source: PAN-OS Administrator's Guide 11.1, "Syslog Field Descriptions".
"""

import csv
from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple, cast

Record = dict[str, str]
"""Columns of a record by name; an empty text is an empty column."""

HEAD = "- receive_time serial type subtype - time_generated"
SESSION = (
    f"{HEAD} src dst - - rule srcuser dstuser app vsys from to inbound_if outbound_if"
    " - - sessionid repeatcnt sport dport - - - proto action"
)
HIERARCHY = "- - - - vsys_name device_name"


def blank(columns: int) -> str:
    return " ".join("-" * columns)


def device(side: str) -> str:
    """Eight columns of Device-ID: category, profile, model, vendor, OS family, OS version, host, MAC."""
    return f"{blank(6)} {side}_host {side}_mac"


TEXTS = {
    "TRAFFIC": f"{SESSION} - bytes_sent bytes_received - start elapsed category - - - srcloc dstloc -"
    f" pkts_sent pkts_received session_end_reason {HIERARCHY} {blank(12)} rule_uuid {blank(10)}"
    f" {device('src')} {device('dst')} {blank(10)} high_res",
    "THREAT": f"{SESSION} misc threatid category severity direction - - srcloc dstloc - contenttype - filedigest"
    f" cloud - user_agent filetype xff referer sender subject recipient reportid {HIERARCHY} {blank(3)} http_method"
    f" {blank(5)} thr_category {blank(5)} url_category_list rule_uuid {blank(3)}"
    f" {device('src')} {device('dst')} {blank(11)} high_res",
    "DECRYPTION": f"{SESSION} {blank(5)} rule_uuid {blank(2)} tls_version {blank(20)} cn issuer_cn - sni error"
    f" {blank(7)} high_res {device('src')} {device('dst')} {blank(2)} {HIERARCHY}",
    "TUNNEL": f"{SESSION} severity {blank(2)} srcloc dstloc {HIERARCHY} {blank(4)} tunnel - bytes_sent bytes_received -"
    f" pkts_sent pkts_received {blank(6)} session_end_reason - start elapsed {blank(3)} rule_uuid {blank(4)}"
    " high_res",
    "GTP": SESSION,
    "SCTP": f"{HEAD} src dst - - rule - - - vsys from to inbound_if outbound_if - - sessionid repeatcnt sport dport"
    f" {blank(4)} proto action {HIERARCHY}",
    "SYSTEM": f"{HEAD} vsys eventid object - - module severity opaque - - {HIERARCHY} - - high_res",
    "CONFIG": f"{HEAD} host vsys cmd admin client result path - - {HIERARCHY} - comment - high_res",
    "GLOBALPROTECT": f"{HEAD} vsys eventid stage auth_method tunnel_type srcuser srcregion machinename public_ip"
    " public_ipv6 private_ip private_ipv6 hostid serialnumber client_ver client_os client_os_ver repeatcnt reason error"
    f" opaque status location login_duration - error_code portal - - high_res {blank(4)} gateway {HIERARCHY}",
    "USERID": f"{HEAD} vsys ip user datasourcename eventid repeatcnt timeout - - datasource datasourcetype - -"
    f" {HIERARCHY} {blank(7)} high_res",
    "HIPMATCH": f"{HEAD} srcuser vsys machinename client_os src matchname repeatcnt matchtype {blank(4)} {HIERARCHY}"
    f" - srcipv6 hostid serialnumber mac high_res",
    "AUTHENTICATION": f"{HEAD} vsys ip user normalize_user object authpolicy repeatcnt - vendor - serverprofile desc"
    f" clienttype event factorno - - {HIERARCHY} - authproto rule_uuid high_res {device('src')}",
    "CORRELATION": f"{HEAD} src srcuser vsys group severity {HIERARCHY} - object_name object_id evidence",
    "IPTAG": f"{HEAD} vsys ip tag_name event_id repeatcnt timeout datasourcename {blank(4)} {HIERARCHY} - high_res",
    "AUDIT": "serial time_generated type - eventid admin cmd result",
}
SHORTEST = 7
"""Columns up to the generated time: with fewer, a line says neither what nor when."""
UNKNOWN = "OTHER"
TEXTS[UNKNOWN] = HEAD
ALIASES = {
    "AUTH": "AUTHENTICATION",
    "HIP-MATCH": "HIPMATCH",
    "START": "TUNNEL",
    "END": "TUNNEL",
    "URL": "THREAT",
    "FILE": "THREAT",
    "DATA": "THREAT",
    "WILDFIRE": "THREAT",
    "audit": "AUDIT",
}
"""Types as some versions and Strata Logging Service write them."""


SHARED = (
    *("src", "dst", "sport", "dport", "proto", "inbound_if", "outbound_if", "srcloc", "dstloc", "srcuser", "app"),
    *("rule", "rule_uuid", "sessionid", "repeatcnt", "category", "session_end_reason", "start", "elapsed"),
    *("bytes_sent", "bytes_received", "pkts_sent", "pkts_received", "src_host", "src_mac", "dst_host"),
)
"""What logs of sessions have in common; made into columns of many records at once."""
SESSIONS = ("TRAFFIC", "GTP", "SCTP", "DECRYPTION", "TUNNEL")
"""Types that consist of little else."""
Pick = Callable[[list[str]], tuple[str, ...]]


class Layout(NamedTuple):
    """The columns that are read: names and how they are picked, those of SHARED, and how many columns that takes."""

    names: tuple[str, ...]
    pick: Pick
    shared: Pick
    width: int


def layout(kind: str) -> Layout:
    places = {name: place for place, name in enumerate(TEXTS[kind].split()) if name != "-"}
    names = tuple(name for name in places if kind not in SESSIONS or name not in SHARED)
    absent = -1  # what is read of a line ends with an empty column
    return Layout(
        names,
        cast(Pick, itemgetter(*(places[name] for name in names))),
        cast(Pick, itemgetter(*(places.get(name, absent) for name in SHARED))),
        max(places.values()) + 1,
    )


LAYOUTS = {kind: layout(kind) for kind in TEXTS}


def kind_of(word: str) -> str:
    """The layout of a log type."""
    kind = ALIASES.get(word, word)
    return kind if kind in LAYOUTS else UNKNOWN


def record(fields: list[str], kind: str) -> tuple[Record, tuple[str, ...]]:
    """The named columns of a line, and those of SHARED; columns for which it is too short are empty."""
    names, pick, shared, width = LAYOUTS[kind]
    last = fields[-1]
    fields += [""] * max(width - len(fields) + 1, 1)
    named = dict(zip(names, pick(fields), strict=True))
    # exporters that drop columns in the middle leave the time at the end
    if last[10:11] == "T" and "high_res" in named and named["high_res"][10:11] != "T":
        named["high_res"] = last
    return named, shared(fields)


def split(text: str) -> list[str]:
    """Columns of a line. A CSV reader is needed only where a quote stands before the last column that is read."""
    quote = text.find('"')
    if quote < 0:
        return text.split(",")
    head = text[:quote].split(",")
    kind = kind_of(head[3]) if len(head) > SHORTEST else UNKNOWN
    if kind != UNKNOWN and len(head) > LAYOUTS[kind].width:
        return head[:-1]
    try:
        return next(csv.reader((text.replace("\r", " "),)), [])
    except csv.Error:  # a quoted column of over 128 KiB
        return text.split(",")
