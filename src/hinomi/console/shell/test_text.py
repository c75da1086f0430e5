"""What a sender wrote can be read, and does nothing."""

from hypothesis import given
from hypothesis import strategies as st

from hinomi.console.shell.text import acts, hex_dump, readable, visible


def test_a_text_that_would_turn_its_reading_direction_is_written_out() -> None:
    assert visible("invoice\u202exslx.exe") == "invoice\\u202exslx.exe"
    assert visible("bell\x07 tag\U000e0041") == "bell\\x07 tag\\U000e0041"


def test_japanese_lines_and_tabs_stay_as_they_are() -> None:
    assert visible("請求書.zip\tを開いた\n次の行") == "請求書.zip\tを開いた\n次の行"


@given(st.text())
def test_nothing_visible_acts(text: str) -> None:
    assert not any(acts(char) for char in visible(text))


def test_bytes_that_are_no_utf_8_are_dumped() -> None:
    dump, is_text = readable("テスト srcip=".encode("cp932"))

    assert not is_text
    assert dump == "00000000  83 65 83 58 83 67 20 73 72 63 69 70 3d           |.e.X.g srcip=|"


@given(st.binary(max_size=100))
def test_a_dump_holds_every_byte(raw: bytes) -> None:
    rows = hex_dump(raw).splitlines()

    assert bytes.fromhex("".join(row[10:57] for row in rows)) == raw
