"""The FortiOS log fields that are read, by the names of the log message reference, and how blanks are told.

A field that no mapping here or in its neighbours names is left in the raw line.
"""

from hinomi.library.formats.cells import Wanted

IDENTITY = ("type", "subtype", "logid", "devid", "devname", "eventtime")
"""A line that has none of these is no log of a FortiGate."""

DECIDING = (
    *("type", "subtype", "eventtype", "level", "severity", "action", "utmaction", "status", "result"),
    *("srcintfrole", "dstintfrole", "proto", "direction", "httpmethod", "method", "dhcp_msg"),
    *("cat", "appcat", "virus", "attack"),
)
"""Fields whose values decide what a line is; they take few values, however many lines there are."""

TIMES = ("date", "time", "tz", "itime", "timestamp", "eventtime")
STATEMENT = (
    *("devname", "devid", "vd", "reason", "msg", "logdesc", "logid"),
    *("sessionid", "count", "policyid", "policyname", "faclogindex"),
)
CONNECTION = (
    *("srcip", "srcport", "srcname", "srcmac", "mastersrcmac", "srcintf", "srccountry"),
    *("dstip", "dstport", "dstname", "dstintf", "dstcountry", "hostname"),
    *("remip", "remport", "locip", "locport", "outintf", "ip", "mac", "userip", "stamac", "interface"),
    *("service", "app", "duration", "sentbyte", "rcvdbyte", "sentpkt", "rcvdpkt"),
)
PEOPLE = ("user", "unauthuser", "xauthuser", "ui", "name")
CONTENT = (
    *("url", "agent", "catdesc"),
    *("qname", "qtype", "ipaddr", "botnetdomain", "botnetip"),
    *("virusid", "attackid", "appid"),
    *("filename", "filesize", "filehash", "analyticscksum", "viruscat"),
    *("from", "to", "sender", "recipient", "subject"),
    "cfgpath",
)
EVENT = (
    *("action", "status", "logdesc", "ui", "method", "profile", "name", "group", "tunneltype"),
    *("cfgpath", "cfgobj", "cfgattr"),
)
"""What a log of the firewall itself (``type=event``) keeps in ``unmapped``, for rules that ask by these names."""
EVIDENCE = (
    *("devname", "devid", "vd", "level", "profile", "poluuid", "policytype", "ref", "incidentserialno"),
    *("trandisp", "transip", "transport", "tranip", "tranport", "direction", "group", "unauthuser", "osname"),
    *("crscore", "crlevel", "apprisk", "cat", "virusid", "attackid", "appid"),
    *("dtype", "quarskip", "checksum", "filetype"),
    *("sender", "recipient", "attachment", "botnetdomain", "botnetip", "forwardedfor", "referralurl", "reqtype"),
    *("icmptype", "icmpcode", "filtername", "filtertype", "constraint", "cn", "scertcname"),
)
"""What an alert keeps in ``unmapped``: fields that have no column of their own."""

VERSION = "@version"
"""The firmware's version; only the CEF header says it."""

ADDRESSES = ("srcip", "dstip", "locip")
"""Fields that hold an IP address, or a name where FortiOS knows no address."""
BLANKS = ("", "N/A")
"""What FortiOS writes where it has nothing to say (log message reference)."""

WANTED = Wanted(
    tuple(dict.fromkeys((*DECIDING, *TIMES, *STATEMENT, *CONNECTION, *PEOPLE, *CONTENT, *EVENT, *EVIDENCE, VERSION))),
    ADDRESSES,
    BLANKS,
)
