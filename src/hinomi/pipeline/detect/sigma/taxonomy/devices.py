"""Firewalls, routers and network monitors under their makers' own field names.

Source: FortiOS log message reference; PAN-OS Administrator's Guide, "Syslog Field Descriptions"; Cisco ASA and IOS
system message guides; Zeek documentation, "Log Files".
"""

import polars as pl

from hinomi.ocsf.classes import ClassUid
from hinomi.pipeline.detect.sigma.taxonomy.columns import (
    ACTION,
    ADDRESSES,
    HOST,
    STATUS,
    USER,
    Fields,
    View,
    as_text,
    coded,
    first,
    is_class,
    of_sources,
    vendor,
    vendors,
)
from hinomi.pipeline.detect.sigma.taxonomy.network import REQUEST
from hinomi.pipeline.detect.sigma.taxonomy.people import ORIGIN

LOG = pl.col("metadata.log_name")
SHARED: Fields = (
    ADDRESSES | USER | HOST | ORIGIN | {"message": first("message"), "status": STATUS, "msg": first("message")}
)

FORTIGATE: Fields = SHARED | {
    **vendors("cfgpath", "cfgobj", "cfgattr", "ui", "method", "profile", "level", "tunneltype", "group", "name"),
    "type": LOG.str.extract(r"^([^/]+)"),
    "subtype": LOG.str.extract(r"/(.+)$"),
    "logid": first("metadata.event_code"),
    "logdesc": pl.coalesce(vendor("logdesc"), first("message")),
    "action": pl.coalesce(vendor("action"), ACTION),
    "status": pl.coalesce(vendor("status"), STATUS),
    "reason": first("status_detail"),
    "srcip": first("src_endpoint.ip"),
    "remip": first("src_endpoint.ip"),
    "srcport": first("src_endpoint.port"),
    "srccountry": first("src_endpoint.location.country"),
    "srcintf": first("src_endpoint.interface_name"),
    "dstip": first("dst_endpoint.ip"),
    "dstport": first("dst_endpoint.port"),
    "dstcountry": first("dst_endpoint.location.country"),
    "dstintf": first("dst_endpoint.interface_name"),
    "hostname": first("dst_endpoint.hostname", "url.hostname"),
    "url": first("url.url_string"),
    "catdesc": as_text("url.categories"),
    "app": first("app_name"),
    "service": first("app_name"),
    "policyid": first("firewall_rule.uid"),
    "policyname": first("firewall_rule.name"),
    "sentbyte": first("traffic.bytes_out"),
    "rcvdbyte": first("traffic.bytes_in"),
    "virus": first("malware.name"),
    "attack": first("finding_info.analytic.name"),
}
FORTIGATE_TYPES = {"event": "event/", "traffic": "traffic/", "utm": "utm/"}

PALOALTO: Fields = SHARED | {
    "type": LOG.str.extract(r"^([^/]+)"),
    "subtype": LOG.str.extract(r"/(.+)$"),
    "eventid": first("metadata.event_code"),
    "cmd": first("metadata.event_code"),
    "opaque": first("message"),
    "path": first("message"),
    "admin": first("actor.user.name", "user.name"),
    "srcuser": first("user.name", "actor.user.name"),
    "src": first("src_endpoint.ip"),
    "dst": first("dst_endpoint.ip"),
    "public_ip": first("src_endpoint.ip"),
    "srcregion": first("src_endpoint.location.country"),
    "dport": first("dst_endpoint.port"),
    "app": first("app_name"),
    "rule": first("firewall_rule.name"),
    "from": first("src_endpoint.interface_name"),
    "to": first("dst_endpoint.interface_name"),
    "action": ACTION,
    "threat_name": first("finding_info.title"),
}
PALOALTO_TYPES = {"traffic": "TRAFFIC", "threat": "THREAT", "system": "SYSTEM", "config": "CONFIG",
                  "globalprotect": "GLOBALPROTECT"}  # fmt: skip

CISCO: Fields = SHARED | {
    "facility": LOG,
    "mnemonic": first("metadata.event_code"),
    "cmd": first("actor.process.cmd_line"),
    "command": first("actor.process.cmd_line"),
}
CISCO_TOPICS = {"bgp": r"BGP|:179", "ldp": r"LDP"}

SMB_SHARE = r"^(\\\\[^\\]+\\[^\\]+)"
ENDS: Fields = {
    "id.orig_h": first("src_endpoint.ip"),
    "id.orig_p": first("src_endpoint.port"),
    "id.resp_h": first("dst_endpoint.ip"),
    "id.resp_p": first("dst_endpoint.port"),
}
ZEEK: dict[str, Fields] = {
    "conn": {
        "service": first("app_name"),
        "conn_state": first("status_detail"),
        "orig_bytes": first("traffic.bytes_out"),
        "resp_bytes": first("traffic.bytes_in"),
        "proto": first("connection_info.protocol_name"),
    },
    "dns": {
        "query": first("query.hostname"),
        "qtype_name": first("query.type"),
        "answers": as_text("answers"),
        "rcode": first("rcode_id"),
        "rejected": (pl.col("rcode_id") == 5).replace_strict({True: "true", False: "false"}, return_dtype=pl.String),
        "z": pl.coalesce(vendor("Z"), pl.lit("0")),
    },
    "http": REQUEST
    | {
        "uri": first("url.path"),
        "host": first("url.hostname", "dst_endpoint.hostname"),
        "method": first("http_request.http_method"),
        "user_agent": first("http_request.user_agent"),
        "status_code": first("http_response.code"),
        "resp_mime_types": first("message"),
    },
    "smb_files": {
        "action": first("message"),
        "path": pl.col("file.path").str.extract(SMB_SHARE),
        "name": pl.coalesce(pl.col("file.path").str.replace(SMB_SHARE + r"\\?", ""), first("file.name")),
    },
    "smb_mapping": {"path": first("file.path"), "service": first("message")},
    "rdp": {"cookie": first("user.name"), "result": first("status_detail"), "security_protocol": first("message")},
    "ssh": {"auth_success": coded("status_id", {1: "true", 2: "false"}), "client": first("message")},
    "ssl": {"server_name": first("dst_endpoint.hostname")},
    "kerberos": {
        "request_type": first("message"),
        "service": first("service.name"),
        "client": first("user.name"),
        "cipher": vendor("cipher"),
    },
    "dce_rpc": vendors("endpoint", "operation", "named_pipe"),
    "x509": vendors("certificate.serial", "certificate.subject", "certificate.issuer"),
    "ntlm": {"username": first("user.name"), "domainname": first("user.domain")},
    "ftp": {"command": first("message"), "user": first("user.name")},
}


def views() -> dict[str, View]:
    commands = pl.col("actor.process.cmd_line").is_not_null()
    said = pl.col("metadata.event_code").fill_null("") + " " + LOG.fill_null("") + " " + pl.col("message").fill_null("")
    topics = {f"ocsf:cisco:{name}": said.str.contains(words) for name, words in CISCO_TOPICS.items()}
    return {
        "ocsf:fortigate": of_sources(FORTIGATE, "fortinet_fortigate"),
        **{
            f"ocsf:fortigate:{name}": of_sources(FORTIGATE, "fortinet_fortigate", where=LOG.str.starts_with(start))
            for name, start in FORTIGATE_TYPES.items()
        },
        "ocsf:paloalto": of_sources(PALOALTO, "paloalto_panos"),
        **{
            f"ocsf:paloalto:{name}": of_sources(PALOALTO, "paloalto_panos", where=LOG.str.starts_with(start))
            for name, start in PALOALTO_TYPES.items()
        },
        "ocsf:sonicwall": of_sources(SHARED | {"action": ACTION, "m": first("metadata.event_code")}, "sonicwall"),
        "ocsf:sophos": of_sources(SHARED | {"action": ACTION}, "sophos_firewall"),
        "ocsf:watchguard": of_sources(SHARED | {"action": ACTION}, "watchguard_firebox"),
        "ocsf:yamaha": of_sources(SHARED | {"action": ACTION}, "yamaha_rtx"),
        "ocsf:cisco": of_sources(CISCO, "cisco_ios", "cisco_asa"),
        "ocsf:cisco:asa": of_sources(CISCO | {"action": ACTION}, "cisco_asa"),
        "ocsf:cisco:ios": of_sources(CISCO, "cisco_ios"),
        "ocsf:cisco:aaa": of_sources(CISCO, "cisco_ios", "cisco_asa", where=commands),
        **{name: of_sources(CISCO, "cisco_ios", where=where) for name, where in topics.items()},
        "ocsf:juniper": of_sources(SHARED | {"action": ACTION}, "juniper_srx"),
        **{
            f"ocsf:zeek:{name}": of_sources(ENDS | USER | fields, "zeek", where=LOG.eq(name))
            for name, fields in ZEEK.items()
        },
        "ocsf:suricata": of_sources(
            SHARED | REQUEST | {"action": ACTION, "signature": first("finding_info.title")},
            "suricata_eve",
            where=is_class(ClassUid.DETECTION_FINDING) | pl.col("is_alert"),
        ),
    }
