"""Whether a process should turn to compiled code: a short one is done sooner without it, a long one never without."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from hinomi.library.formats.machine import Code


def never() -> bool:
    return False


@dataclass
class Worth:
    """Asked before each piece of work how much it is; says yes once loading the code would have been paid for.

    ``module`` and ``name`` say which compiled function. ``kept`` and ``unkept`` are how much work plain Python does
    in the time that it takes to load code that an earlier process kept, and to compile it. So no process ever
    does much more than twice the least work.
    """

    is_held_back: ClassVar[Callable[[], bool]] = never
    """While another process compiles, so that this one never stands still for it."""

    module: str
    name: str
    kept: int
    unkept: int
    done: int = 0
    """Work that this process has done plainly."""
    is_paid: bool = False
    _is_kept: bool | None = None

    def __call__(self, work: int) -> bool:
        if not self.is_paid:
            self.done += work
            if Worth.is_held_back():
                return False
            self.is_paid = self.done > self.unkept or (self.done > self.kept and self.is_kept)
        return self.is_paid

    @property
    def is_kept(self) -> bool:
        if self._is_kept is None:
            code: Callable[..., Any] = getattr(import_module(self.module), self.name)
            self._is_kept = isinstance(code, Code) and code.is_kept
        return self._is_kept
