"""Machine code on disk: run without numba, made anew when anything it was made of has changed."""

import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

from hinomi.library.formats.machine import PLAIN, compiled, file_of, folders, inner, versions
from hinomi.library.own_folder import own_folder

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")

MODULE = """
import sys
import numpy as np
from hinomi.library.formats.machine import compiled, inner
from factor import FACTOR

@inner
def times(number):
    return FACTOR * number

@compiled
def double(numbers, into):
    for place in range(len(numbers)):
        into[place] = times(numbers[place])
    return len(numbers), numbers[0]

found = np.zeros(3, dtype=np.int64)
print(double(np.arange(1, 4), found), found.tolist(), "numba" in sys.modules)
"""


ADDING = """
import pickle
import numpy as np
from hinomi.library.formats.machine import compiled
from hinomi.library.formats.machine_call import Packed

@compiled
def added(numbers, more, last):
    return numbers.sum() + more.sum() + last

numbers, more = np.arange(3), np.arange(4)
packed = Packed(numbers, more)
print(added(numbers, more, 6), added(packed, 6), added(pickle.loads(pickle.dumps(packed)), 6))
"""


def told(folder: Path, factor: int = 2) -> str:
    """What a process of its own says that runs the module."""
    (folder / "module.py").write_text(MODULE)
    (folder / "factor.py").write_text(f"FACTOR = {factor}\n")
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
    }
    command = [sys.executable, str(folder / "module.py")]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_what_one_process_compiled_the_next_runs_without_numba_until_a_constant_changes(tmp_path: Path):
    assert told(tmp_path) == "(3, 1) [2, 4, 6] True"
    assert told(tmp_path) == "(3, 1) [2, 4, 6] False"
    assert told(tmp_path, factor=5) == "(3, 1) [5, 10, 15] True"
    assert told(tmp_path, factor=5) == "(3, 1) [5, 10, 15] False"


def test_code_is_compiled_where_it_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinomi.library.formats.machine.folders", lambda _beside: iter([tmp_path / "none"]))
    double = compiled(lambda number: 2 * number)

    assert double(21) == 42
    assert not list(tmp_path.iterdir())


def test_damaged_code_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hinomi.library.formats.machine.folders", lambda _beside: iter([tmp_path]))
    assert compiled(halved)(42) == 21
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])

    assert compiled(halved)(44) == 22
    assert len(kept.read_bytes()) == len(whole)


def halved(number: int) -> int:
    return number // 2


def test_numbers_and_truths_are_what_they_were():
    @inner
    def least(some: int, others: int) -> int:
        return min(some, others)

    def answer(numbers: np.ndarray, word: np.uint64, is_big: bool) -> tuple[np.uint64, int, bool]:
        return word + np.uint64(1), least(len(numbers), numbers[1, 2]), is_big

    found = compiled(answer)(np.arange(6, dtype=np.int32).reshape(2, 3), np.uint64(2**64 - 2), True)

    assert found == (2**64 - 1, 2, True)


def test_an_array_that_is_not_in_order_is_refused():
    with pytest.raises(ValueError, match="C order"):
        compiled(len_of)(np.arange(9)[::2])


def len_of(numbers: np.ndarray) -> int:
    return len(numbers)


def test_a_folder_that_others_may_write_to_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    mine = own_folder("code")
    assert mine is not None
    assert mine in folders(file_of(halved))

    mine.chmod(0o777)

    assert own_folder("code") is None


def test_packed_arguments_are_the_same_arguments_wherever_their_arrays_are(tmp_path: Path):
    (tmp_path / "adding.py").write_text(ADDING)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])}
    command = [sys.executable, str(tmp_path / "adding.py")]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["15", "15", "15"]


def test_versions_are_those_that_pip_says():
    assert versions("numba", "google-re2") == (version("numba"), version("google-re2"))
    with pytest.raises(PackageNotFoundError):
        versions("no-such-distribution")
