"""Messages of the text format to the names of the structured one.

Positions differ between releases: fields were added in the middle (connection tags, NAT rule types), so what is
taken is anchored on what every release has. Source: Junos OS, "System Log Explorer".
"""

import re

ENDS = (
    r"(?P<source_address>[0-9A-Fa-f.:]+)/(?P<source_port>\d+)->"
    r"(?P<destination_address>[0-9A-Fa-f.:]+)/(?P<destination_port>\d+)"
)
PERSON = r"(?P<username>[^\s(]+)\((?P<roles>[^)]*)\)"
ZONES = r"(?P<policy_name>\S+) (?P<source_zone_name>\S+) (?P<destination_zone_name>\S+)"
VOLUME = (
    r"(?P<packets_from_client>\d+)\((?P<bytes_from_client>\d+)\) "
    r"(?P<packets_from_server>\d+)\((?P<bytes_from_server>\d+)\) (?P<elapsed_time>\d+)"
)
SERVICE = r"(?: 0x[0-9A-Fa-f]+)? (?P<service_name>\S+)"
RULES = rf"\S+->\S+ (?:.*? )?(?P<protocol_id>\d{{1,3}}) {ZONES} (?P<session_id>\d+)"
APPS = r"(?P<application>\S+) (?P<nested_application>\S+)"
FLOW = (
    re.compile(rf"session created {ENDS}{SERVICE} {RULES} {PERSON}(?: (?P<interface>\S+))?(?: {APPS})?"),
    re.compile(rf"session created {ENDS}{SERVICE} {RULES}(?: (?P<interface>\S+))?"),
    re.compile(
        rf"session closed (?P<reason>[^:]*): {ENDS}{SERVICE} {RULES} {VOLUME}"
        rf"(?: {APPS} {PERSON}(?: (?P<interface>\S+))?)?"
    ),
    re.compile(
        rf"session denied {ENDS}{SERVICE} (?P<protocol_id>\d+)\(\d+\) {ZONES}"
        rf"(?: {APPS} {PERSON}(?: (?P<interface>\S+))?)?"
    ),
    re.compile(
        rf"AppTrack (?:session closed (?P<reason>[^:]*):|[a-z ]*:?) ?{ENDS}{SERVICE} {APPS} {RULES}"
        rf"(?: {VOLUME})?(?: (?P<username>\S+))?"
    ),
    re.compile(rf"session (?:created|denied|closed (?P<reason>[^:]*):) {ENDS}(?:{SERVICE}(?= |$))?"),
)
WEB = re.compile(
    r'ACTION="(?P<action>[^"]*)" (?P<source_address>[0-9A-Fa-f.:]+)\((?P<source_port>\d+)\)->'
    r"(?P<destination_address>[0-9A-Fa-f.:]+)\((?P<destination_port>\d+)\)"
    r'(?: .*?CATEGORY="(?P<category>[^"]*)")?(?: REASON="(?P<reason>[^"]*)")?(?: PROFILE="(?P<profile>[^"]*)")?'
    r"(?: URL=(?P<url>\S+))?(?: OBJ=(?P<obj>\S+))?(?: (?:username |USERNAME=)(?P<username>\S+))?"
)
VIRUS = re.compile(
    r"from (?P<source_address>[0-9A-Fa-f.:]+?)[:/](?P<source_port>\d+) to "
    r"(?P<destination_address>[0-9A-Fa-f.:]+?)[:/](?P<destination_port>\d+)"
    r"(?: source-zone(?:-name)? (?P<source_zone_name>\S+))?(?: (?:filename )?(?P<filename>\S+))?"
    r"(?: (?:temporary-filename|file) \S+)?(?: (?:name|virus) (?P<name>\S+))?"
    r"(?: (?:url |URL:)(?P<url>\S+))?(?: username (?P<username>\S+))?"
)
ATTACK = re.compile(
    r"at (?P<epoch_time>\d+), (?P<message_type>\w+) Attack log <(?P<source_address>[^/>]+)/(?P<source_port>\d+)->"
    r"(?P<destination_address>[^/>]+)/(?P<destination_port>\d+)> for (?P<protocol_name>\w+) protocol and service "
    r"(?P<service_name>\S+) application (?:NONE|(?P<application_name>\S+)) "
    r"by rule (?P<rule_name>\S+) of rulebase (?P<rulebase_name>\S+) "
    r"in policy (?P<policy_name>.+?)\. attack: (?:id=\d+, )?repeat=(?P<repeat_count>\d+), action=(?P<action>\w+), "
    r"threat-severity=(?P<threat_severity>\w+), name=(?P<attack_name>[^,]+)"
    r"(?:.*?intf:(?P<source_zone_name>[^:]*):(?P<source_interface_name>[^-]*-?[^-]*)->)?"
)
SCREEN = re.compile(
    r"(?P<attack_name>[^!]+!)(?: source: (?P<source_address>[0-9A-Fa-f.:]+?)(?::(?P<source_port>\d+))?,)?"
    r"(?: destination: (?P<destination_address>[0-9A-Fa-f.:]+?)(?::(?P<destination_port>\d+))?,)?"
    r"(?: protocol-id: (?P<protocol_id>\d+),)?(?: zone name: (?P<source_zone_name>[^,]+),)?"
    r"(?: interface name: (?P<interface>[^,]+),)?(?: action: (?P<action>\S+))?"
)
CONTENT = re.compile(
    r"(?:[Pp]rotocol[: ]+(?P<protocol>\w+)\W+)?(?P<source_address>[0-9A-Fa-f.:]+?)[:/(](?P<source_port>\d+)\)? ?-> ?"
    r"(?P<destination_address>[0-9A-Fa-f.:]+?)[:/(](?P<destination_port>\d+)\)?"
    r"(?:.*?\bfile(?:-?name)?[: ]+(?P<filename>[^\s,]+))?(?:.*?\baction[: ]+(?P<action>\w+))?"
    r"(?:.*?\b[Rr]eason[: ]+(?P<reason>.+?)(?= username|$))?"
)
SPAM = re.compile(
    r"(?=.*?SPAM detected: (?:source-name:? )?(?P<source_name>[^\s(:,]+)|)"
    r"(?=.*?(?:from|address:?|\() ?(?P<source_address>(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]+[0-9A-Fa-f])|)"
    r"(?=.*?(?:\baction:?|\)) (?P<action>\w+)|)(?=.*?\b[Rr]eason[: ]+(?P<reason>.+?)(?: username|$)|)"
)
FILTER = re.compile(
    r"(?:FW: )?(?P<interface>\S+) +(?P<action>[ADR]) (?:\S+ [0-9a-f:]+ -> [0-9a-f:]+ +)?(?P<protocol_name>\w+) "
    r"(?P<source_address>[0-9A-Fa-f.:]+) (?P<destination_address>[0-9A-Fa-f.:]+) +(?P<source_port>\d+) +"
    r"(?P<destination_port>\d+)(?: \((?P<packets_from_client>\d+) packets?\))?"
)
SAID = re.compile(r'\b([a-z][\w-]*)[= ]"([^"]*)"')
"""``name="value"`` or ``name "value"``, for the rest."""
BY_TAG = (
    (("RT_FLOW_", "APPTRACK_"), FLOW),
    (("WEBFILTER_",), (WEB,)),
    (("AV_",), (VIRUS,)),
    (("CONTENT_FILTERING_",), (VIRUS, CONTENT)),
    (("IDP_",), (ATTACK,)),
    (("RT_SCREEN_",), (SCREEN,)),
    (("ANTISPAM_",), (SPAM,)),
    (("PFE_FW_",), (FILTER,)),
)


def spelled(tag: str, message: str) -> dict[str, str]:
    """What a text says, under structured names (``source-address``); empty where it has no form that is known."""
    patterns = next((patterns for tags, patterns in BY_TAG if tag.startswith(tags)), ())
    if not tag and message.startswith("FW: "):
        patterns = (FILTER,)
    for pattern in patterns:
        if found := pattern.search(message):
            return {name.replace("_", "-"): value for name, value in found.groupdict().items() if value is not None}
    return dict(SAID.findall(message)) if '"' in message else {}
