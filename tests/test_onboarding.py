"""From unknown lines to a running source, and what was taken for another product put right."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

LINE = (
    '<188>date=2023-01-15 time=12:{:02}:00 devname="FG-1" devid="FG0" tz="+0900" type="utm" subtype="virus" '
    'level="critical" srcip=192.168.1.10 srcname="PC-07" dstip=203.0.113.66 action="passthrough" virus="W32/Sample" '
    'filename="a.exe" newfield="nobody reads this" url="http://203.0.113.66/a.exe"\n'
)
LOG = "".join(LINE.format(minute) for minute in range(30)) + "this is no log \x1b[31m\n"


def test_unknown_lines_become_a_sensor_and_a_mistake_is_read_again(hinomi: Run, tmp_path: Path) -> None:
    log = tmp_path / "unknown.log.gz"
    log.write_bytes(gzip.compress(LOG.encode()))

    tried = hinomi("source", "try", str(log))
    facts = json.loads(hinomi("source", "try", "-", "--json", stdin=LOG.encode()).stdout)

    assert tried.returncode == 0, tried.stderr
    for said in ("fortinet_fortigate", "31 件のうち 30 件", "newfield", "nobody reads this", "行 (lines) 31"):
        assert said in tried.stdout
    assert "\x1b" not in tried.stdout
    assert "http://203.0.113.66" not in tried.stdout
    assert (facts["source"], facts["sure"], facts["events"], facts["zone_counts"]) == (
        "fortinet_fortigate",
        True,
        30,
        False,
    )
    assert not (tmp_path / "data").exists(), "trying needs no data folder"

    hinomi("tenant", "add", "500", "--name", "見本")
    imported = ("import", str(log), "--tenant", "500", "--sensor", "gate", "--json", "--source")
    assert json.loads(hinomi(*imported, "suricata_eve").stdout)["events"] == 0
    reparsed = hinomi("reparse", "--tenant", "500", "--rejected", "--as-source", "fortinet_fortigate", "--json")

    assert json.loads(reparsed.stdout)["before"] == {"events": 0, "rejects": 31, "findings": 0}
    assert "hinomi sensor add gate" in reparsed.stderr
    assert json.loads(hinomi(*imported, "fortinet_fortigate").stdout)["events"] == 0
    events = [json.loads(line) for line in hinomi("events", "--tenant", "500").stdout.splitlines()]
    assert len({event["metadata"]["uid"] for event in events}) == len(events) == 30
    assert {event["unmapped"]["source"] for event in events} == {"fortinet_fortigate"}
    incidents = json.loads(hinomi("incidents", "--tenant", "500", "--json").stdout)["incidents"]
    assert [incident["host"] for incident in incidents] == ["PC-07"]


def test_what_cannot_be_tried_is_said(hinomi: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.log"
    empty.touch()

    assert hinomi("source", "try", str(tmp_path / "nothing.log")).returncode == 1
    assert "中身がありません" in hinomi("source", "try", str(empty)).stderr
    assert hinomi("source", "try", str(empty), "--source", "no_such").returncode == 2
    nobody = hinomi("source", "try", "-", "--source", "suricata_eve", stdin="ただの文章です。\n".encode())
    assert nobody.returncode == 1
    assert "not_this_format" in nobody.stdout
    assert "どの機器かは分かりません" in hinomi("source", "try", "-", stdin="ただの文章です。\n".encode()).stdout
