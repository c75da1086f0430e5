"""Names of threats in the study's terms."""

import pytest

from hinomi.library.contracts import UtmCategory
from hinomi.library.formats.threats import attack, evidence, malware


@pytest.mark.parametrize(
    "name",
    [
        "SCAN: Host Sweep",
        "TCP port scan!",
        "TCP sweep!",
        "Port Scan",
        "PORT scan attack",
        "IP scan attack",
        "ICMP Echo",
    ],
)
def test_probing_is_not_counted(name: str):
    assert attack(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "SYN flood!",
        "HTTP: SQL Injection",
        "TROJAN:ZMEU-BOT-SCAN",
        "Stopping attack",
        "Mapping overflow",
        "Ping of death!",
    ],
)
def test_attacks_are_intrusion_prevention(name: str):
    assert attack(name) is UtmCategory.IPS


def test_ransomware_is_told_by_its_name_or_family():
    assert malware("Trojan-Ransom.Win32.Foreign") is UtmCategory.RANSOMWARE
    assert malware("Win32/Generic", "LockBit") is UtmCategory.RANSOMWARE
    assert attack("SMB: WannaCry propagation") is UtmCategory.RANSOMWARE
    assert malware("EICAR-Test-File") is malware(None) is UtmCategory.MALWARE


def test_evidence_is_what_says_something():
    assert evidence({"zone": "東京", "empty": "", "other": 1}, "zone", "empty", "absent") == '{"zone":"東京"}'
    assert evidence({"empty": ""}, "empty") is None
