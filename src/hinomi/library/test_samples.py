"""Walks the samples of every source on the shelf: a pair ``x.log`` + ``x.ocsf.json`` is a promise.

``make accept`` (HINOMI_ACCEPT=1) rewrites the expected halves; the difference is the review.
"""

import json
import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hinomi.library import catalog
from hinomi.library.contracts import Context, Framing, Normalized, UtmCategory
from hinomi.ocsf import nested, schema
from hinomi.ocsf.classes import EVIDENCE_REPORT

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15, 3, 0), live=False)
EXPECTED = ".ocsf.json"
SET_BY_THE_PIPELINE = {"tenant", "sensor", "source", "metadata.uid", "metadata.logged_time", "raw_ref"}
ACCEPT = os.environ.get("HINOMI_ACCEPT") == "1"


def samples(source: str) -> dict[str, Path]:
    """Inputs of a source's pairs by their stem."""
    folder = catalog.source_manifest(source).folder / "samples"
    paths = sorted(path for path in folder.glob("*") if path.is_file() and not path.name.endswith(EXPECTED))
    return {path.stem: path for path in paths}


PAIRS = [(source, stem) for source in catalog.manifests() for stem in samples(source)]


def objects(result: Normalized) -> list[dict[str, Any]]:
    events = nested.to_objects(result.events.sort("line"))
    rejects = [{"reject": str(reject.reason), "line": reject.line} for reject in result.rejects]
    written = json.dumps([*events, *rejects], ensure_ascii=False)
    read: list[dict[str, Any]] = json.loads(written)
    return read


@pytest.mark.parametrize(("source", "stem"), PAIRS)
def test_a_sample_becomes_the_events_beside_it(source: str, stem: str):
    path = samples(source)[stem]
    beside = path.with_name(stem + EXPECTED)
    payload = path.read_bytes()

    result = catalog.source(source)(payload, CONTEXT)

    every_record_is_accounted_for(result, payload, catalog.source_manifest(source).framing)
    alerts_say_what_was_found(result)
    found = objects(result)
    if ACCEPT:
        beside.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(beside.read_text(encoding="utf-8"))


def every_record_is_accounted_for(result: Normalized, payload: bytes, framing: Framing) -> None:
    assert result.records == result.events.height + len(result.rejects)
    numbers = result.events["line"].to_list() + [reject.line for reject in result.rejects]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert all(number >= 1 for number in numbers)
    if framing is Framing.LINES:
        assert all(number <= payload.count(b"\n") + 1 for number in numbers)


def alerts_say_what_was_found(result: Normalized) -> None:
    events = schema.conform(result.events.drop("line"))
    assert SET_BY_THE_PIPELINE.isdisjoint(result.events.columns)
    for event in events.iter_rows(named=True):
        assert event["time"] is not None
        assert event["class_uid"] is not None
        assert event["activity_id"] is not None
        if event["is_alert"]:
            assert event["finding_info.title"]
            assert event["finding_info.types"]
            assert event["severity_id"] is not None
            assert event["utm_category"] in {None, *UtmCategory}
        else:
            assert event["raw_data"] is None
            assert event["utm_category"] is None or EVIDENCE_REPORT in event["metadata.labels"]


@pytest.mark.parametrize("source", catalog.manifests())
def test_a_source_has_a_title_in_both_languages_and_a_pair(source: str):
    manifest = catalog.source_manifest(source)

    assert manifest.title["ja"]
    assert manifest.title["en"]
    inputs = samples(source)
    assert inputs, f"{manifest.folder}/samples holds no pair"
    orphans = {path.name.removesuffix(EXPECTED) for path in (manifest.folder / "samples").glob("*" + EXPECTED)}
    assert orphans == set(inputs)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("source", catalog.manifests())
def test_a_source_says_in_both_languages_how_its_logs_are_sent(source: str, language: str):
    page = catalog.setup_page(source, language)

    assert page.startswith("# ")
    assert source in page, "the command that registers or imports it names the source"
