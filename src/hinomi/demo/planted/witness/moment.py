"""The moment and the place of a line, in all the ways in which devices write it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from hinomi.demo.workdays import JAPAN


@dataclass(frozen=True)
class Moment:
    """``number`` differs from line to line, and stands for what devices count: sessions, processes, records."""

    tenant: str
    japan: datetime
    """Wall clock of Japan, naive."""
    number: int

    @property
    def universal(self) -> datetime:
        """Naive UTC."""
        return self.japan - JAPAN

    @property
    def nanoseconds(self) -> int:
        """Since 1970."""
        return int(self.universal.replace(tzinfo=UTC).timestamp()) * 1_000_000_000 + self.number * 7919 % 1_000_000_000

    @property
    def port(self) -> int:
        """An ephemeral one."""
        return 49_152 + self.number % 16_000
