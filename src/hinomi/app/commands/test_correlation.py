"""Correlation rules as users write them, through ``hinomi match`` and ``hinomi import``."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hinomi.app import place
from hinomi.app.cli import hinomi

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 20, 3, 0)
RULES = """\
title: ログオン失敗
id: 00000000-0000-4000-8000-000000000001
name: failed_logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4625}, condition: selection}
level: informational
---
title: ログオン成功
id: 00000000-0000-4000-8000-000000000002
name: logon
logsource: {product: windows, service: security}
detection: {selection: {EventID: 4624}, condition: selection}
level: informational
---
title: ログオン失敗の繰り返し
id: 00000000-0000-4000-8000-000000000011
name: many_failures
correlation:
  type: event_count
  rules: [failed_logon]
  group-by: [IpAddress, TargetUserName]
  timespan: 10m
  condition: {gte: 10}
level: medium
---
title: 総当たりのあとにログオンされた
id: 00000000-0000-4000-8000-000000000012
correlation:
  type: temporal_ordered
  rules: [many_failures, logon]
  group-by: [IpAddress, TargetUserName]
  timespan: 30m
level: high
tags: [attack.credential-access, attack.t1110.001]
hinomi: {advice: intrusion}
---
title: 多くの利用者にパスワードが試された
id: 00000000-0000-4000-8000-000000000013
correlation:
  type: value_count
  rules: [failed_logon]
  group-by: [source]
  aliases: {source: {failed_logon: IpAddress}}
  timespan: 1h
  condition: {gte: 5, field: TargetUserName}
level: high
---
title: ファイル名の変更
id: 00000000-0000-4000-8000-000000000003
name: renamed
logsource: {product: windows, category: file_event}
detection: {selection: {TargetFilename|endswith: .locked}, condition: selection}
level: informational
---
title: ファイルが次々に書き換えられた
id: 00000000-0000-4000-8000-000000000014
correlation: {type: event_count, rules: [renamed], group-by: [Computer], timespan: 1m, condition: {gt: 50}}
level: critical
hinomi: {advice: ransomware}
"""
Events = Iterable[dict[str, Any]]


def event(event_id: int, second: int, computer: str = "DC01", channel: str = "Security", **data: str) -> dict[str, Any]:
    """A record as ``Get-WinEvent | ConvertTo-Json`` of a shipper names it."""
    time = (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    provider = "Microsoft-Windows-Security-Auditing" if channel == "Security" else "Microsoft-Windows-Sysmon"
    named = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in data.items())
    return {
        "source": provider,
        "channel": channel,
        "computer": computer,
        "event_id": event_id,
        "timeCreated": time,
        "event_data": named,
    }


def logon(event_id: int, second: int, user: str, address: str = "192.0.2.66") -> dict[str, Any]:
    return event(event_id, second, TargetUserName=user, IpAddress=address, LogonType="3")


def brute_force(failures: int = 12) -> list[dict[str, Any]]:
    return [*(logon(4625, 20 * number, "sato") for number in range(failures)), logon(4624, 600, "SATO")]


def spraying() -> Events:
    return [logon(4625, 60 * number, f"user{number}", "192.0.2.67") for number in range(6)]


def encryption() -> Events:
    target = "C:\\\\Data\\\\{}.xlsx.locked"
    sysmon = "Microsoft-Windows-Sysmon/Operational"
    return [event(11, number // 2, "PC-07", sysmon, TargetFilename=target.format(number)) for number in range(80)]


def written(folder: Path, events: Events) -> Path:
    path = folder / "log.json"
    path.write_text("".join(json.dumps(one) + "\n" for one in events), encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(hinomi, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result


def test_each_is_told_once_and_says_the_numbers(db: None, tmp_path: Path, settings: Any):
    settings.DATA_DIR = data_dir = tmp_path / "data"
    (data_dir / "rules").mkdir(parents=True)
    (data_dir / "rules" / "own.yml").write_text(RULES, encoding="utf-8")
    few = (logon(4625, number, "ito", "192.0.2.68") for number in range(9))
    log = written(tmp_path, [*brute_force(), *spraying(), *encryption(), *few])

    run("import", log, "--tenant", "101", "--source", "windows_forwarded", "--data-dir", data_dir)

    asked = "SELECT * FROM findings WHERE \"finding_info.analytic.uid\" LIKE '00000000-%' ORDER BY time"
    encrypted, sprayed, forced = place.lake(data_dir).ask("101", asked).rows()
    assert (encrypted["finding_info.title"], encrypted["severity_id"]) == ("ファイルが次々に書き換えられた", 5)
    assert (encrypted["device.hostname"], encrypted["count"]) == ("PC-07", 80)
    assert "Computer PC-07 について、1 分間のうちに、「ファイル名の変更」が 80 件ありました" in encrypted["message"]

    assert sprayed["finding_info.title"] == "多くの利用者にパスワードが試された"
    assert "source 192.0.2.67 について、1 時間のうちに" in sprayed["message"]
    assert "TargetUserName が 6 通りありました(記録 6 件)" in sprayed["message"]
    assert sprayed["count"] == len(sprayed["finding_info.related_events"]) == 6

    assert forced["finding_info.title"] == "総当たりのあとにログオンされた"
    assert (forced["severity_id"], forced["finding_info.types"]) == (4, ["intrusion"])
    assert forced["finding_info.attacks.technique.uid"] == ["T1110.001"]
    assert (forced["src_endpoint.ip"], forced["device.hostname"]) == ("192.0.2.66", "DC01")
    assert forced["time"] == START + timedelta(minutes=10)
    assert "IpAddress 192.0.2.66、TargetUserName sato について、30 分間のうちに" in forced["message"]
    assert "「ログオン失敗の繰り返し」、「ログオン成功」 の順に起きました" in forced["message"]


def test_match_says_how_often_each_correlation_would_be_told(tmp_path: Path):
    (tmp_path / "rules.yml").write_text(RULES, encoding="utf-8")
    events = [*brute_force(), *spraying(), *encryption()]

    told = run("match", "--rules", tmp_path / "rules.yml", "--source", "windows_forwarded", written(tmp_path, events))

    rows = {row["title"]: row["count"] for row in map(json.loads, told.stdout.splitlines())}
    assert rows == {
        "ファイルが次々に書き換えられた": 1,
        "多くの利用者にパスワードが試された": 1,
        "総当たりのあとにログオンされた": 1,
    }
