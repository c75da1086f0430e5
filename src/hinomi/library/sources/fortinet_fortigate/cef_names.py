"""FortiOS in CEF: the extension's keys back to the names of the default format, so that one mapping serves both.

Source: FortiOS log message reference, "FortiOS to CEF log field mapping guidelines". FortiOS keeps the rest of
its fields under their own names behind the prefix ``FTNTFGT`` (or, spelled out, ``FortinetFortiGate``).
"""

from hinomi.library.formats.cef import Message
from hinomi.library.sources.fortinet_fortigate.fields import VERSION

PREFIXES = ("FTNTFGT", "FortinetFortiGate")
NAMES = {
    "act": "action",
    "app": "service",
    "cnt": "count",
    "destinationTranslatedAddress": "tranip",
    "destinationTranslatedPort": "tranport",
    "deviceExternalId": "devid",
    "deviceInboundInterface": "srcintf",
    "deviceOutboundInterface": "dstintf",
    "deviceSeverity": "level",
    "dhost": "hostname",
    "dpt": "dstport",
    "dst": "dstip",
    "duser": "user",
    "dvchost": "devname",
    "externalId": "sessionid",
    "fileHash": "filehash",
    "fname": "filename",
    "fsize": "filesize",
    "in": "rcvdbyte",
    "out": "sentbyte",
    "outcome": "status",
    "request": "url",
    "requestClientApplication": "agent",
    "requestMethod": "httpmethod",
    "shost": "srcname",
    "smac": "srcmac",
    "sourceTranslatedAddress": "transip",
    "sourceTranslatedPort": "transport",
    "spt": "srcport",
    "sproc": "ui",
    "src": "srcip",
}
CUSTOM = {
    "Duration": "duration",
    "Packets Received": "rcvdpkt",
    "Packets Sent": "sentpkt",
    "Policy Id": "policyid",
    "Reference": "ref",
    "Virus": "virus",
}
LEVELS = {
    "8": "emergency",
    "7": "alert",
    "6": "critical",
    "5": "error",
    "4": "warning",
    "3": "notice",
    "2": "information",
    "1": "debug",
}
DIRECTIONS = {"0": "incoming", "1": "outgoing"}


def is_fortigate(message: Message) -> bool:
    return message.vendor.lower() == "fortinet" and message.product.lower().startswith("fortigate")


def fields(message: Message) -> dict[str, str]:
    """The fields of a CEF message under the names of the default format."""
    plain: dict[str, str] = {}
    own: dict[str, str] = {}
    for key, value in message.extension.items():
        prefix = next((prefix for prefix in PREFIXES if key.startswith(prefix)), None)
        if prefix:
            own[key.removeprefix(prefix)] = value
        else:
            plain.setdefault(NAMES.get(key, key), value)
    custom = {CUSTOM[label]: value for label, value in message.custom().items() if label in CUSTOM}
    category = plain.pop("cat", message.name)
    kind, _, subtype = category.partition(":")
    found = {
        "subtype": subtype.split(" ")[0],
        "logid": message.signature,
        "level": LEVELS.get(message.severity, ""),
        VERSION: message.version.removeprefix("v"),
        **custom,
        **plain,
        **own,
        "type": kind.split(" ")[0],
    }
    if "deviceDirection" in plain:
        found["direction"] = DIRECTIONS.get(plain["deviceDirection"], "")
    mail = found["subtype"] == "emailfilter"
    if "suser" in plain:
        found.setdefault("from" if mail else "user", plain["suser"])
    if mail and found.get("user") == found.get("recipient"):
        found.pop("user", None)  # CEF's duser is the recipient there, unless FortiOS knows a user too
    return found
