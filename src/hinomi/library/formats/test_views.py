"""Rows of columns, taken and scattered."""

import numpy as np
import polars as pl
import pytest

from hinomi.library.formats.views import listed, scatter, take

COLUMNS = [
    pl.Series("text", ["a", None, "a text that lies in a buffer", "管理者の名前です"]),
    pl.Series("none", [None] * 4, dtype=pl.String),
    pl.Series("number", [1, 2, 3, 4], dtype=pl.Int32),
    pl.Series("flag", [True, None, False, True]),
    pl.Series("texts", [["a", "b"], None, [], ["a text that lies in a buffer"]]),
    pl.Series("numbers", [[1], None, [2, 3], []], dtype=pl.List(pl.Int32)),
]


@pytest.mark.parametrize(
    "column", [*COLUMNS, *(pl.concat([each, each])[2:6] for each in COLUMNS)], ids=lambda each: each.name
)
def test_rows_are_copied_with_their_type(column: pl.Series):
    values = column.to_list()

    taken = take(column, np.array([3, 0, 0]))
    scattered = scatter(column, np.array([1, 2, 5, 6]), 8)

    assert (taken.name, taken.dtype, taken.to_list()) == (column.name, column.dtype, [values[3], values[0], values[0]])
    assert (scattered.name, scattered.dtype) == (column.name, column.dtype)
    assert scattered.to_list() == [None, values[0], values[1], None, None, values[2], values[3], None]


def test_each_text_is_a_list_of_one():
    assert listed(pl.Series("a", ["x", None, "y"])).to_list() == [["x"], None, ["y"]]
    assert listed(pl.Series("a", [None], dtype=pl.String)).to_list() == [None]
