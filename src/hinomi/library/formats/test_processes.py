"""Processes, files and accounts by the names of endpoint products."""

import pytest

from hinomi.library.formats import processes


def test_a_process_is_called_by_the_end_of_its_path():
    assert processes.process("process", r"\Device\HarddiskVolume3\Windows\cmd.exe", "cmd /c", "0x1270") == {
        "process.file.path": r"\Device\HarddiskVolume3\Windows\cmd.exe",
        "process.name": "cmd.exe",
        "process.cmd_line": "cmd /c",
        "process.pid": 4720,
    }
    assert processes.process("actor.process", "/usr/bin/ps", pid=1)["actor.process.name"] == "ps"
    assert processes.process("process", None, "", "many") == {}


@pytest.mark.parametrize(
    ("folder", "name", "path"),
    [
        (r"C:\Temp", "a.exe", r"C:\Temp\a.exe"),
        (r"C:\Temp\a.exe", "A.exe", r"C:\Temp\a.exe"),
        ("/tmp/", "a", "/tmp/a"),
        (None, "a", "a"),
        (r"C:\Temp", None, r"C:\Temp"),
        (None, None, None),
    ],
)
def test_a_folder_and_a_name_are_a_path(folder: str | None, name: str | None, path: str | None):
    assert processes.joined(folder, name) == path


def test_an_account_may_carry_its_domain():
    assert processes.account("user", r"EXAMPLE\suzuki") == {"user.name": "suzuki", "user.domain": "EXAMPLE"}
    assert processes.account("user", "suzuki", "EXAMPLE", "S-1") == {
        "user.name": "suzuki",
        "user.domain": "EXAMPLE",
        "user.uid": "S-1",
    }
    assert processes.account("user", "-") == {}


def test_only_a_sha256_is_one():
    assert processes.digest("AB" * 32) == "ab" * 32
    assert [processes.digest(value) for value in ("0" * 64, "AB" * 20, 7, None)] == [None] * 4


def test_techniques_are_found_wherever_they_are_said():
    found = processes.techniques(["Phishing (T1566)", {"uid": "T1059.001"}], "T1566", 3, "XT12345")

    assert found == ["T1566", "T1059.001"]
    assert processes.techniques(None, "none") is None


def test_ransomware_is_known_by_name_or_by_what_it_does():
    assert processes.ransomware("Ransom_CERBER.A")["malware.classification_ids"] == [10]
    assert processes.ransomware(None, ["Impact", "T1486"])["malware.classification_ids"] == [10]
    assert processes.ransomware("Trojan") == {}
