import pytest

from hinomi.deliver.report.glyphs import code_points, known, settable


def test_the_font_shows_japanese_and_korean_but_no_emoji() -> None:
    shown = known()
    assert all(ord(char) in shown for char in "火の見髙﨑①㈱한〓ａ…")
    assert ord("🎁") not in shown


def test_texts_are_reduced_wherever_they_stand_and_numbers_left_alone() -> None:
    assert settable({"a": ["x🎁", 1], "b": True}, known()) == {"a": ["x〓", 1], "b": True}


def test_a_file_that_is_no_such_font_is_refused() -> None:
    with pytest.raises(ValueError, match="character map"):
        list(code_points(font_without_map()))


def font_without_map() -> bytes:
    """A font directory with one table: a character map without subtables."""
    directory = b"OTTO" + (1).to_bytes(2) + bytes(6) + b"cmap" + bytes(4) + (28).to_bytes(4) + (4).to_bytes(4)
    return directory + bytes(4)
