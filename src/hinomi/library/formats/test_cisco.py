"""What stands before and in Cisco's tags."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from hinomi.library.contracts import Context
from hinomi.library.formats import cisco, textlines
from hinomi.ocsf.classes import SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3))
NOON = datetime(2023, 1, 15, 3)


def read(text: str) -> cisco.Message:
    message = cisco.read(textlines.read(1, text.encode()), CONTEXT)
    assert message
    return message


@pytest.mark.parametrize(
    ("before", "time", "host", "address"),
    [
        ("<189>2360957: Jan 15 2023 12:00:00.250: ", datetime(2023, 1, 15, 3, 0, 0, 250000), None, None),
        ("<189>2360957: sw1: 000042: Jan 15 12:00:00 JST: ", NOON, "sw1", None),
        ("<189>: 2023 Jan 15 03:00:00 UTC: ", NOON, None, None),
        ("<166>Jan 15 2023 12:00:00 fw-1.example.jp : ", NOON, "fw-1.example.jp", None),
        ("<166>Jan 15 2023 12:00:00: ", NOON, None, None),
        ("Jan 15 12:00:03 192.0.2.1 585917: Jan 15 12:00:00: ", NOON, None, "192.0.2.1"),
        ("<190>Jan 15 12:00:03 192.0.2.1 sw1: 3132779: Jan 15 2023 04:00:00 CET: ", NOON, "sw1", "192.0.2.1"),
        ("Jan 15 12:00:00 gw <189>2: *Jan  2 00:00:43.167: ", NOON, "gw", None),
        ("<189>7433: asr1: 007439: 2y10w: ", None, "asr1", None),
        ("<185>", None, None, None),
        ("Jan 15 2023 12:00:00 localhost CiscoASA[999]: ", NOON, "localhost", None),
        ("<190>Jan 15 12:00:00 xr1 RP/0/RP0/CPU0:Jan 15 03:00:00 UTC: ipv4_acl_mgr[310]: ", NOON, "xr1", None),
        ("2023-01-15T03:00:00Z firepower  ", NOON, "firepower", None),
        ("LOCAL4.WARNING: fw-1 ", None, "fw-1", None),
    ],
)
def test_time_and_sender(before: str, time: datetime | None, host: str | None, address: str | None):
    message = read(f"{before}%SYS-5-CONFIG_I: Configured from console")

    assert (message.time, message.host, message.address) == (time, host, address)
    assert (message.code, message.text) == ("SYS-CONFIG_I", "Configured from console")


@pytest.mark.parametrize(
    ("tag", "code", "severity"),
    [
        ("%ASA-6-302013: ", "ASA-302013", SeverityId.INFORMATIONAL),
        ("%ASA-session-5-106100: ", "ASA-session-106100", SeverityId.LOW),
        ("%FTD--6-852002: ", "FTD--852002", SeverityId.INFORMATIONAL),
        ("%PIM-SW1-6-INVALID_RP_JOIN: ", "PIM-SW1-INVALID_RP_JOIN", SeverityId.INFORMATIONAL),
        ("%ACL-IPV4_ACL-6-IPACCESSLOGP : ", "ACL-IPV4_ACL-IPACCESSLOGP", SeverityId.INFORMATIONAL),
        ("%SNMP-W-SNMPAUTHFAIL: ", "SNMP-SNMPAUTHFAIL", SeverityId.MEDIUM),
        ("%ASA-6-302016 ", "ASA-302016", SeverityId.INFORMATIONAL),
        ("%IOSXE-6-PLATFORM: R0/0: cpp_cp: QFP:0.0 %FW-4-ALERT_ON: ", "FW-ALERT_ON", SeverityId.MEDIUM),
    ],
)
def test_tags(tag: str, code: str, severity: SeverityId):
    message = read(f"<190>Jan 15 12:00:00: {tag}text")

    assert (message.code, message.severity, message.text) == (code, severity, "text")


def test_a_line_without_a_tag_is_none():
    assert cisco.read(textlines.read(1, b"Jan 15 12:00:00 host app: 50% of 10-3-A"), CONTEXT) is None
