"""An array of objects becomes lines that say the same; all else stays as it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.pipeline.collect.json_array import as_lines

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=4)


@given(st.lists(OBJECTS, max_size=6), st.sampled_from([None, 2]), st.booleans())
def test_each_object_is_a_line(items: list[dict], indent: int | None, ascii_only: bool) -> None:
    payload = json.dumps(items, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

    lines = as_lines(payload)

    if b"\xed" not in payload:  # a lone surrogate is no UTF-8, and then it is not JSON either
        assert [json.loads(line) for line in lines.split(b"\n")[:-1]] == items


def test_what_an_object_says_is_kept_to_the_byte() -> None:
    payload = b'[{"id":18446744073709551615, "a":1.10, "a":2, "s":"]},{\\"\\u0041"} ,\r\n{}]\n'

    assert as_lines(payload) == b'{"id":18446744073709551615, "a":1.10, "a":2, "s":"]},{\\"\\u0041"}\n{}\n'


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a": 1}\n{"a": 2}\n',
        b"[error] 12#34: a line of a web server\n",
        b"[1, 2]\n[3, 4]\n",
        b'[{"a": 1}, 2]',
        b'[{"a": 1}, {"a"',
        b"[" * 100_000,
        b"",
    ],
)
def test_anything_else_stays_as_it_was_received(payload: bytes) -> None:
    assert as_lines(payload) == payload


def test_windows_strings_that_are_not_quite_unicode_are_let_pass() -> None:
    assert as_lines(b'[{"name":"\\ud83d"},{"name":"b"}]') == b'{"name":"\\ud83d"}\n{"name":"b"}\n'
