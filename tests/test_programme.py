"""The main job: raw logs of 43 companies in, the study's table, the two stories and a report out.

The expected figures are table 6.2 of the survey report, as printed.
"""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections import Counter
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

MONTHS = ("2022-11", "2022-12", "2023-01", "total")
TABLE = {
    ("UTM", "不正プログラム"): "101 7.2 74 4.9 101 6.3 276 6.2",
    ("UTM", "不正侵入防止(IPS)"): "152 10.9 412 27.5 160 10.0 724 16.1",
    ("UTM", "不正サイト"): "0 0.0 308 20.5 273 17.1 581 12.5",
    ("UTM", "スパムメール"): "6672 476.6 12843 856.2 11753 734.6 31268 689.1",
    ("UTM", "ランサムウェア"): "0 0.0 0 0.0 0 0.0 0 0.0",
    ("UTM", "C&Cコールバック"): "0 0.0 0 0.0 0 0.0 0 0.0",
    ("UTM", "禁止アプリケーション"): "2970 212.1 3502 233.5 4107 256.7 10579 234.1",
    ("EDR", None): "206 6.9 149 5.0 72 2.4 427 4.7",
    ("WAF", None): "15296 3824.0 13177 1647.1 7953 994.1 36426 2155.1",
    ("クラウドメールセキュリティ", None): "633 633.0 2953 1476.5 3535 1767.5 7121 1292.3",
}
COMPANIES = {
    "UTM": [14, 15, 16],
    "EDR": [30, 30, 30],
    "WAF": [4, 8, 8],
    "クラウドメールセキュリティ": [1, 2, 2],
}
LAND = 40_726


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programme, replayed once for all journeys of this module."""
    folder = tmp_path_factory.mktemp("programme") / "data"
    hinomi(folder, "demo", "--no-serve")
    return folder


def hinomi(data_dir: Path, *words: str) -> bytes:
    command = [sys.executable, "-m", "hinomi.app", *words, "--data-dir", str(data_dir)]
    finished = subprocess.run(command, capture_output=True, timeout=500)
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout


def printed(value: float) -> str:
    """As the report prints it: one decimal, halves up."""
    return str(Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def table(data_dir: Path, *options: str) -> dict:  # type: ignore[type-arg]
    return json.loads(hinomi(data_dir, "study", "table", "detections", "--json", *options))


def test_the_table_of_the_study_comes_out_to_the_last_printed_digit(data_dir: Path) -> None:
    answer = table(data_dir)
    rows = {(row["device"], row["category"], row["month"]): row for row in answer["rows"]}

    for key, figures in TABLE.items():
        found = [rows[*key, month] for month in MONTHS]
        shown = " ".join(f"{row['count']} {printed(row['per_company_month'])}" for row in found)
        assert shown == figures, key
        assert [row["companies"] for row in found[:3]] == COMPANIES[key[0]]
    assert len(rows) == len(TABLE) * len(MONTHS)


def test_the_faulty_device_is_set_aside_by_rule_and_said_so(data_dir: Path) -> None:
    answer = table(data_dir)
    (exclusion,) = answer["exclusions"]
    assert exclusion["count"] == LAND
    assert "LAND" in exclusion["reason"]

    included = {
        row["month"]: row["count"]
        for row in table(data_dir, "--include-exclusions")["rows"]
        if row["category"] == "不正侵入防止(IPS)"
    }
    assert included["total"] == 724 + LAND


def test_every_number_says_how_it_was_counted(data_dir: Path) -> None:
    text = json.dumps(table(data_dir), ensure_ascii=False)
    for word in ("definition", "numerator", "denominator", "averaging", "exclusions", "data_cut", "code_version"):
        assert word in text, word


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "edr-kinds",
            {"アプリがOSコマンド実行": 190, "アプリから別アプリを起動": 164, "Microsoft Defenderによる検知": 38},
        ),
        ("waf-purposes", {"Webサイトの変造/偽造": 17_027, "個人情報の漏えい": 14_526, "新たな脆弱性": 2_951}),
        ("mail-items", {"スパムメール対策": 5_762, "不正プログラム検索": 1_287, "Webレピュテーション": 72}),
    ],
)
def test_the_breakdowns_are_those_of_the_report(data_dir: Path, name: str, expected: dict[str, int]) -> None:
    text = hinomi(data_dir, "study", "table", name, "--json").decode()
    for kind, count in expected.items():
        assert kind in text
        assert str(count) in text


EXPERT = {1: [3, 4, 2], 2: [1, 1, 1], 3: [1, 3, 1], 4: [2, 1, 1], 5: [7, 8, 9], 6: [2, 1, 0], 7: [2, 4, 4]}
"""Companies by kind and month in which experts pointed something out (section 6.3)."""


def test_what_detections_propose_to_the_expert_is_what_experts_pointed_out_in_the_report(data_dir: Path) -> None:
    proposed = json.loads(hinomi(data_dir, "study", "table", "expert-findings", "--proposed", "--json"))
    companies: dict[int, list[int]] = {}
    for row in proposed["rows"]:
        companies.setdefault(row["number"], []).append(row["companies"])
    assert companies == {number: [*months, sum(months)] for number, months in EXPERT.items()}

    confirmed = json.loads(hinomi(data_dir, "study", "table", "expert-findings", "--json"))
    assert {row["companies"] for row in confirmed["rows"]} == {0}, "nobody has confirmed anything yet"
    assert sum(row["undecided"] for row in confirmed["rows"] if row["month"] == "total") == 58


def test_each_planted_story_is_one_incident_on_the_right_pc(data_dir: Path) -> None:
    answer = json.loads(hinomi(data_dir, "incidents", "--tenant", "901", "--json"))
    by_kind = {incident["kind"]: incident for incident in answer["incidents"]}

    assert set(by_kind) == {"malware_chain", "support_scam"}
    assert len(answer["incidents"]) == 2
    assert by_kind["malware_chain"]["host"] == "PC-07"
    assert {entry["kind"] for entry in by_kind["malware_chain"]["timeline"]} == {"mail", "edr", "utm"}
    assert by_kind["support_scam"]["host"] == "PC-12"
    for incident in answer["incidents"]:
        times = [entry["time"] for entry in incident["timeline"]]
        assert times == sorted(times)
        assert all(link["reason"] for link in incident["links"])


def test_the_infection_ran_the_whole_course_that_the_report_describes(data_dir: Path) -> None:
    """All five detection points fired, so only the third of the three patterns is possible (section 4.5 (3))."""
    answer = json.loads(hinomi(data_dir, "incidents", "--tenant", "901", "--json"))
    [course] = next(one["courses"] for one in answer["incidents"] if one["kind"] == "malware_chain")

    assert (course["machine"], course["patterns"], course["checks"]) == ("PC-07", [3], [])
    assert [point["sight"] for point in course["points"]] == ["seen"] * 5
    assert {step["happening"] for step in course["steps"]} == {"seen", "inferred"}


def test_the_43_companies_are_not_drowned_in_incidents_and_the_planted_ones_come_first(data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "desk.sqlite3")) as desk:
        rows = desk.execute("SELECT tenant_id, substr(first_seen, 1, 7), kind FROM incidents_incident "
                            "ORDER BY urgency DESC, priority_score DESC").fetchall()  # fmt: skip

    assert [kind for _, _, kind in rows[:2]] == ["malware_chain", "support_scam"]
    of_each = Counter((tenant, month) for tenant, month, _ in rows if tenant != "901")
    assert of_each == {("305", "2022-12"): 1}, "only the faulty device asks for a person"


def test_replaying_again_changes_nothing(data_dir: Path) -> None:
    before = table(data_dir)["rows"]
    hinomi(data_dir, "demo", "--no-serve")
    assert table(data_dir)["rows"] == before


def test_the_demo_ends_with_a_console_and_a_sign_in_that_works_once(data_dir: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "hinomi.app", "demo", "--port", str(port), "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as demo:
        assert demo.stderr
        link = next(line for line in demo.stderr if b"/sign-in/link/" in line).split()[-1].decode()
        assert link.startswith(f"http://127.0.0.1:{port}/")
        with urllib.request.urlopen(link) as page:
            assert "csrfmiddlewaretoken" in page.read().decode()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(timeout=60) == 0


@pytest.mark.parametrize(("month", "suffix", "magic"), [("2022-12", "pdf", b"%PDF"), ("2022-12", "xlsx", b"PK")])
def test_a_company_gets_its_report(data_dir: Path, tmp_path: Path, month: str, suffix: str, magic: bytes) -> None:
    path = tmp_path / f"901.{suffix}"
    hinomi(data_dir, "report", "monthly", "--tenant", "901", "--month", month, "--output", str(path))
    assert path.read_bytes().startswith(magic)


def test_a_days_events_can_be_taken_elsewhere(data_dir: Path) -> None:
    span = ("--tenant", "901", "--since", "2022-12-06", "--until", "2022-12-07")
    events = [json.loads(line) for line in hinomi(data_dir, "events", *span).splitlines()]
    rows = hinomi(data_dir, "events", *span, "--format", "csv").decode().splitlines()

    assert len(rows) == len(events) + 1
    assert {event["metadata"]["tenant_uid"] for event in events} == {"901"}
    assert hinomi(data_dir, "events", *span, "--format", "parquet").startswith(b"PAR1")
