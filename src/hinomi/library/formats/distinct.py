"""Numbers, each once and in order."""

import numpy as np
from numpy.typing import NDArray


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """As :func:`numpy.unique`, which is slower (by hashes) and loads a good deal more of numpy when first called."""
    found = np.sort(numbers)
    return found[np.diff(found, prepend=found[:1] - 1) > 0]
