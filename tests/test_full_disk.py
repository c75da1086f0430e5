"""A full disk is said plainly, and what had been received before is still there."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

LINE = (
    '<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime=1673751540000000000 tz="+0900" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=192.168.1.5 dstip=203.0.113.9 '
    'sessionid={} action="close"\n'
)
ASK = ("--tenant", "500", "--source", "fortinet_fortigate", "--json")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MiB, mounted for this test alone."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_full_disk_loses_nothing_that_was_received(hinomi, small_disk: Path) -> None:
    data = {"HINOMI_DATA_DIR": str(small_disk / "data")}
    first = hinomi("import", "-", *ASK, stdin=LINE.format(0).encode(), **data)
    assert first.returncode == 0, first.stderr
    filler = small_disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        for _ in range(100):
            file.write(b"x" * 65536)

    full = hinomi("import", "-", *ASK, stdin=b"".join(LINE.format(n).encode() for n in range(1, 3000)), **data)

    assert full.returncode == 1
    assert "ディスクに空きがありません" in full.stderr
    assert "Traceback" not in full.stderr
    filler.unlink()
    again = hinomi("import", "-", *ASK, stdin=b"".join(LINE.format(n).encode() for n in range(1, 3000)), **data)
    assert json.loads(again.stdout)["events"] == 2999
    assert len(hinomi("events", "--tenant", "500", **data).stdout.splitlines()) == 3000
