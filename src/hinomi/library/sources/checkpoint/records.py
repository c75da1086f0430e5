r"""Check Point logs in any form of Log Exporter as values under the names of its own fields.

    [action:"Accept"; src:"192.0.2.1"; …]          syslog (default)
    [Fields@1.3.6.1.4.1.2620 action="Accept" …]    structured data, SmartConsole's syslog
    CEF:0|Check Point|…   LEEF:2.0|Check Point|…   {"action":"Accept",…}   time=…|hostname=…|action=Accept|…
    "21" "10Dec2019" "23:44:49" "eth1" …           lines of SmartView Tracker
    21Aug2007 12:00:00 accept 10.10.10.2 >eth0 rule: 100; src: 192.0.2.1; …    `fw log` through logger
    time=26Sep2017 20:18:31 action=accept orig=10.10.10.254 …   OPSEC LEA, also with ``|`` between the pairs

Of equal names the first counts: layers of a policy repeat ``layer_name`` and ``rule_action``, the network layer first.
Source: Check Point, sk122323 "Log Exporter" and sk144192 "Log Fields Description".
"""

import re

import orjson

from hinomi.library.formats import cef, leef

Record = dict[str, str]

PAIR = re.compile(r'([\w.-]+)(?::+|=)"([^"\\]*+(?:\\.[^"\\]*+)*+)("?)', re.DOTALL)
ESCAPE = re.compile(r"\\([\"\\\]=/])")
BEGIN = re.compile(r'(?:^|[\[\s])(?=[\w.-]+:+")')
DATA = re.compile(r"\[[\w.]+@(?:1\.3\.6\.1\.4\.1\.)?2620 ")
TRACKER = re.compile(r'"\d+" "(\d{1,2}\w{3}\d{4})" "(\d{1,2}:\d\d:\d\d)" ')
COLUMNS = (
    *("num", "date", "clock", "ifname", "origin", "type", "action", "service", "s_port", "src", "dst", "proto"),
    *("rule", "rule_name", "policy_name", "user", "information", "product"),
)
GENERIC = re.compile(r"(?:^|\|)(?:loguid|originsicname|ifdir|origin|orig)=")
LEA = re.compile(r"(?:^| )(?:loc|time)=[^|=]* .*\baction=\w+ .*\borig=")
LEA_PAIR = re.compile(r"(?:^|(?<= ))([\w/.-]+)=(.*?)(?=\s+[\w/.-]+=|$)")
LOGGED = re.compile(
    r"(?P<time>\d{1,2}[A-Z][a-z]{2}\d{4} +\d{1,2}:\d\d:\d\d) +(?P<action>[A-Za-z]+) +(?P<origin>\S+) +"
    r"(?P<ifdir>[<>])(?P<ifname>\S+) +(?=[\w ]+: )"
)
OWN = ("action", "product", "loguid", "origin", "originsicname", "ifdir", "ProductName", "flags")
"""A record that has none of these is not Check Point's."""
ALIASES = {
    "act": "action",
    "spt": "s_port",
    "srcPort": "s_port",
    "sport_svc": "s_port",
    "dpt": "service",
    "dstPort": "service",
    "svc": "service",
    "rt": "time",
    "devTime": "time",
    "suser": "src_user_name",
    "usrName": "src_user_name",
    "duser": "dst_user_name",
    "c6a2": "src",
    "c6a3": "dst",
    "orig": "origin",
    "i/f_dir": "ifdir",
    "i/f_name": "ifname",
    "cp_severity": "severity",
    "shost": "src_machine_name",
    "dhost": "dst_machine_name",
    "app": "service_id",
    "request": "resource",
    "requestMethod": "method",
    "requestClientApplication": "user_agent",
    "fname": "file_name",
    "fsize": "file_size",
    "fileHash": "file_md5",
    "in": "received_bytes",
    "out": "sent_bytes",
    "cnt": "suppressed_logs",
    "msg": "description",
    "deviceInboundInterface": "ifname",
    "ProductName": "product",
    "cat": "product",
    "name": "protection_name",
    "Rule Name": "rule_name",
    "Rule UID": "rule_uid",
    "Protection Type": "protection_type",
    "Protection Name": "protection_name",
    "Protection ID": "protection_id",
    "Attack Information": "attack_info",
    "Confidence": "confidence_level",
    "Verdict": "verdict",
    "Threat Prevention Rule Name": "malware_rule_name",
    "Application Name": "appi_name",
    "Category": "matched_category",
    "Matched Category": "matched_category",
    "Application Category": "app_category",
    "URL Category": "matched_category",
    "Email Subject": "email_subject",
    "Email ID": "email_id",
    "Email Control": "email_control",
    "Auth Method": "auth_method",
    "Malware Action": "malware_action",
    "Malware Family": "malware_family",
}
"""What CEF, LEEF and SmartConsole call the fields."""
SEVERITIES = {"Very-High": "4", "Critical": "4", "High": "3", "Medium": "2", "Low": "1"}
UNNAMED = ("Log", "Unknown", "")
"""A CEF header of a record that is about no protection."""


def read(text: str) -> tuple[Record, bool] | None:
    """The fields of a message, and whether it was cut on its way; None where it is none of Check Point's."""
    at = max(text.find("CEF:"), 0)
    if text.startswith("CEF:", at) or text.startswith("0|Check Point"):
        return whole(from_cef(text[at:]))
    if "LEEF:" in text:
        return whole(from_leef(text))
    if text.startswith("{"):
        return whole(from_json(text))
    if found := TRACKER.match(text):
        return tracked(text, found), False
    if GENERIC.search(text):
        pairs = (pair.partition("=") for pair in reversed(text.split("|")))
        return whole(renamed({name: said for name, _, said in pairs}))
    if found := LOGGED.search(text):
        return whole(logged(text, found))
    if LEA.search(text):
        return whole(renamed(dict(reversed(LEA_PAIR.findall(text)))))
    begin = BEGIN.search(text) or DATA.search(text)
    return quoted(text[begin.end() :]) if begin else None


def whole(found: Record | None) -> tuple[Record, bool] | None:
    return (found, False) if found and any(name in found for name in OWN) else None


def quoted(text: str) -> tuple[Record, bool] | None:
    values: Record = {}
    cut = False
    for pair in PAIR.finditer(text):
        name, said, closing = pair.groups()
        said = ESCAPE.sub(r"\1", said) if "\\" in said else said
        if said:
            values.setdefault(ALIASES.get(name, name) if name in ("svc", "sport_svc", "ProductName") else name, said)
        cut = not closing
    known = any(name in values for name in OWN)
    return (values, cut or "]" not in text[-4:]) if known else None


def from_cef(text: str) -> Record | None:
    """CEF; some collectors double the first bar or leave line breaks as ``\\n`` between the fields."""
    message = cef.parse(text.replace("CEF:0||", "CEF:0|", 1).replace("\\n", " "))
    if message is None or "check point" not in message.vendor.lower():
        return None
    values = renamed(message.extension)
    for label, said in message.custom().items():
        values.setdefault(ALIASES.get(label, label), said)
    values.setdefault("product", message.product)
    if message.signature not in UNNAMED and message.name not in UNNAMED:
        values.setdefault("protection_name", message.name)
    severity = SEVERITIES.get(values.get("severity", message.severity)) or SEVERITIES.get(message.severity)
    return values | {"severity": severity} if severity else values


def from_leef(text: str) -> Record | None:
    message = leef.parse(text)
    if message is None or "check point" not in message.vendor.lower():
        return None
    values = renamed(message.attributes)
    values.setdefault("product", message.product)
    values.setdefault("action", message.event)
    return values


def from_json(text: str) -> Record | None:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict):
        return None
    return {name: said for name, value in document.items() if (said := written(value))}


def written(value: object) -> str:
    if isinstance(value, list):
        return written(value[0]) if value else ""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def renamed(values: dict[str, str]) -> Record:
    named: Record = {}
    for name, said in values.items():
        if said:
            named.setdefault(ALIASES.get(name, name), said)
    return named


def logged(text: str, found: re.Match[str]) -> Record:
    """``name: value;`` after the time, the action, the gateway and the interface."""
    values = {"ifname": found["ifname"], "ifdir": "outbound" if found["ifdir"] == "<" else "inbound"}
    values |= {name: found[name] for name in ("time", "action", "origin")}
    for part in text[found.end() :].split("; "):
        name, divided, said = part.strip(" ;").partition(": ")
        if divided and said.strip() not in ("", "null"):
            values.setdefault(name, said.strip())
    return values


def tracked(text: str, found: re.Match[str]) -> Record:
    values = dict(zip(COLUMNS, re.findall(r'"([^"]*)"', text), strict=False))
    for part in values.get("information", "").split("; "):
        name, divided, said = part.partition(": ")
        if divided:
            values.setdefault(name, said)
    values["time"] = f"{found[1]} {found[2]}"
    return {name: said for name, said in values.items() if said}
