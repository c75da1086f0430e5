"""Cells of lines that are alike, from the compiled scanner and from plain reading: same shapes, same columns."""

import numpy as np
import polars as pl
from hypothesis import example, given
from hypothesis import strategies as st

from hinomi.library.formats import keyvalue
from hinomi.library.formats.cells import Cells, Wanted, integer
from hinomi.library.formats.keyvalue import Grammar
from hinomi.library.formats.lines import split

WANTED = Wanted(("type", "ip", "n", "url"), addresses=("ip",), blanks=("", "N/A"))
DECIDING = ("type", "url")
DECIDES = np.array([name in DECIDING for name in WANTED.names], dtype=np.uint8)

LONG = "a-value-that-is-longer-than-a-view"
VALUES = ["", "traffic", "192.0.2.1", "2001:db8::1", "gate", LONG, LONG[:-1] + "x", '"a \\"b\\" c"', '"\\\\"', "N/A"]
VALUES += [
    "0",
    "-7",
    "+7",
    "0012",
    str(2**63 - 1),
    str(2**63),
    "1673751600000000000",
    "12345678901234567",
    "1.5",
    "+",
    "管",
]
PAIRS = st.builds("{}={}".format, st.sampled_from([*WANTED.keys, "other"]), st.sampled_from(VALUES))
LINES = st.lists(st.lists(PAIRS, max_size=5).map(" ".join), max_size=8)


def cells(lines: list[str], *, compiled: bool) -> list[Cells]:
    found = split("\n".join(lines).encode())
    return list(keyvalue.scan(found, found.starts, Grammar(WANTED), compiled=compiled))


def described(found: Cells) -> list[tuple[object, ...]]:
    """Each line's shape, and the values of its cells as text and as a number, by place."""
    codes, shapes = found.grouped(DECIDES)
    longest = max(len(shape.numbers) for shape in shapes)
    places = np.array(
        [[n if n < len(shape.numbers) else -1 for n in range(longest)] for shape in shapes], dtype=np.int16
    )
    rows = np.arange(len(codes))
    columns = [*found.texts(codes, places, rows), *found.integers(codes, places, rows)]
    values = pl.DataFrame([column.alias(str(number)) for number, column in enumerate(columns)]).rows()
    return [(shapes[code], *row) for code, row in zip(codes, values, strict=True)]


@given(LINES)
@example([f"type={LONG} n=1", f"type={LONG[:-1]}x n=1", f"n=1 type={LONG}", 'url="\\"" n=2', 'url="\\"" n=3'])
def test_scanned_and_parsed_lines_have_the_same_shapes_and_values(lines: list[str]):
    scanned = [line for each in cells(lines, compiled=True) for line in described(each)]
    parsed = [line for each in cells(lines, compiled=False) for line in described(each)]

    assert scanned == parsed


def test_lines_are_alike_where_keys_and_deciding_values_are():
    lines = [
        "type=a ip=192.0.2.1 n=1",
        "type=a ip=192.0.2.2 n=2",
        "type=b ip=192.0.2.1 n=1",
        "type=a ip=gate n=1",
        "n=1",
    ]

    for compiled in (False, True):
        [found] = cells(lines, compiled=compiled)
        codes, shapes = found.grouped(DECIDES)
        assert codes.tolist() == [0, 0, 1, 2, 3]
        assert [shape.values for shape in shapes] == [("a",), ("b",), ("a",), ()]
        assert [WANTED.names[number] for number in shapes[0].numbers] == ["@raw", "type", "ip", "n"]
        assert shapes[0].numbers.tolist() != shapes[2].numbers.tolist(), "an address is told from a name"


def test_many_lines_of_one_hash_stay_apart():
    """Where the table of shapes overflows, lines alike may get several numbers, never lines unlike one."""
    lines = [f"type={number} n=1" for number in range(3000)] * 2

    [found] = cells(lines, compiled=True)
    codes, shapes = found.grouped(DECIDES)

    assert [shapes[code].values for code in codes] == [(str(number),) for number in range(3000)] * 2


def test_rows_of_some_lines_only():
    for compiled in (False, True):
        [found] = cells(["n=1", "n=2", "n=3"], compiled=compiled)
        codes, _ = found.grouped(DECIDES)
        places = np.array([[1]], dtype=np.int16)
        assert found.texts(codes, places, np.array([0, 2]))[0].to_list() == ["1", "3"]
        assert found.integers(codes, places, np.array([2]))[0].to_list() == [3]


def test_a_number_has_at_most_64_bits():
    assert [integer(text) for text in ("007", "-5", str(2**63 - 1), str(2**63), "1e3", "", "9" * 20, None)] == [
        *(7, -5, 2**63 - 1),
        *(None, None, None, None, None),
    ]
