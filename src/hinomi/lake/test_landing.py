"""What was received stays as it was received, is received once, and is found again."""

import subprocess
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.lake.block import CorruptBlock, decode, encode
from hinomi.lake.landing import BadName, Landing, write_durably

NOON = datetime(2023, 1, 15, 3)


def append(landing: Landing, payload: bytes, *, tenant: str = "101", live: bool = False, origin: str = "gate.log"):
    return landing.append(
        payload,
        tenant=tenant,
        sensor="gate",
        source="fortinet_fortigate",
        timezone="Asia/Tokyo",
        received=NOON,
        origin=origin,
        live=live,
    )


@given(payload=st.binary(max_size=2000))
def test_a_block_gives_back_what_was_put_in(payload: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    landing = Landing(tmp_path_factory.mktemp("landing"))
    header = append(landing, payload)
    assert landing.read(header).payload == payload


def test_the_same_file_is_received_once_even_after_it_was_normalised(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = append(landing, b"a line\n")

    assert append(landing, b"a line\n") is None
    landing.keep(first)
    assert append(landing, b"a line\n") is None
    assert append(landing, b"a line\n", tenant="102") is not None
    assert landing.pending()[0].tenant == "102"


def test_a_file_whose_name_is_no_text_or_endless_is_received_all_the_same(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    header = append(landing, b"a line\n", origin="\udc83\udc8d.log" + "x" * 30_000)
    assert landing.pending() == [header]
    assert header.origin.startswith("\\udc83")


def test_a_live_sender_may_say_the_same_twice(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    append(landing, b"a line\n", live=True)
    append(landing, b"a line\n", live=True)
    assert len(landing.pending()) == 2


def test_any_zstd_tool_shows_what_was_received(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    header = append(landing, b"<189>date=2022-11-01 plain\n")
    try:
        shown = subprocess.run(["zstd", "-dc", landing.inbox_path(header)], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("the zstd command is not on this machine")
    assert shown.stdout == b"<189>date=2022-11-01 plain\n"


def test_damage_is_noticed_and_set_aside_with_its_reason(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    good, bad = append(landing, b"good\n"), append(landing, b"bad, bad, bad\n")
    path = landing.inbox_path(bad)
    data = bytearray(path.read_bytes())
    data[-6] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(CorruptBlock, match="もう一度取り込んで"):
        landing.read(bad)
    path.write_bytes(b"not a block at all")

    assert [header.block for header in landing.pending()] == [good.block]
    assert (tmp_path / "damaged" / "101" / "gate" / f"{bad.block}.txt").read_text().strip()


def test_a_header_cannot_lie_about_its_payload(tmp_path: Path) -> None:
    header = append(Landing(tmp_path), b"honest\n")
    with pytest.raises(CorruptBlock, match="checksum"):
        decode(encode(header, b"forged\n"), tmp_path / "block.zst")


@pytest.mark.parametrize("name", ["../102", "", "a/b", ".hidden", "会社", "x" * 65])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadName):
        append(Landing(tmp_path), b"x\n", tenant=name)
    assert not any(tmp_path.rglob("*.zst"))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "folder-in-the-way"
    target.mkdir()
    with pytest.raises(OSError):
        write_durably(target, b"data")
    assert list(tmp_path.iterdir()) == [target]
