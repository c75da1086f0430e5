"""Comparing octets many at a time: like one at a time, and never outside the array."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hinomi.library.formats.octets import PLAIN, Checked, seek, word

HERE = Path(__file__).parent
COMPILED = ("test_octets", "test_octet_words", "test_keyvalue", "test_cells", "test_lines")
"""Tests of everything that is compiled."""
OCTETS = st.binary(max_size=100).map(lambda found: np.frombuffer(found, dtype=np.uint8))
FEW = st.integers(0, 120)


@given(OCTETS, FEW, FEW, st.integers(0, 255), st.integers(0, 255))
@example(np.zeros(64, dtype=np.uint8), 0, 40, 1, 2)
def test_an_octet_is_found_where_it_is(found: np.ndarray, at: int, end: int, one: int, other: int):
    end = min(end, len(found))
    places = [place for place in range(at, end) if found[place] in (one, other)]

    assert seek(found, at, end, one, other) == min(places, default=end)


@given(OCTETS, FEW, st.integers(-2, 12))
def test_a_word_is_up_to_eight_octets(found: np.ndarray, at: int, size: int):
    size = min(size, len(found) - at)

    assert word(found, at, size) == int.from_bytes(found[at : at + max(size, 0)][:8].tobytes(), "little")


@pytest.mark.parametrize("index", [-1, 3, (0, -1), (-1, 0)])
def test_an_index_outside_an_array_is_refused(index: object):
    array = np.zeros((3, 3) if isinstance(index, tuple) else 3).view(Checked)

    with pytest.raises(IndexError):
        array[index]
    with pytest.raises(IndexError):
        array[index] = 1


@pytest.mark.skipif(PLAIN, reason="this is that run")
@pytest.mark.parametrize("tests", COMPILED)
def test_compiled_code_stays_within_its_arrays(tests: str):
    """The same tests with the same code as plain Python, which refuses what machine code would do unseen."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        str(HERE / f"{tests}.py"),
    ]
    done = subprocess.run(command, env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout
