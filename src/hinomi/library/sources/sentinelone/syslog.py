"""The console's syslog, in its names: CEF, and what SentinelOne calls CEF2.

    CEF:0|SentinelOne|Mgmt|S-22.1.2#3|19|New active threat - machine PC1|1|key=value key=value
    2023-01-18 11:12:56,123 sentinel -  CEF:2|SentinelOne|Mgmt|key=value|key=value
    CEF: 2|SentinelOne|Mgmt|16000|alertId=…|alertName=…

CEF2 has no header beyond the product and bars between its fields; some versions put the system or a number first.
"""

import re
from datetime import datetime

from hinomi.library.formats import cef

MARK = "|SentinelOne|Mgmt|"
FIELD = re.compile(r"^\s*[A-Za-z][\w.]*=")
ARCSIGHT = re.compile(r"#arcsightDate\((.*)\)")
PATTERNS = ("%a, %d %b %Y, %H:%M:%S UTC", "%a, %d %b %Y %H:%M:%S UTC", "%b %d %Y %H:%M:%S")
HEADER = "CEF:0|SentinelOne|Mgmt||||0|"
NAMES = {
    "eventdesc": "primarydescription", "eventid": "eventid", "sourcehostname": "computername",
    "endpointname": "computername", "sourceusername": "lastloggedinusername", "sourceipaddresses": "agentipv4",
    "sourceaddress": "agentipv4", "ip": "agentipv4", "sourcemacaddresses": "physical", "sourcemacaddress": "physical",
    "sourceagentuuid": "uuid", "sourceostype": "osfamily", "sourceagentid": "agentid",
    "threatconfidencelevel": "confidencelevel", "threatmitigationstatus": "mitigationstatus",
    "threatstoryline": "storyline", "filename": "filedisplayname", "filehash": "filecontenthash",
    "firewallnotificationtrafficremotehost": "reportedremotehost",
    "firewallnotificationtrafficremoteport": "reportedremoteport",
    "firewallnotificationtrafficlocalhost": "reportedlocalhost",
    "firewallnotificationtrafficlocalport": "reportedlocalport",
    "firewallnotificationtrafficprotocol": "reportedprotocol",
    "firewallnotificationtrafficdirection": "reporteddirection",
    "firewallnotificationrulename": "rulename", "firewallnotificationruleid": "ruleid",
    "firewallnotificationruleaction": "action", "firewallnotificationapplication": "application",
    "alertname": "threatname", "assetname": "computername", "assetlastloggedinuser": "lastloggedinusername",
    "filesha256": "filehashsha256", "classification": "threatclassification", "detecteddate": "detectedat",
}  # fmt: skip


def read(text: str) -> dict[str, object] | None:
    """The fields of a line under the names of activities; None if it is none of the console's."""
    at = text.find(MARK)
    if at < 0:
        return None
    message = cef.parse("CEF:0" + text[at:])
    fields: dict[str, str] = {}
    leading: list[str] = []
    if message and not any("=" in said for said in (message.version, message.signature)):
        fields = {"eventid": message.signature, "eventdesc": message.name}
        found = message.extension
    else:
        leading, found = pairs(text[at + len(MARK) :])
    if leading and leading[0].isdigit():
        fields["eventid"] = leading[0]
    fields |= {name.lower(): value for name, value in found.items() if value not in ("", "None", "null")}
    named: dict[str, object] = {NAMES.get(name, name): value for name, value in fields.items()}
    if "alertid" in fields and "alertname" in fields:
        named["threatid"] = fields["alertid"]
    if "rt" in named:
        named["rt"] = moment(str(named["rt"]))
    return named


def pairs(rest: str) -> tuple[list[str], dict[str, str]]:
    """What stands before the first field, and the fields, whether bars or blanks are between them."""
    parts = rest.split("|")
    first = next((index for index, piece in enumerate(parts) if FIELD.match(piece)), len(parts))
    leading, fields = [piece.strip() for piece in parts[:first] if piece.strip()], parts[first:]
    if len(fields) == 1:
        message = cef.parse(HEADER + fields[0])
        return leading, message.extension if message else {}
    found: dict[str, str] = {}
    name = ""
    for piece in fields:
        if FIELD.match(piece):
            name, _, value = piece.strip().partition("=")
            found[name] = value.strip()
        else:
            found[name] += "|" + piece
    return leading, found


def moment(said: str) -> str:
    """A time as ISO 8601; ArcSight's in its own words is UTC."""
    found = ARCSIGHT.search(said)
    for pattern in PATTERNS if found else ():
        try:
            return datetime.strptime(found[1].strip(), pattern).isoformat() + "Z" if found else said  # noqa: DTZ007
        except ValueError:
            continue
    return said
