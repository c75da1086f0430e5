"""The FortiOS log fields that are read, by the names of the log message reference, and how blanks are told.

A field that no mapping here or in its neighbours names is left in the raw line.
"""

import polars as pl

IDENTITY = ("type", "subtype", "logid", "devid", "devname", "eventtime")
"""A line that has none of these is no log of a FortiGate."""

DECIDING = (
    *("date", "time", "tz", "itime", "timestamp"),
    *("eventtype", "level", "severity", "vd", "action", "utmaction", "status", "result", "reason", "msg", "logdesc"),
    *("sessionid", "count", "policyid", "policyname", "faclogindex"),
)
CONNECTION = (
    *("srcip", "srcport", "srcname", "srcmac", "mastersrcmac", "srcintf", "srcintfrole", "srccountry"),
    *("dstip", "dstport", "dstname", "dstintf", "dstintfrole", "dstcountry", "hostname"),
    *("remip", "remport", "locip", "locport", "outintf", "ip", "mac", "userip", "stamac", "interface"),
    *("proto", "service", "app", "duration", "sentbyte", "rcvdbyte", "sentpkt", "rcvdpkt"),
)
PEOPLE = ("user", "unauthuser", "xauthuser", "ui", "name")
CONTENT = (
    *("url", "httpmethod", "method", "agent", "cat", "catdesc"),
    *("qname", "qtype", "ipaddr", "botnetdomain", "botnetip"),
    *("virus", "virusid", "attack", "attackid", "appid", "appcat"),
    *("filename", "filesize", "filehash", "analyticscksum", "viruscat"),
    *("from", "to", "sender", "recipient", "subject"),
    *("dhcp_msg", "cfgpath"),
)
EVIDENCE = (
    *("devname", "devid", "vd", "level", "profile", "poluuid", "policytype", "ref", "incidentserialno"),
    *("trandisp", "transip", "transport", "tranip", "tranport", "direction", "group", "unauthuser", "osname"),
    *(
        "crscore",
        "crlevel",
        "apprisk",
        "cat",
        "virusid",
        "attackid",
        "appid",
        "dtype",
        "quarskip",
        "checksum",
        "filetype",
    ),
    *("sender", "recipient", "attachment", "botnetdomain", "botnetip", "forwardedfor", "referralurl", "reqtype"),
    *("icmptype", "icmpcode", "filtername", "filtertype", "constraint", "cn", "scertcname"),
)
"""What an alert keeps in ``unmapped``: fields that have no column of their own."""

VERSION = "@version"
"""The firmware's version; only the CEF header says it."""

KEYS = tuple(dict.fromkeys((*IDENTITY, *DECIDING, *CONNECTION, *PEOPLE, *CONTENT, *EVIDENCE, VERSION)))

BLANK = ("", "N/A")
"""What FortiOS writes where it has nothing to say (log message reference)."""


def text(key: str) -> pl.Expr:
    """A field as text, null where it is blank."""
    return pl.when(pl.col(key).is_in(BLANK).not_()).then(pl.col(key))


def number(key: str, kind: type[pl.Int32] | type[pl.Int64] = pl.Int64) -> pl.Expr:
    """A field as a number, null where it is none."""
    return pl.col(key).cast(kind, strict=False)
