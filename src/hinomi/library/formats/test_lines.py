"""Cutting a payload into lines, and reading lines that are not UTF-8."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Reason
from hinomi.library.formats import lines as lines_module
from hinomi.library.formats.lines import KEPT, LONGEST, decode, split
from hinomi.library.formats.lines_kernel import breaks


def test_lines_end_with_lf_or_crlf_and_the_last_may_lack_an_end():
    assert list(split(b"one\ntwo\r\nthree")) == [(1, b"one"), (2, b"two"), (3, b"three")]


def test_blank_lines_are_no_records_but_keep_their_number():
    assert list(split(b"\n\r\n  \t\none\n\n  two \n")) == [(4, b"one"), (6, b"  two ")]


def test_nothing_has_no_lines():
    assert [list(split(payload)) for payload in (b"", b"\n", b"\r\n", b" ")] == [[], [], [], []]


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    assert list(split(b"\xef\xbb\xbfone\ntwo")) == [(1, b"one"), (2, b"two")]
    assert list(split(b"\xef\xbb\xbf\ntwo")) == [(2, b"two")]


def test_a_line_over_the_limit_is_rejected_and_only_its_beginning_kept():
    lines = split(b"a\n" + b"x" * (LONGEST + 1) + b"\nb\n" + b"y" * LONGEST)

    assert [number for number, _ in lines] == [1, 3, 4]
    (reject,) = lines.rejects
    assert (reject.line, reject.reason, reject.raw) == (2, Reason.TOO_LONG, b"x" * KEPT)


def test_only_lines_that_are_not_utf8_are_named():
    lines = split("admin=管理者\n".encode() + "admin=管理者\n".encode("cp932") + b"admin=root\n")

    assert lines.not_utf8() == [1]


def test_japanese_encodings_are_read_and_said():
    assert decode("管理者".encode()) == ("管理者", None)
    assert decode('user="管理者"'.encode("cp932")) == ('user="管理者"', "recoded:cp932")
    assert decode('user="営業部"'.encode("euc_jp")) == ('user="営業部"', "recoded:euc_jp")
    assert decode(b"caf\xe9 \xff") == ("caf\xe9 \xff", "recoded:latin-1")


def test_a_line_cut_within_a_character_loses_only_that_character():
    assert decode("user=管理者".encode()[:-1]) == ("user=管理", "truncated")


@given(st.binary())
def test_any_bytes_are_divided_without_loss(payload: bytes):
    lines = split(payload)

    unmarked = payload.removeprefix(b"\xef\xbb\xbf")
    expected = [
        (number, line.removesuffix(b"\r"))
        for number, line in enumerate(unmarked.split(b"\n"), start=1)
        if line.strip(b" \t\r\v\f")
    ]
    assert list(lines) == expected
    assert lines.not_utf8() == [index for index, (_, raw) in enumerate(expected) if not utf8(raw)]


@given(st.binary())
def test_any_bytes_can_be_read(raw: bytes):
    text, label = decode(raw)

    assert label is not None or text.encode() == raw


@given(st.lists(st.binary(max_size=80)).map(b"\n".join) | st.integers(0, 200).map(lambda size: b"\n" * size))
def test_line_ends_are_found_alike_by_compiled_code(payload: bytes):
    octets = np.frombuffer(payload, dtype=np.uint8)

    assert breaks(octets).tolist() == [place for place, octet in enumerate(payload) if octet == ord("\n")]


def test_lines_that_are_not_utf8_are_found_in_any_part_of_a_payload(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lines_module, "CHECKED", 50)
    bad = {3, 4, 90, 199}
    lines = split(b"\n".join("管理者".encode("cp932" if number in bad else "utf-8") for number in range(200)))

    assert lines.not_utf8() == sorted(bad)


def utf8(raw: bytes) -> bool:
    return raw.decode("utf-8", errors="ignore").encode() == raw
