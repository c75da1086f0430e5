"""Judges pairs of rules and events by compiled code, as far as that can."""

import numpy as np
from numpy.typing import NDArray

from hinomi.library.formats.distinct import distinct
from hinomi.pipeline.detect.sigma.engine.circuit import Circuit
from hinomi.pipeline.detect.sigma.engine.table import Table

REFUSED, ACCEPTED, DOUBTED = 0, 1, 2
"""What is said of a pair; of those that are doubted Python has to be asked."""


def judged(circuit: Circuit, events: Table, candidates: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Of each pair of a rule's number and a row, said as rule times height plus row, one of the above."""
    from hinomi.library.formats.octets import run
    from hinomi.pipeline.detect.sigma.engine.judging import FOLDS, judge

    read = set(np.flatnonzero(circuit.reads[distinct(candidates // events.height)].any(axis=0)).tolist())
    cells, columns = events.cells([name if number in read else None for number, name in enumerate(circuit.fields)])
    verdicts = np.empty(len(candidates), dtype=np.uint8)
    run(judge, cells.packed, columns, candidates, circuit.packed, FOLDS, verdicts)
    return verdicts
