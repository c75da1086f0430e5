"""Files made of lines."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.demo.batch import Batch, csv_header, csv_line, payload

COLUMNS = "日時,件名,処理"
FIELD = st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)))


def test_lines_of_several_batches_come_in_order_of_time() -> None:
    batches = [
        Batch(np.array([5, 1]), ["e", "a"]),
        Batch(np.array([], dtype=np.int64), []),
        Batch(np.array([3]), ["c"]),
    ]
    assert payload(batches, csv_header("x")) == b"\xef\xbb\xbfx\na\nc\ne\n"


def test_a_file_without_lines_is_its_header() -> None:
    assert payload([], "x\n") == b"x\n"


@given(FIELD, FIELD)
def test_any_text_survives_in_a_csv_field(subject: str, action: str) -> None:
    line = csv_line(COLUMNS, {"件名": subject, "処理": action})
    [row] = csv.reader(io.StringIO(line, newline=""))
    assert row == ["", subject, action]


def test_a_column_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError, match="宛先"):
        csv_line(COLUMNS, {"宛先": "x"})
