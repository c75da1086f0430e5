"""What is wanted, as arrays for the compiled scanner."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.jsonscan.kernel import CHAINS, Wholes
from hinomi.library.formats.jsonscan.wanted import Wanted


class Tables(NamedTuple):
    """A step's number: that of its state, for keys that are none of the state's; after these, one for each key.

    ``chains`` (state and size of the key) begins lists of steps; ``keys`` (step) is where in ``names`` its key
    begins, the key's size, and the step after it in its list, 0 for none. ``steps`` (three numbers each) is the state
    of the object that the member may hold, and from where to where in ``columns`` (two numbers each) the columns are
    whose value it is, and their ranks.
    """

    chains: Wholes
    keys: Wholes
    names: NDArray[np.uint8]
    steps: Wholes
    columns: Wholes


@lru_cache(maxsize=64)
def tables(wanted: Wanted) -> Tables:
    states = wanted.states
    chains = np.zeros(len(states) * CHAINS, dtype=np.int64)
    keys = [(0, 0, 0)] * len(states)
    steps = [state.other for state in states]
    names = b""
    for number, state in enumerate(states):
        for key, step in state.steps.items():
            chain = number * CHAINS + min(len(key), CHAINS - 1)
            keys.append((len(names), len(key), int(chains[chain])))
            chains[chain] = len(steps)
            steps.append(step)
            names += key
    ends = np.cumsum([0, *(len(step.columns) for step in steps)])
    rows = [(step.state, low, high) for step, low, high in zip(steps, ends[:-1], ends[1:], strict=True)]
    columns = [column for step in steps for column in step.columns]
    return Tables(
        chains,
        np.array(keys, dtype=np.int64),
        np.frombuffer(names or b"\0", dtype=np.uint8),
        np.array(rows, dtype=np.int64).reshape(-1),
        np.array(columns, dtype=np.int64).reshape(-1),
    )
