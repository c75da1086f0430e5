"""Files into the landing zone, and what became of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hinomi.lake.block import Header
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.library.contracts import Manifest
from hinomi.pipeline.collect import files

TOTALS = """
SELECT coalesce(sum(records), 0)::BIGINT AS lines, coalesce(sum(events), 0)::BIGINT AS events,
    coalesce(sum(rejects), 0)::BIGINT AS rejects, coalesce(sum(findings), 0)::BIGINT AS findings,
    count(*) AS blocks
FROM blocks WHERE block IN (SELECT unnest(?::VARCHAR[]))
"""


@dataclass(frozen=True)
class Received:
    """What reached the landing zone: new blocks, how many payloads were there before, what could not be read."""

    headers: tuple[Header, ...]
    known: int
    problems: tuple[files.InputProblem, ...]


def receive(
    landing: Landing,
    paths: Iterable[str],
    *,
    tenant: str,
    sensor: str,
    manifest: Manifest,
    timezone: ZoneInfo,
    on_block: Callable[[Header], None] = lambda header: None,
) -> Received:
    """Make every payload safe; nothing is parsed."""
    headers: list[Header] = []
    problems: list[files.InputProblem] = []
    known = 0
    for piece in files.payloads(paths, manifest, files.standard_input()):
        if isinstance(piece, files.InputProblem):
            problems.append(piece)
            continue
        header = landing.append(
            piece.data,
            tenant=tenant,
            sensor=sensor,
            source=manifest.name,
            timezone=timezone.key,
            received=datetime.now(UTC).replace(tzinfo=None),
            origin=piece.origin,
        )
        if header is None:
            known += 1
        else:
            headers.append(header)
            on_block(header)
    return Received(tuple(headers), known, tuple(problems))


def totals(lake: Lake, tenant: str, headers: Iterable[Header]) -> dict[str, int]:
    """Lines, events, rejects, findings and blocks of these blocks, from the lake's ledger."""
    answer = lake.ask(tenant, TOTALS, [[header.block for header in headers]])
    return {name: int(value) for name, value in answer.rows()[0].items()}
