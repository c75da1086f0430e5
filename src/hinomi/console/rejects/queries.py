"""Records that could not be normalised, grouped so that one mended parser is one line of work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hinomi.console.shell.text import readable
from hinomi.lake.lake import Lake

EXAMPLES = 3
EXAMPLE_BYTES = 2048

GROUPS = """
SELECT source, reason, count(*)::BIGINT AS count, count(DISTINCT tenant)::BIGINT AS companies,
       list_sort(list(DISTINCT tenant)) AS tenants, min(time) AS first, max(time) AS last
FROM rejects GROUP BY source, reason ORDER BY count DESC, source, reason
"""
REPAIRS = """
SELECT tenant, source, count(*)::BIGINT AS rejects, count(DISTINCT block)::BIGINT AS blocks
FROM rejects GROUP BY tenant, source ORDER BY rejects DESC, tenant, source
"""
EXAMPLE = f"""
SELECT tenant, sensor, origin, line, detail, raw[1:{EXAMPLE_BYTES}] AS raw, octet_length(raw) AS bytes
FROM rejects WHERE source = ? AND reason = ?
QUALIFY row_number() OVER (PARTITION BY detail ORDER BY time DESC, tenant, block, line) = 1
ORDER BY detail LIMIT {EXAMPLES}
"""


@dataclass(frozen=True)
class Group:
    """Rejects of one source for one reason; ``first`` and ``last`` are times of receipt, naive UTC."""

    source: str
    reason: str
    count: int
    companies: int
    tenants: tuple[str, ...]
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Repair:
    """Rejects of one company and source, and in how many blocks they lie: what one reparse takes up."""

    tenant: str
    source: str
    rejects: int
    blocks: int

    @property
    def command(self) -> str:
        return f"hinomi reparse --tenant {self.tenant} --source {self.source} --rejected"


@dataclass(frozen=True)
class Example:
    """A reject to look at: ``text`` is UTF-8 text made visible, or a hex dump where it is none."""

    tenant: str
    sensor: str
    origin: str
    line: int
    detail: str
    text: str
    is_text: bool
    cut: bool


def groups(lake: Lake, tenants: Iterable[str]) -> list[Group]:
    rows = lake.ask_companies(tenants, GROUPS).rows()
    return [Group(**{**row, "tenants": tuple(row["tenants"])}) for row in rows]


def repairs(lake: Lake, tenants: Iterable[str]) -> list[Repair]:
    return [Repair(**row) for row in lake.ask_companies(tenants, REPAIRS).rows()]


def examples(lake: Lake, tenants: Iterable[str], source: str, reason: str) -> list[Example]:
    """The latest of each detail, for the first few details."""
    rows = lake.ask_companies(tenants, EXAMPLE, [source, reason]).rows()
    return [example(row) for row in rows]


def example(row: Mapping[str, Any]) -> Example:
    text, is_text = readable(row["raw"])
    cut = row["bytes"] > EXAMPLE_BYTES
    return Example(
        row["tenant"], row["sensor"], row["origin"], row["line"], row["detail"], text, is_text=is_text, cut=cut
    )
