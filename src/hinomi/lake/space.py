"""How much room is left on the disk on which a data folder lies."""

import shutil
from dataclasses import dataclass
from pathlib import Path

LITTLE = 5 * 1024**3
LEAST = LITTLE // 10
"""With less free the next block may not be kept."""


@dataclass(frozen=True)
class Space:
    """Bytes."""

    free: int
    total: int

    @property
    def is_little(self) -> bool:
        return self.free <= LITTLE

    @property
    def is_nearly_full(self) -> bool:
        return self.free <= LEAST

    @property
    def said(self) -> str:
        return f"{self.free / 1024**3:.1f} GiB / {self.total / 1024**3:.1f} GiB"


def space(folder: Path) -> Space:
    """Of the folder, or of the nearest one above it that exists already."""
    existing = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    usage = shutil.disk_usage(existing)
    return Space(usage.free, usage.total)
