"""Event logs as a Windows PC writes them: every record counted, its names kept, damage survived."""

import json
import os
import struct
from datetime import datetime
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.formats.windows import defender
from hinomi.library.formats.windows.shape import address, integer
from hinomi.library.sources.windows_evtx.evtx_writer import CHUNK, HEADER, RECORDS, Hex, Record, write
from hinomi.library.sources.windows_evtx.mapping import event, normalize
from hinomi.library.sources.windows_evtx.reader import Damage
from hinomi.library.sources.windows_evtx.sample_records import RECORDS as SAMPLE_RECORDS
from hinomi.library.sources.windows_evtx.sample_records import SAMPLE
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15))
CORPUS = Path(os.environ.get("HINOMI_CORPUS", Path(__file__).parents[5].parent / "shared" / "corpus")) / "evtx"
MANY = write(SAMPLE_RECORDS * 6)
"""Several chunks of records."""


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    schema.conform(result.events.drop("line"))
    return result


def one(**fields) -> dict:
    defaults = {"channel": "Security", "provider": "P", "event_id": 1, "time": datetime(2022, 12, 1), "computer": "PC"}
    events = read(write([Record(**(defaults | fields))])).events
    return schema.conform(events.drop("line")).row(0, named=True)


def names(row: dict) -> dict[str, str]:
    return json.loads(row["unmapped"])


def test_the_sample_file_is_what_its_records_say():
    assert SAMPLE.read_bytes() == write(SAMPLE_RECORDS)


def test_a_big_file_keeps_its_order_and_its_record_numbers():
    events = read(MANY).events

    assert len(MANY) > HEADER + 2 * CHUNK
    assert events["line"].to_list() == list(range(1, len(SAMPLE_RECORDS) * 6 + 1))
    assert events["metadata.event_code"].to_list() == [str(record.event_id) for record in SAMPLE_RECORDS] * 6


def test_names_of_the_event_never_overwrite_those_of_the_system():
    row = one(channel="System", user_data="LogFileCleared", data={"Channel": "Application", "Computer": "x"})

    assert row["metadata.log_name"] == "System"
    assert (names(row)["Channel"], names(row)["Computer"]) == ("System", "PC")
    assert names(row)["EventData"] == {"Channel": "Application", "Computer": "x"}


def test_values_are_text_as_windows_shows_them():
    data = {
        "Initiated": True,
        "Port": 443,
        "ProcessId": Hex(0x1FC),
        "Guid": UUID("0cce9217-69ae-11d9-bed3-505054503030"),
        "JobId": "0cce9217-69ae-11d9-bed3-50505450303a",
        "Empty": "",
        "Threat Name": "日本語",
    }

    assert names(one(data=data))["EventData"] == {
        "Initiated": "true",
        "Port": "443",
        "ProcessId": "0x1fc",
        "Guid": "{0CCE9217-69AE-11D9-BED3-505054503030}",
        "JobId": "0cce9217-69ae-11d9-bed3-50505450303a",
        "Empty": "",
        "Threat Name": "日本語",
    }


def test_values_without_a_name_are_one_text():
    row = one(provider="MSSQLSERVER", event_id=15457, unnamed=("xp_cmdshell", "0", "1"), qualifiers=16384)

    assert row["metadata.event_code"] == "15457"
    assert names(row)["EventData"] == {"Data": "xp_cmdshell\n0\n1"}
    assert (row["class_uid"], row["message"]) == (ClassUid.BASE_EVENT, "MSSQLSERVER 15457")


def test_a_cleared_log_names_who_cleared_which():
    row = one(
        provider="Microsoft-Windows-Eventlog", event_id=1102, user_data="LogFileCleared", data={"SubjectUserName": "a"}
    )

    assert (row["class_uid"], row["actor.user.name"], row["message"]) == (1008, "a", "イベントログの消去: Security")


@pytest.mark.parametrize(
    ("action", "disposition"), [("1", 11), ("2", 3), ("3", 5), ("6", 1), ("9", 15), ("10", 2), ("", 15)]
)
def test_defender_says_what_it_did(action: str, disposition: int):
    row = defender.SHAPES[1117].row({"Threat Name": "Trojan:Win32/X", "Action ID": action})

    assert (row["disposition_id"], row["activity_id"], row["is_alert"]) == (disposition, defender.UPDATE, True)


def test_defender_without_a_threat_name_still_has_a_title():
    row = defender.SHAPES[1119].row({"Error Code": "0x80508023"})

    assert (row["finding_info.title"], row["status_detail"]) == (defender.KIND, "0x80508023")


def test_defender_names_the_file_within_its_list_of_resources():
    listed = r"containerfile:_C:\a.zip; file:_C:\a.zip->x.exe; process:_pid:12"

    assert defender.resource(listed) == {"file.path": r"C:\a.zip", "file.name": "a.zip"}
    assert defender.resource(r"C:\plain.exe")["file.name"] == "plain.exe"
    assert defender.resource("process:_pid:1,ProcessStart:2") == {}
    assert (
        defender.resource(r"webfile:_C:\b.exe|http://192.0.2.1/b.exe|pid:7")["url.url_string"]
        == "http://192.0.2.1/b.exe"
    )


def test_numbers_and_addresses_out_of_range_are_null():
    assert [integer(text) for text in ("12", "0x1F", "x", "-1", "0x" + "f" * 17)] == [12, 31, None, None, None]
    assert [address(text) for text in ("::ffff:192.0.2.1", "0:0:0:0:0:0:0:1", "fe80::1%12", "LOCAL")] == [
        "192.0.2.1",
        "::1",
        "fe80::1",
        None,
    ]


def test_another_format_is_one_reject():
    for payload in (b"", b"MZ" * 100_000, b"ElfFil"):
        result = read(payload)
        assert [reject.reason for reject in result.rejects] == [Reason.NOT_THIS_FORMAT]
        assert len(result.rejects[0].raw) <= 64 << 10


@pytest.mark.parametrize("length", [100, HEADER, HEADER + 100, HEADER + 30_000, HEADER + CHUNK, len(MANY) - 1])
def test_a_file_that_is_cut_off_gives_what_is_there_and_says_so(length: int):
    result = read(MANY[:length])

    assert [reject.reason for reject in result.rejects] == [Reason.TRUNCATED]
    assert f"{length:,}" in result.rejects[0].detail
    assert result.events["time"].equals(read(MANY).events["time"].head(result.events.height))
    assert result.events.height > 0 or length <= HEADER + 100


def test_a_damaged_record_costs_only_itself():
    damaged = bytearray(MANY)
    size = struct.unpack_from("<I", MANY, HEADER + RECORDS + 4)[0]
    body = HEADER + RECORDS + size + 24
    damaged[body : body + 200] = b"\xff" * 200

    result = read(bytes(damaged))

    assert [(reject.line, reject.reason) for reject in result.rejects] == [(2, Reason.CORRUPT)]
    assert b"\xff" * 200 in result.rejects[0].raw
    assert result.records == len(SAMPLE_RECORDS) * 6


def test_a_destroyed_chunk_costs_only_itself():
    damaged = bytearray(MANY)
    damaged[HEADER : HEADER + CHUNK] = Random(1).randbytes(CHUNK)

    result = read(bytes(damaged))

    assert [reject.reason for reject in result.rejects] == [Reason.CORRUPT]
    assert result.events.height > len(SAMPLE_RECORDS)


def test_records_behind_a_destroyed_stretch_are_found_and_the_lost_are_counted():
    damaged = bytearray(MANY)
    damaged[HEADER + 8_000 : HEADER + 20_000] = bytes(12_000)

    result = read(bytes(damaged))

    assert result.records == len(SAMPLE_RECORDS) * 6
    assert {reject.reason for reject in result.rejects} == {Reason.CORRUPT}
    assert 0 < len(result.rejects) < 20


def test_a_preallocated_file_has_no_records_in_its_empty_part():
    assert read(MANY + bytes(CHUNK * 3)).records == len(SAMPLE_RECORDS) * 6


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(MANY) - 1), st.binary(min_size=1, max_size=40)), min_size=1, max_size=8))
def test_no_damage_raises(hits: list[tuple[int, bytes]]):
    damaged = bytearray(MANY)
    for at, noise in hits:
        damaged[at : at + len(noise)] = noise

    read(bytes(damaged[: len(MANY)]))


NAMES = ["Event", "System", "EventID", "TimeCreated", "SystemTime", "EventData", "#attributes", "#text"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
        max_leaves=8,
    )
)
def test_any_record_is_a_row_or_damage(document: object):
    assert isinstance(event(json.dumps(document)), dict | Damage)


@pytest.mark.corpus
@pytest.mark.skipif(
    not CORPUS.is_dir(), reason="no recordings of Windows event logs beside the project (HINOMI_CORPUS)"
)
def test_real_files_are_read_to_the_last_record():
    results = [read(path.read_bytes()) for path in sorted(CORPUS.rglob("*.evtx"))]

    assert len(results) == 277
    assert sum(result.records for result in results) == 8255
    assert sum(len(result.rejects) for result in results) == 0
    verdicts = sum(result.events["is_alert"].sum() for result in results)
    assert verdicts == 11
