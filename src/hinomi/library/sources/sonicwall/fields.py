"""A SonicWall line as one dictionary, in the names of the enhanced syslog format, whichever form it came in."""

import re

from hinomi.library.formats import cef
from hinomi.library.formats.addresses import ip, port
from hinomi.library.formats.keyvalue_reference import parse
from hinomi.library.formats.rows import Row

APOSTROPHES = re.compile(r"='([^'\"]*)'(?= |$)")
CEF_NAMES = {
    "src": "src", "dst": "dst", "smac": "srcMac", "dmac": "dstMac", "susr": "usr", "suser": "usr", "proto": "proto",
    "out": "sent", "in": "rcvd", "appName": "appName", "msg": "msg", "fw_action": "fw_action", "request": "request",
    "reason": "reason", "dstname": "dstname", "arg": "arg", "note": "note", "rt": "time", "dvc": "fw",
    "deviceExternalId": "sn", "cat": "c", "spkt": "spkt", "rpkt": "rpkt", "cdur": "cdur", "ipspri": "ipspri",
}  # fmt: skip
ENDS = re.compile(r"\bsrc: (?P<src>[\d.:]+) dst: (?P<dst>[\d.:]+)")
CATEGORY = re.compile(r"Category[-=]\"?([^\"]+)")


def read(text: str) -> dict[str, str] | None:
    """The fields of a line, None if it is no SonicWall line."""
    if text.startswith(("CEF:", "0|SonicWall")):
        return of_cef(text)
    said = parse(APOSTROPHES.sub(r'="\1"', text) if "='" in text else text).values
    if not ("sn" in said and ("m" in said or "fw" in said)) and not ("id" in said and "m" in said):
        return None
    if "src" not in said and (found := ENDS.search(said.get("msg", ""))):
        said |= found.groupdict()
    return said


def of_cef(text: str) -> dict[str, str] | None:
    message = cef.parse(text)
    if message is None or not message.vendor.lower().startswith("sonicwall"):
        return None
    sent = message.extension
    said = {name: clean(sent[key]) for key, name in CEF_NAMES.items() if sent.get(key)}
    said |= {"id": message.product, "m": message.signature, "sev": message.severity}
    said.setdefault("msg", message.name)
    for side, number, interface in (
        ("src", "spt", "deviceInboundInterface"),
        ("dst", "dpt", "deviceOutboundInterface"),
    ):
        if side in said:
            said[side] = ":".join((said[side], clean(sent.get(number, "")), clean(sent.get(interface, ""))))
    if "cs1" in sent:
        said["rule"] = clean(sent["cs1"])
    if found := CATEGORY.search(sent.get("reason", "")):
        said["Category"] = found[1].strip()
    return said


def clean(text: str) -> str:
    return text.strip().strip('"').strip()


def endpoint(said: dict[str, str], side: str, column: str) -> Row:
    """Columns of ``ADDRESS:PORT:INTERFACE:NAME``; IPv6 addresses have a field of their own."""
    parts = [*said.get(side, "").split(":"), "", "", "", ""]
    address = ip(said.get(f"{side}V6")) or ip(parts[0])
    name = parts[3] or ("" if address or not parts[0] else parts[0])
    return {
        f"{column}.ip": address,
        f"{column}.port": port(parts[1]),
        f"{column}.interface_name": parts[2] or None,
        f"{column}.hostname": name or None,
    }
