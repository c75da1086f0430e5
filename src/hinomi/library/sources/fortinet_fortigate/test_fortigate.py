"""What must hold of any FortiGate payload, beside the samples."""

import os
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.formats import keyvalue
from hinomi.library.formats.lines import LONGEST
from hinomi.library.sources.fortinet_fortigate.mapping import normalize
from hinomi.ocsf.schema import conform

RECEIVED = datetime(2023, 1, 15, 3, 0)
CONTEXT = Context(ZoneInfo("Asia/Tokyo"), RECEIVED)
LIVE = Context(ZoneInfo("Asia/Tokyo"), RECEIVED, live=True)
SAMPLES = {path.name: path.read_bytes() for path in sorted(Path(__file__).with_name("samples").glob("*.log"))}
LINES = [line for payload in SAMPLES.values() for line in payload.split(b"\n")]
DETECTION = (
    b'eventtime=1673751600 logid="0211008192" type="utm" subtype="virus" eventtype="infected" level="warning" '
    b'action="blocked" sessionid=7 virus="EICAR_TEST_FILE"'
)
TRAFFIC = b'eventtime=1673751600 type="traffic" subtype="forward" action="close" sessionid=7 utmaction="block"'


def corpus() -> Path | None:
    """Real recordings: the folder HINOMI_CORPUS, or the one that lies beside the project."""
    beside = Path(__file__).parents[6] / "shared" / "corpus"
    folder = Path(os.environ.get("HINOMI_CORPUS", beside)) / "devices" / "fortigate"
    return folder if folder.is_dir() else None


def accounted(payload: bytes, context: Context = CONTEXT) -> Normalized:
    result = normalize(payload, context)
    numbers = [*result.events["line"], *(reject.line for reject in result.rejects)]
    filled = [number for number, line in enumerate(payload.split(b"\n"), start=1) if line.strip()]
    assert sorted(numbers) == filled
    assert result.records == len(filled)
    conform(result.events.drop("line"))
    return result


def test_a_blocked_download_counts_once_though_its_traffic_is_logged_too():
    found = accounted(DETECTION + b"\n" + TRAFFIC).events

    assert found["is_alert"].to_list() == [True, False]
    assert found["utm_category"].to_list() == ["不正プログラム", None]
    assert found["metadata.correlation_uid"].to_list() == ["7", "7"]


def test_nothing_is_no_events():
    assert accounted(b"").events.is_empty()
    assert accounted(b"\n \n").records == 0


def test_a_line_without_a_time_happened_when_it_arrived():
    line = b'devname="FG60F" type="event" subtype="system" msg="no time at all"'

    for context in (LIVE, replace(LIVE, live=False)):
        [event] = accounted(line, context).events.to_dicts()
        assert event["time"] == context.received
        assert event["metadata.labels"] == ["time_source:receive"]


def test_a_time_that_the_device_s_clocks_skipped_is_no_time():
    line = b'date=2023-03-26 time=02:30:00 type="event" subtype="system"'

    [reject] = accounted(line, Context(ZoneInfo("Europe/Berlin"), RECEIVED)).rejects

    assert reject.reason is Reason.BAD_TIME
    assert "2023-03-26 02:30:00" in reject.detail


def test_a_line_over_the_limit_is_a_reject_among_events():
    result = accounted(b"\n".join([DETECTION, DETECTION + b' url="' + b"x" * LONGEST, DETECTION]))

    assert result.events["line"].to_list() == [1, 3]
    assert [(reject.line, reject.reason) for reject in result.rejects] == [(2, Reason.TOO_LONG)]


def test_rejects_keep_what_was_received():
    raw = "これは違う".encode("cp932")

    [reject] = accounted(DETECTION + b"\n" + raw).rejects

    assert (reject.line, reject.raw) == (2, raw)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_scanner_and_the_plain_parser_lead_to_the_same_events(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(keyvalue, "worth_compiling", lambda lines: False)
    plain = normalize(SAMPLES[name], CONTEXT)
    monkeypatch.setattr(keyvalue, "worth_compiling", lambda lines: True)
    scanned = normalize(SAMPLES[name], CONTEXT)

    assert scanned.events.to_dicts() == plain.events.to_dicts()
    assert scanned.rejects == plain.rejects


def test_larger_payloads_give_the_events_of_their_parts(monkeypatch: pytest.MonkeyPatch):
    payload = b"\n".join(LINES)
    whole = accounted(payload)
    monkeypatch.setattr(keyvalue, "CHUNK_LINES", 5)

    parts = accounted(payload)

    assert parts.events.to_dicts() == whole.events.to_dicts()
    assert parts.rejects == whole.rejects


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample's line, cut somewhere, with bytes put in somewhere."""
    line = draw(st.sampled_from(LINES))
    cut = line[: draw(st.integers(0, len(line)))]
    place = draw(st.integers(0, len(cut)))
    return cut[:place] + draw(st.binary(max_size=8)) + cut[place:]


@settings(max_examples=60, deadline=None)
@given(st.lists(damaged() | st.binary(max_size=30), max_size=12), st.sampled_from([CONTEXT, LIVE]))
def test_any_damage_leaves_every_line_accounted_for(lines: list[bytes], context: Context):
    accounted(b"\n".join(line.replace(b"\xef\xbb\xbf", b"") for line in lines), context)


@pytest.mark.corpus
@pytest.mark.skipif(corpus() is None, reason="no corpus of real FortiGate logs beside the project (HINOMI_CORPUS)")
def test_every_real_line_is_accounted_for():
    folder = corpus()
    assert folder is not None
    reasons: Counter[Reason] = Counter()
    events = []
    for path in sorted(folder.iterdir()):
        result = accounted(path.read_bytes())
        reasons.update(reject.reason for reject in result.rejects)
        events.append(result.events)

    found = pl.concat(events, how="diagonal")
    assert set(reasons) <= {Reason.NOT_THIS_FORMAT}
    assert found.height >= 9 * reasons.total()
    assert found["is_alert"].any()
    assert {2004, 3002, 4001, 4002, 4003, 4009, 4014, 5019, 6003} <= set(found["class_uid"])
