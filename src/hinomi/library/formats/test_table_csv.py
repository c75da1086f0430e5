"""What a record and its cells are is what Python's ``csv`` module says, however the file is mangled."""

import csv
from io import StringIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hinomi.library.formats import table_csv, table_text
from hinomi.library.formats.table_grid import LINE

CELL = st.text(alphabet="ab火,;\" \n\r\t'", max_size=8)
WELL_FORMED = st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=8)
MANGLED = st.text(alphabet='a,"\n\r 火', max_size=60)


def by_csv(text: str, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Line and cells of each record that is not blank."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    found, line = [], 1
    for cells in reader:
        found.append((line, cells))
        line = reader.line_num + 1
    return [(line, cells) for line, cells in found if any(cell.strip() for cell in cells)]


def by_us(text: str, width: int, delimiter: str = ",") -> list[tuple[int, list[str] | None]]:
    rows = table_csv.rows(table_text.read(text.encode()), 0, delimiter, width)
    fitting = [(row[-1], list(row[:-1])) for row in rows.cells.iter_rows()]
    assert rows.cells.columns[-1] == LINE
    found = fitting + [(record.first + 1, record.cells) for record in rows.others]
    return sorted((line, cells) for line, cells in found if cells is None or any(cell.strip() for cell in cells))


def closes_its_quotes(text: str) -> bool:
    return list(csv.reader(StringIO(text + "\nend\n", newline="")))[-1] == ["end"]


@given(table=WELL_FORMED, ending=st.sampled_from(["\n", "\r\n"]), quoting=st.sampled_from([csv.QUOTE_ALL, 0]))
def test_what_csv_wrote_is_read_back(table: list[list[str]], ending: str, quoting: int):
    written = StringIO(newline="")
    csv.writer(written, lineterminator=ending, quoting=quoting).writerows(table)

    assert by_us(written.getvalue(), width=3) == by_csv(written.getvalue())


@settings(max_examples=400)
@given(text=MANGLED.filter(closes_its_quotes), width=st.integers(1, 4))
@example(text='a,"b\nc",d\r\n"x""y",,\n', width=3)
@example(text='a"b,c\n"a" b,c\n""\n', width=2)
@example(text="old\rmac,file\r", width=1)
def test_mangled_text_has_the_cells_that_csv_finds(text: str, width: int):
    assert by_us(text, width) == by_csv(text)


@pytest.mark.parametrize("delimiter", ["\t", ";"])
@given(table=WELL_FORMED)
def test_other_delimiters_are_read_alike(delimiter: str, table: list[list[str]]):
    written = StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(table)

    assert by_us(written.getvalue(), 3, delimiter) == by_csv(written.getvalue(), delimiter)


@given(before=st.lists(st.sampled_from(["a,b", '"a",b']), max_size=3), after=st.lists(st.just("c,d"), max_size=3))
def test_a_quote_that_never_closes_costs_its_own_line_only(before: list[str], after: list[str]):
    text = "\n".join([*before, 'x,"y', *after])

    found = by_us(text, width=2)

    assert [line for line, _ in found] == list(range(1, len(before) + len(after) + 2))
    assert [line for line, cells in found if cells is None] == [len(before) + 1]


def test_a_cell_larger_than_csv_allows_costs_its_own_line_only():
    text = 'a,b\nx,"' + 200_000 * "y" + '\n"\nc,d\n'

    found = by_us(text, width=2)

    assert (2, None) in found
    assert (4, ["c", "d"]) in found
