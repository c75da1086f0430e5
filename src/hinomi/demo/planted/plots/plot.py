"""What a plot is."""

from collections.abc import Callable
from dataclasses import dataclass

from hinomi.demo.planted.scene import Expected, Scene


@dataclass(frozen=True)
class Plot:
    """A course of events; ``act`` lets it happen on a scene and says what a person must be told of it."""

    name: str
    act: Callable[[Scene], Expected]
    needs: tuple[str, ...]
    """Kinds of sensors, or sources, of which the company has every one."""
    without: tuple[str, ...] = ()
    """And those that it has none of."""
    machines: int = 1
    learned: bool = False
    """It shows only against what was usual before, or is found by comparing days."""
