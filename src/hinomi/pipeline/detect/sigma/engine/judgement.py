"""Judges pairs of rules and events by compiled code, as far as that can."""

import numpy as np
from numpy.typing import NDArray

from hinomi.pipeline.detect.sigma.engine.cells import cells
from hinomi.pipeline.detect.sigma.engine.circuit import Circuit
from hinomi.pipeline.detect.sigma.engine.table import Table

REFUSED, ACCEPTED, DOUBTED = 0, 1, 2
"""What is said of a pair; of those that are doubted Python has to be asked."""


def judged(circuit: Circuit, events: Table, rules: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Of each pair of a rule's number and a row one of the above."""
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.detect.sigma.engine.judging import FOLDS, judge

    looked, places = distinct(rows, events.height)
    read = set(np.flatnonzero(circuit.reads[np.unique(rules)].any(axis=0)).tolist())
    found = cells(events, [name if number in read else None for number, name in enumerate(circuit.fields)], looked)
    verdicts = np.empty(len(rules), dtype=np.uint8)
    run(
        judge,
        found.words,
        found.valid,
        found.words.reshape(-1).view(np.uint8),
        *found.buffers,
        found.inline,
        found.columns,
        rules,
        places,
        circuit.entries,
        circuit.leaves,
        circuit.yes,
        circuit.no,
        circuit.doubt,
        circuit.kinds,
        circuit.about,
        circuit.starts,
        circuit.octets,
        circuit.anchors,
        circuit.cased,
        circuit.numbers,
        circuit.masks,
        FOLDS,
        np.zeros(found.valid.shape, dtype=np.uint8),
        verdicts,
    )
    return verdicts


def distinct(rows: NDArray[np.int64], height: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of a table in order and each once, and of each one given its place among these."""
    here = np.zeros(height, dtype=np.bool_)
    here[rows] = True
    return np.flatnonzero(here), (np.cumsum(here) - 1)[rows]
