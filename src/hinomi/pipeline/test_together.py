"""Blocks that are read at once mean what each means alone, whosever they are."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from hinomi.lake.block import Block, Header
from hinomi.library import catalog
from hinomi.library.contracts import Context, Normalized
from hinomi.pipeline import together
from hinomi.pipeline.normalize import Outcome, normalize

NOON = datetime(2023, 1, 15, 3)
ALONE = sorted(name for name, manifest in catalog.manifests().items() if manifest.alone)
EXPECTED = ".ocsf.json"


def block(number: int, payload: bytes, source: str, received: datetime = NOON, *, live: bool = True) -> Block:
    tenant, newlines = str(101 + number % 3), payload.count(b"\n")
    header = Header(
        f"b{number}", tenant, f"gate{number}", source, "Asia/Tokyo", received, "x", live, len(payload), newlines, "x"
    )
    return Block(header, payload)


def lines_of(source: str) -> list[bytes]:
    samples = (catalog.source_manifest(source).folder / "samples").iterdir()
    given = [path for path in sorted(samples) if not path.name.endswith(EXPECTED)]
    return [line for path in given for line in path.read_bytes().split(b"\n")]


def told(outcomes: Iterable[Outcome]) -> list[tuple[object, ...]]:
    return [
        (one.header, rows(one.events, "raw_ref"), rows(one.rejects, "line"), one.records, one.problem)
        for one in sorted(outcomes, key=lambda one: one.header.block)
    ]


def rows(frame: pl.DataFrame, order: str) -> list[dict[str, Any]]:
    return frame.sort(order).to_dicts()


@pytest.mark.parametrize("source", ALONE)
@pytest.mark.parametrize("seed", [1, 2])
def test_all_that_a_source_reads_is_the_same_together_and_alone(source: str, seed: int) -> None:
    chance = random.Random(seed)
    lines = [*lines_of(source), b"", b"no log at all", b"\xff\xfe\x00", "日本語".encode("cp932")] * 2
    chance.shuffle(lines)
    pieces = [b"\n".join(lines[at : at + 7]) + chance.choice([b"", b"\n", b"\r\n"]) for at in range(0, len(lines), 7)]
    blocks = [block(number, piece, source) for number, piece in enumerate([*pieces, b"", b"\n"])]

    outcomes = together.at_once(blocks)

    assert told(outcomes) == told([normalize(one) for one in blocks])


def test_only_what_came_at_one_moment_from_one_kind_of_device_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[list[str]] = []
    monkeypatch.setattr(together, "at_once", lambda blocks: groups.append([one.header.block for one in blocks]) or [])
    gate, waf = "fortinet_fortigate", "suricata_eve"
    given = [
        block(1, b"a\n", gate),
        block(2, b"a\n", waf),
        block(3, b"a\n", gate),
        block(4, b"a\n", waf),
        block(5, b"a\n", gate, NOON + timedelta(seconds=1)),
        block(6, b"a\n", gate, live=False),
        block(7, b"a\n" * together.SMALL, gate),
        block(8, b"\xef\xbb\xbfa\n", gate),
        block(9, b"a\n", "postfix"),
        block(10, b"a\n", "gone_away"),
    ]

    alone = {one.header.block for one in together.normalized(given)}

    assert groups == [["b1", "b3"], ["b2", "b4"]]
    assert alone == {f"b{number}" for number in range(5, 11)}


def test_where_reading_them_together_fails_each_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    line = lines_of("fortinet_fortigate")[0] + b"\n"
    blocks = [block(number, line, "fortinet_fortigate") for number in range(3)]
    expected = told([normalize(one) for one in blocks])
    real = catalog.source("fortinet_fortigate")

    def lossy(payload: bytes, context: Context) -> Normalized:
        found = real(payload, context)
        return replace(found, records=found.records + 1) if found.records > 1 else found

    monkeypatch.setattr(catalog, "source", lambda name: lossy)

    assert told(together.at_once(blocks)) == expected
