"""When a process turns from plain Python to compiled code."""

from pathlib import Path

import numpy as np
import pytest

from hinomi.library.formats import machine
from hinomi.library.formats.worth import Worth


def _counted(numbers: np.ndarray, found: np.ndarray) -> None:
    found[0] = len(numbers)


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> machine.Code:
    """A function that no process has compiled yet."""
    monkeypatch.setattr(machine, "folders", lambda beside: iter([tmp_path]))
    found = machine.Code(_counted)
    monkeypatch.setitem(globals(), "counted", found)
    return found


def asked() -> Worth:
    return Worth(__name__, "counted", kept=100, unkept=1000)


def test_code_that_has_to_be_compiled_waits_until_that_would_have_been_paid_for(code: machine.Code):
    worth = asked()

    assert [worth(400) for _ in range(4)] == [False, False, True, True]
    assert worth(1), "once is always"


def test_code_that_an_earlier_process_compiled_is_turned_to_soon(code: machine.Code):
    code(np.arange(3), np.zeros(1, dtype=np.int64))
    later = machine.Code(_counted)
    assert later.is_kept

    worth = asked()

    assert [worth(60) for _ in range(2)] == [False, True]
