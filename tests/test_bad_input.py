"""Bad input gets a clear message that says what to do; nothing already received is lost."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

LINE = (
    '<189>date=2023-01-15 time=11:59:00 devname="gate" devid="FG0" eventtime=1673751540000000000 tz="+0900" '
    'logid="0000000013" type="traffic" subtype="forward" level="notice" srcip=192.168.1.5 dstip=203.0.113.9 '
    'action="close" msg="{}"\n'
)
GOOD = LINE.format("ok").encode()
ASK = ("--tenant", "500", "--source", "fortinet_fortigate", "--json")


def imported(hinomi, *words: str, stdin: bytes = b""):
    finished = hinomi("import", *words, stdin=stdin)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_a_company_sends_a_mixed_bag_and_every_line_is_accounted_for(hinomi, tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    bag.mkdir()
    (bag / "plain.log").write_bytes(GOOD * 3)
    (bag / "truncated.log").write_bytes(GOOD + GOOD[:-30])
    (bag / "cp932.log").write_bytes(LINE.format("経理部").encode("cp932"))
    (bag / "long.log").write_bytes(GOOD + b"x" * 10_000_000 + b"\n" + GOOD)
    (bag / "not a log.log").write_bytes(b"hello\n\x00\xff\n\n")
    (bag / "packed.log.gz").write_bytes(gzip.compress(GOOD * 2))
    with zipfile.ZipFile(bag / "many.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/one.log", GOOD)
        archive.writestr("two.log", GOOD.replace(b"192.168.1.5", b"192.168.1.6"))

    result = imported(hinomi, str(bag), *ASK)

    assert result["lines"] == result["events"] + result["rejects"]
    assert result["lines"] == 3 + 2 + 1 + 3 + 2 + 2 + 2
    assert result["rejects"] == 3, "the endless line and the two that are no log lines"
    assert imported(hinomi, str(bag), *ASK)["lines"] == 0, "the same files again are not counted again"

    finished = hinomi("import", "-", *ASK, stdin=GOOD * 5)
    assert json.loads(finished.stdout)["events"] == 5


def test_a_file_that_breaks_off_is_kept_up_to_there(hinomi, tmp_path: Path) -> None:
    broken = tmp_path / "broken.log.gz"
    broken.write_bytes(gzip.compress(GOOD * 2000)[:-40])

    finished = hinomi("import", str(broken), *ASK)

    assert finished.returncode == 1
    assert "broken.log.gz" in finished.stderr
    assert "取り込み済み" in finished.stderr
    assert json.loads(finished.stdout)["events"] > 0


def test_a_zip_that_would_fill_the_disk_is_not_opened(hinomi, tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.log", b"\0" * 200_000_000)
    path = tmp_path / "bomb.zip"
    path.write_bytes(bomb.getvalue())

    finished = hinomi("import", str(path), *ASK)

    assert finished.returncode == 1
    assert "展開すると大きすぎます" in finished.stderr
    assert json.loads(finished.stdout)["lines"] == 0


def test_a_corrupt_event_log_is_one_reject_with_a_reason(hinomi, tmp_path: Path) -> None:
    path = tmp_path / "broken.evtx"
    path.write_bytes(b"ElfFile\x00" + b"\xff" * 5000)

    result = imported(hinomi, str(path), "--tenant", "500", "--source", "windows_evtx", "--json")

    assert (result["lines"], result["events"], result["rejects"]) == (1, 0, 1)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--source", "fortigate"), 2, "fortinet_fortigate"),
        (("--source", "fortinet_fortigate", "--timezone", "Asia/Tokio"), 2, "Asia/Tokyo"),
        (("--source", "fortinet_fortigate", "--tenant", "../x"), 2, "名前に使えません"),
        (("--source", "fortinet_fortigate", "--no-such-option"), 2, "--no-such-option"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_one(hinomi, words: tuple[str, ...], status: int, said: str) -> None:
    finished = hinomi("import", "-", "--tenant", "500", *words, stdin=GOOD)
    assert finished.returncode == status, finished.stderr
    assert said in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_help_lists_the_commands(hinomi) -> None:
    finished = hinomi("--help")
    assert finished.returncode == 0
    for word in ("import", "serve", "demo", "study", "report", "doctor"):
        assert f"  {word} " in finished.stdout
    assert "conftest" not in finished.stdout


def test_a_missing_file_is_named(hinomi) -> None:
    finished = hinomi("import", "nowhere.log", *ASK)
    assert finished.returncode == 1
    assert "nowhere.log" in finished.stderr


def test_a_database_that_is_away_says_so_and_the_lines_are_safe(hinomi, tmp_path: Path) -> None:
    away = hinomi("import", "-", *ASK, stdin=GOOD, HINOMI_DATABASE_URL="postgresql://hinomi:secret@127.0.0.1:1/hinomi")
    assert away.returncode == 1
    assert "データベースに接続できません" in away.stderr
    assert "secret" not in away.stderr
    assert "Traceback" not in away.stderr

    assert imported(hinomi, "-", *ASK, stdin=GOOD)["lines"] == 0, "it had been received"
    events = hinomi("events", "--tenant", "500")
    assert len(events.stdout.splitlines()) == 1
