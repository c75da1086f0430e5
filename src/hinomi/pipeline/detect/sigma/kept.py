"""Parts of an object that are unpickled only when they are asked for.

Thousands of rules are read from disk for every run, and the conditions of few of them are looked at.
"""

import pickle
from typing import Any, ClassVar

KEPT = "_kept"


class Kept:
    """Attributes named in ``LATE`` are pickled as octets, and made of these where they are read."""

    LATE: ClassVar[tuple[str, ...]] = ()

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        if KEPT not in state:
            late = {name: state.pop(name) for name in self.LATE}
            state[KEPT] = pickle.dumps(late, protocol=5)
        return state

    def __getattr__(self, name: str) -> Any:
        if name not in self.LATE or KEPT not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        self.__dict__.update(pickle.loads(self.__dict__.pop(KEPT)))  # noqa: S301 — of what is being unpickled itself
        return self.__dict__[name]
