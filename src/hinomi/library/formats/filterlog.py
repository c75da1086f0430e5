"""The filter log of pfSense and OPNsense, a row of values behind ``filterlog:``.

    5,,,1000000103,em0,match,block,in,4,0x0,,243,54321,0,none,6,tcp,40,203.0.113.5,192.0.2.2,40222,23,0,S,…

Source: Netgate documentation, "Raw Filter Log Format".
"""

import re

from hinomi.library.formats.addresses import ip, port, protocol
from hinomi.library.formats.events import disposed
from hinomi.library.formats.rows import Row
from hinomi.ocsf.classes import ClassUid, DirectionId, DispositionId

REFUSE, TRAFFIC = 5, 6
PACKET = re.compile(
    r"\d+,[^,]*,[^,]*,(?P<rule>[^,]*),(?P<interface>[^,]*),\w[^,]*,(?P<action>pass|block|reject)\w*,"
    r"(?P<way>in|out),(?P<version>[46]),(?P<rest>.*)"
)
DISPOSITIONS = {
    "pass": DispositionId.ALLOWED,
    "block": DispositionId.BLOCKED,
    "reject": DispositionId.REJECTED,
}
WAYS = {"in": int(DirectionId.INBOUND), "out": int(DirectionId.OUTBOUND)}
NUMBER = {"4": 6, "6": 4}
"""Where the protocol's number stands among the values after the version of IP."""
ADDRESSES = {"4": 9, "6": 6}
PORTED = (6, 17, 132)


def packet(text: str) -> Row | None:
    found = PACKET.match(text)
    if not found:
        return None
    values = found["rest"].split(",")
    values += [""] * (13 - len(values))
    at = ADDRESSES[found["version"]]
    transport = protocol(values[NUMBER[found["version"]]] or None)
    ports = values[at + 2 : at + 4] if transport["connection_info.protocol_num"] in PORTED else ["", ""]
    side = "src_endpoint" if found["way"] == "in" else "dst_endpoint"
    return {
        "class_uid": int(ClassUid.NETWORK_ACTIVITY),
        "activity_id": TRAFFIC if found["action"] == "pass" else REFUSE,
        **disposed(DISPOSITIONS[found["action"]]),
        "src_endpoint.ip": ip(values[at]),
        "dst_endpoint.ip": ip(values[at + 1]),
        "src_endpoint.port": port(ports[0]),
        "dst_endpoint.port": port(ports[1]),
        f"{side}.interface_name": found["interface"] or None,
        "connection_info.direction_id": WAYS[found["way"]],
        "firewall_rule.uid": found["rule"] or None,
        **transport,
    }
