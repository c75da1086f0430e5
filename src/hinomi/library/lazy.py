"""Modules that are loaded when something of them is first asked for.

    if TYPE_CHECKING:
        import polars as pl
    else:
        pl = Lazy("polars")

For large ones that a short process may not need: polars and pyarrow take most of a second of CPU.
"""

from importlib import import_module
from typing import Any


class Lazy:
    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found
