"""``hinomi study`` as the programme office uses it."""

import json
from pathlib import Path

import pytest

from hinomi.app.commands.conftest import Ask


def test_the_table_is_one_json_object_that_says_how_it_was_counted(programme: Ask) -> None:
    answer = json.loads(programme("study", "table", "detections", "--json").stdout)
    edr = [row for row in answer["rows"] if row["device"] == "EDR"]
    assert edr == [
        {
            "device": "EDR",
            "category": None,
            "month": "2022-11",
            "count": 4,
            "companies": 2,
            "per_company_month": 2,
        },
        {
            "device": "EDR",
            "category": None,
            "month": "total",
            "count": 4,
            "companies": None,
            "per_company_month": 2,
        },
    ]
    assert answer["exclusions"] == []
    assert len(answer["ledger"]) == len(answer["rows"]) == 20
    assert answer["data_cut"]["epoch"] == 1


def test_without_json_people_read_it(programme: Ask) -> None:
    printed = programme("study", "table", "detections").stdout
    assert "禁止アプリケーション" in printed
    assert "(2.0)" in printed
    assert "EDR 2者" in printed


@pytest.mark.parametrize("name", ["sensors", "edr-kinds", "waf-purposes", "mail-items", "mail-received"])
def test_every_table_can_be_asked_for_both_ways(programme: Ask, name: str) -> None:
    assert programme("study", "table", name).exit_code == 0
    assert json.loads(programme("study", "table", name, "--json").stdout)["table"] == name


def test_other_months_can_be_asked_for(programme: Ask) -> None:
    answer = json.loads(
        programme("study", "table", "detections", "--json", "--since", "2022-12", "--until", "2023-01").stdout
    )
    assert answer["inputs"]["months"] == ["2022-12", "2023-01"]
    assert all(row["count"] == 0 and row["companies"] in (0, None) for row in answer["rows"])


@pytest.mark.parametrize(
    "arguments",
    [
        ("table", "nothing"),
        ("table", "detections", "--since", "2022-13", "--until", "2023-01"),
        ("table", "detections", "--since", "2022-12"),
        ("table", "detections", "--since", "2023-02", "--until", "2022-12"),
        ("replay", "/nowhere.json"),
    ],
)
def test_wrong_usage_says_so(programme: Ask, arguments: tuple[str, ...]) -> None:
    assert programme("study", *arguments).exit_code == 2


def test_a_printed_table_is_counted_again_and_a_changed_number_is_found(programme: Ask, tmp_path: Path) -> None:
    saved = tmp_path / "table.json"
    saved.write_text(programme("study", "table", "detections", "--json").stdout)
    assert programme("study", "replay", saved).exit_code == 0

    document = json.loads(saved.read_text())
    document["rows"][-1]["count"] += 1
    saved.write_text(json.dumps(document))
    again = programme("study", "replay", saved)
    assert again.exit_code == 1
    assert "1行が違います" in again.stdout


def test_a_file_that_is_no_table_is_refused(programme: Ask, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    assert programme("study", "replay", tmp_path / "x.json").exit_code == 2
