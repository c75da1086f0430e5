import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.formats.distinct import distinct


@given(st.lists(st.integers(-5, 40)))
def test_each_number_is_there_once_and_in_order(numbers: list[int]):
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))
