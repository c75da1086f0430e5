"""Parts of an object that are unpickled only when they are asked for.

Thousands of rules are read from disk for every run, and the conditions of few of them are looked at.
"""

import copyreg
import pickle
from typing import Any, ClassVar, SupportsIndex

KEPT = "_kept"
OUT_OF_BAND = 5
"""Protocol from which on a pickle may leave octets out."""


class Kept:
    """Attributes named in ``LATE`` are pickled as octets, and made of these where they are read."""

    LATE: ClassVar[tuple[str, ...]] = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        state = dict(self.__dict__)
        if KEPT not in state:
            late = {name: state.pop(name) for name in self.LATE}
            state[KEPT] = pickle.dumps(late, protocol=5)
        octets = state[KEPT]
        state[KEPT] = bytes(octets) if protocol.__index__() < OUT_OF_BAND else pickle.PickleBuffer(octets)
        return copyreg.__newobj__, (type(self),), state  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> Any:
        if name not in self.LATE or KEPT not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        self.__dict__.update(pickle.loads(self.__dict__.pop(KEPT)))  # noqa: S301 — of what is being unpickled itself
        return self.__dict__[name]
