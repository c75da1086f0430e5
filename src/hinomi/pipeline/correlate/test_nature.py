"""What a finding is reads the same on two machines, and differently where something else ran."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.ocsf.incident import Story
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import Company, Row
from hinomi.pipeline.correlate.nature import LONGEST, MOST, bounded, program

Told = Callable[[list[Row]], pl.DataFrame]
ENCODED = "powershell.exe -nop -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoA"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((r"C:\Users\yamada\AppData\sync.exe", ""), (r"c:\users\suzuki\appdata\Sync.exe", "")),
        (("setup-4.2.exe", ""), ("setup-5.10.exe", "")),
        (("cmd.exe", r"cmd.exe /c del C:\Users\sato\x20221101.tmp"), ("cmd.exe", r"cmd /c del C:\Users\ito\x9.tmp")),
        (("backup.exe", "backup.exe --all"), ("backup.exe", "backup.exe --changed")),
    ],
)
def test_what_differs_for_no_reason_reads_the_same(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert program(*one) == program(*other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((r"C:\Windows\System32\svchost.exe", ""), (r"C:\Users\Public\svchost.exe", "")),
        (("powershell.exe", ENCODED), ("powershell.exe", ENCODED[:-4] + "AAAA")),
        (("cmd.exe", "cmd.exe /c ping 192.0.2.7"), ("cmd.exe", "cmd.exe /c ping 192.0.2.8")),
        (("rundll32.exe", "rundll32.exe printui.dll,PrintUIEntry"), ("rundll32.exe", "rundll32.exe x.dll,Run")),
    ],
)
def test_what_ran_differently_stays_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert program(*one) != program(*other)


def test_a_command_written_in_numbers_is_told_as_it_is() -> None:
    def written(text: str) -> str:
        return program("powershell.exe", "powershell " + "+".join(f"[char]{ord(letter)}" for letter in text))

    assert written("invoke-expression x") != written("invoke-expression y")


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_program_is_short_whatever_a_sensor_writes(path: str, command: str) -> None:
    assert len(program(path, command)) <= LONGEST


def test_more_than_can_be_named_is_told_by_a_digest_that_any_new_one_changes() -> None:
    many = [f"host-{number}.example" for number in range(MOST + 50)]

    assert len(bounded(many)) == MOST + 1
    assert bounded(reversed(many)) == bounded(many)
    assert bounded([*many, "zz.example"])[-1] != bounded(many)[-1]


def test_a_line_that_stands_for_equal_findings_names_their_programs_and_ends_too(company: Company, told: Told) -> None:
    rows = [
        company.edr(
            minute, "アプリがOSコマンド実行", process__name=f"tool-{letter}.exe", dst_endpoint__ip=f"192.0.2.{minute}"
        )
        for minute, letter in enumerate("abcdefghij", start=1)
    ]

    lines = [line for line in only(stories(told(rows))).timeline if line.nature]

    assert len(lines) < len(rows)
    assert {one for line in lines for one in line.nature.programs} == {f"tool-{letter}.exe" for letter in "abcdefghij"}
    assert {one for line in lines for one in line.nature.ends} == {f"192.0.2.{minute}" for minute in range(1, 11)}


def test_what_is_shown_beside_a_story_is_no_part_of_it(company: Company, told: Told) -> None:
    grave = company.edr(10, "アプリがOSコマンド実行")
    slight = company.utm(12, "URLカテゴリフィルタ", 1)

    lines = {line.finding: line for line in only(stories(told([grave, slight]))).timeline}

    assert lines[grave["metadata.uid"]].nature is not None
    assert lines[slight["metadata.uid"]].nature is None


def only(found: tuple[Story, ...]) -> Any:
    (story,) = found
    return story
