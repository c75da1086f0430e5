"""Real lines of devices, where the machine has them: every line is accounted for, nearly all are understood."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hinomi.library import catalog
from hinomi.library.contracts import Context, Framing
from hinomi.library.formats.lines import split

DEVICES = Path(os.environ.get("HINOMI_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus") / "devices"
pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not DEVICES.is_dir(), reason="no lines of real devices beside the project (HINOMI_CORPUS)"),
]
CONTEXT = Context(ZoneInfo("Asia/Tokyo"), datetime(2026, 11, 22))
SOURCES = {
    "checkpoint_utx": "checkpoint",
    "dhcpd": "isc_dhcpd",
    "dns_dhcp_isc": "isc_dhcpd",
    "fortigate": "fortinet_fortigate",
    "imperva_waf": "cef",
    "iptables_consumer_router": "iptables",
    "m365_defender": "microsoft_defender_xdr",
    "m365_message_trace": "microsoft_365_message_trace",
    "o365": "microsoft_365_audit",
    "paloalto": "paloalto_panos",
    "sophos": "sophos_firewall",
    "suricata": "suricata_eve",
    "watchguard": "watchguard_firebox",
    "windows": "windows_forwarded",
    "yamaha_wlx": "yamaha_rtx",
}
"""Folders that are not named as the source that reads them; those without a source of their own are any syslog."""
BY_WORD = {
    "apex": "trendmicro_apex",
    "deep_security": "trendmicro_apex",
    "email_security": "trendmicro_apex",
    "vision": "trendmicro_vision_one",
    "leef": "leef",
}
"""A word of a file's name that names its source."""
FOREIGN = {
    "aws_waf/panther_tests.log": 1,  # a record of CloudTrail
    "fortigate/sc4s_fortinet_ngfw.log": 1,  # a FortiWeb's
    "juniper_srx/sekoia_juniper_ngfw.log": 1,  # a Palo Alto's
    "sonicwall/sc4s_dell_sonic.log": 1,  # a switch that runs SONiC
    "sophos/sc4s_sophos_webappliance.log": 1,
    "sophos/sekoia_sophos_analysis_threat_center.log": 5,  # Sophos Central's, which is another product
    "sophos/sekoia_sophos_edr.log": 10,
}
"""Records that are none of the product's, though they lie in its folder: these must be refused."""
FILES = sorted(path for path in DEVICES.rglob("*") if path.is_file()) if DEVICES.is_dir() else []


def source(path: Path) -> str:
    folder = path.parent.name
    told = next((name for word, name in BY_WORD.items() if word in path.name), None)
    name = told or SOURCES.get(folder, folder)
    return name if name in catalog.manifests() else "syslog"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_line_is_an_event_unless_it_is_of_another_product(path: Path) -> None:
    name, payload = source(path), path.read_bytes()
    found = catalog.source(name)(payload, CONTEXT)

    foreign = FOREIGN.get(f"{path.parent.name}/{path.name}", 0)
    lines = split(payload)
    if catalog.source_manifest(name).framing is Framing.LINES:
        assert found.records == len(lines) + len(lines.rejects)
    assert found.records == found.events.height + len(found.rejects) >= 1
    assert [(reject.line, reject.detail) for reject in found.rejects[foreign:]] == []
