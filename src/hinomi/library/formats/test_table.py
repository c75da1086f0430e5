"""The importer as a whole: one small table in every shape an office saves it."""

import json
import random
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Framing, Kind, Manifest, Normalized, Source
from hinomi.library.formats import table, table_mapping, table_xlsx
from hinomi.ocsf.schema import conform

COLUMNS = """
headings:
  日時: [Time]
  種別: [Type]
  送信元IP: [送信元IPアドレス, Source IP]
  ポート: []
  ユーザー: []
  URL: []
  宛先: []
  処理: []
required: [日時, 種別]
null_words: ["-"]
time: {from: 日時, formats: ["%Y/%m/%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z", epoch_ms]}
map:
  src_endpoint.ip: 送信元IP
  src_endpoint.port: ポート
  user.name: {from: ユーザー, as: account}
  url.hostname: {from: URL, as: host}
  email.to: {from: 宛先, as: address, separator: ";"}
  disposition_id: {from: 処理, values: {遮断: Blocked, 隔離: Quarantined}, empty: Logged}
  finding_info.title: {first: [{from: URL, as: host}, 種別]}
  finding_info.types: 種別
rules:
  - when: {種別: [不正サイト]}
    set: {class_uid: HTTP Activity, activity_id: Unknown, is_alert: true, severity_id: Medium}
  - when: {種別: [通信]}
    set: {class_uid: Network Activity, activity_id: Traffic}
"""
HEADER = ["日時", "種別", "送信元IP", "ポート", "ユーザー", "URL", "宛先", "処理", "備考"]
ROWS = [
    [
        "2022/11/01 09:00:00",
        "不正サイト",
        "192.168.1.10",
        "50123",
        "EX\\taro",
        "http://bad.example/a",
        "",
        "遮断",
        "要",
    ],
    ["2022/11/01 09:00:01", "通信", "192.168.1.11", "", "-", "", '"花子" <hanako@example.jp>; jiro@example.jp', "", ""],
]
CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    return shelf_item(tmp_path_factory.mktemp("example"))


def shelf_item(folder: Path, columns: str = COLUMNS) -> Source:
    (folder / "columns.yaml").write_text(columns, encoding="utf-8")
    title = {"ja": "例", "en": "Example"}
    return table.reader(Manifest("example", title, "Example", "Example", Kind.UTM, Framing.FILE, folder, "table"))


def csv_text(rows: list[list[str]] = ROWS, header: list[str] = HEADER, delimiter: str = ",") -> str:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in [header, *rows]]
    return "\r\n".join(delimiter.join(row) for row in quoted) + "\r\n"


def xlsx(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def reasons(result: Normalized) -> list[tuple[int, str]]:
    assert result.records == result.events.height + len(result.rejects)
    return [(reject.line, str(reject.reason)) for reject in result.rejects]


SHAPES = {
    "UTF-8": (csv_text().encode(), 2),
    "UTF-8 with a byte order mark": (csv_text().encode("utf-8-sig"), 2),
    "UTF-16": (csv_text().encode("utf-16"), 2),
    "CP932": (csv_text().encode("cp932"), 2),
    "EUC-JP": (csv_text().encode("euc_jp"), 2),
    "TSV": (csv_text(delimiter="\t").encode(), 2),
    "semicolons": (csv_text(delimiter=";").encode(), 2),
    "titles above the headings": (f"ログ一覧\r\n\r\n期間:,2022/11/01\r\n{csv_text()}".encode(), 5),
    "columns in another order": (csv_text([row[::-1] for row in ROWS], HEADER[::-1]).encode(), 2),
    "JSON array": (json.dumps([dict(zip(HEADER, row, strict=True)) for row in ROWS]).encode(), 1),
    "JSON in an envelope": (json.dumps({"n": 2, "v": [dict(zip(HEADER, r, strict=True)) for r in ROWS]}).encode(), 1),
    "NDJSON": (b"\n".join(json.dumps(dict(zip(HEADER, r, strict=True))).encode() for r in ROWS), 1),
    "XLSX": (xlsx([HEADER, *ROWS]), 2),
    "XLSX with a title": (xlsx([["ログ一覧"], [], HEADER, *ROWS]), 4),
    "XLSX with a cover sheet": (xlsx([["表紙"]], [HEADER, *ROWS]), 3),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_table_in_every_shape_gives_the_same_events(source: Source, shape: str):
    payload, first_line = SHAPES[shape]

    result = source(payload, CONTEXT)

    assert reasons(result) == []
    site, traffic = conform(result.events.drop("line")).to_dicts()
    assert result.events["line"].to_list() == [first_line, first_line + 1]
    assert site["time"] == datetime(2022, 11, 1)
    assert site["metadata.original_time"] == "2022/11/01 09:00:00"
    assert (site["class_uid"], site["is_alert"], site["severity_id"], site["disposition_id"]) == (4002, True, 3, 2)
    assert (site["src_endpoint.ip"], site["src_endpoint.port"], site["user.name"]) == ("192.168.1.10", 50123, "taro")
    assert (site["finding_info.title"], site["finding_info.types"]) == ("bad.example", ["不正サイト"])
    assert json.loads(site["unmapped"]) == {"備考": "要"}
    assert "bad.example" in site["raw_data"]
    assert (traffic["class_uid"], traffic["is_alert"], traffic["disposition_id"]) == (4001, False, 17)
    assert traffic["email.to"] == ["hanako@example.jp", "jiro@example.jp"]
    assert (traffic["user.name"], traffic["src_endpoint.port"], traffic["raw_data"]) == (None, None, None)
    assert traffic["finding_info.title"] is None


@pytest.mark.parametrize(("encoding", "label"), [("cp932", "recoded:cp932"), ("utf-16", "recoded:utf-16")])
def test_recoded_lines_say_so(source: Source, encoding: str, label: str):
    assert source(csv_text().encode(encoding), CONTEXT).events["metadata.labels"].to_list() == [[label], [label]]


def test_one_cp932_line_in_a_utf8_file_is_recoded_alone(source: Source):
    header, first, second, *_ = csv_text().split("\r\n")
    payload = b"\r\n".join([header.encode(), first.encode(), second.encode("cp932")])

    events = source(payload, CONTEXT).events

    assert events["metadata.labels"].to_list() == [None, ["recoded:cp932"]]


def test_dates_and_numbers_of_a_workbook_need_no_format(source: Source):
    rows = [HEADER, [datetime(2022, 11, 1, 9, 0, 5), "通信", "192.168.1.10", 50123, None, None, None, None, 1.5]]

    event = source(xlsx(rows), CONTEXT).events.to_dicts()[0]

    assert (event["time"], event["src_endpoint.port"]) == (datetime(2022, 11, 1, 0, 0, 5), 50123)


def test_every_sheet_with_the_headings_is_read_and_rows_are_numbered_on(source: Source):
    result = source(xlsx([HEADER, ROWS[0]], [HEADER, ROWS[1]]), CONTEXT)

    assert result.events["line"].to_list() == [2, 4]


TIMES = {
    "2022/11/01 09:00:00": datetime(2022, 11, 1, 0, 0, 0),
    "2022/11/1 9:00:00": datetime(2022, 11, 1, 0, 0, 0),
    "2022-11-01T09:00:00+0000": datetime(2022, 11, 1, 9, 0, 0),
    "2022-11-01T09:00:00Z": datetime(2022, 11, 1, 9, 0, 0),
    "1667293200000": datetime(2022, 11, 1, 9, 0, 0),
}


@pytest.mark.parametrize("written", TIMES)
def test_times_are_read_by_the_listed_formats_in_turn(source: Source, written: str):
    result = source(csv_text([ROWS[0], [written, *ROWS[1][1:]]]).encode(), CONTEXT)

    assert result.events["time"].to_list() == [datetime(2022, 11, 1), TIMES[written]]


def test_a_documented_zone_comes_before_the_one_of_the_import(tmp_path: Path):
    source = shelf_item(tmp_path, COLUMNS.replace("time: {", "time: {zone: UTC, "))

    assert source(csv_text().encode(), CONTEXT).events["time"][0] == datetime(2022, 11, 1, 9)


def test_a_local_time_that_never_was_is_a_bad_time(source: Source):
    clocks_forward = csv_text([["2022/03/13 02:30:00", *ROWS[1][1:]]]).encode()

    result = source(clocks_forward, Context(ZoneInfo("America/New_York"), datetime(2023, 1, 15)))

    assert reasons(result) == [(2, "bad_time")]


BAD_ROWS = {
    "too few cells": (["2022/11/01 09:00:00", "通信"], "not_this_format"),
    "too many cells": ([*ROWS[0], "more"], "not_this_format"),
    "no time": (["", *ROWS[0][1:]], "no_time"),
    "no date": (["昨日", *ROWS[0][1:]], "bad_time"),
    "a clock never set": (["1970/01/01 00:00:00", *ROWS[0][1:]], "bad_time"),
    "unknown kind": ([ROWS[0][0], "新種", *ROWS[0][2:]], "unknown_type"),
    "a port that is none": ([*ROWS[0][:3], "八十", *ROWS[0][4:]], "bad_value"),
    "a negative port": ([*ROWS[0][:3], "-80", *ROWS[0][4:]], "bad_value"),
    "a word that values do not list": ([*ROWS[0][:7], "謎", ""], "bad_value"),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_a_reject_with_its_line_and_its_text(source: Source, case: str):
    row, reason = BAD_ROWS[case]

    result = source(csv_text([ROWS[0], row, ROWS[1]]).encode(), CONTEXT)

    assert reasons(result) == [(3, reason)]
    assert result.events["line"].to_list() == [2, 4]
    assert result.rejects[0].raw == csv_text([row]).split("\r\n")[1].encode()


def test_a_bad_value_is_told_with_its_heading(source: Source):
    result = source(csv_text([[*ROWS[0][:3], "八十", *ROWS[0][4:]]]).encode(), CONTEXT)

    assert "ポート「八十」" in result.rejects[0].detail


def test_numbers_as_excel_writes_them_are_numbers(source: Source):
    rows = [[*ROWS[0][:3], port, *ROWS[0][4:]] for port in ("50,123", "80.0", "0443")]

    assert source(csv_text(rows).encode(), CONTEXT).events["src_endpoint.port"].to_list() == [50123, 80, 443]


def test_a_record_over_two_lines_keeps_its_first_line_and_all_its_text(source: Source):
    row = [*ROWS[0][:8], "一行目\r\n二行目, つづき"]

    result = source(csv_text([row, ROWS[1]]).encode(), CONTEXT)

    assert result.events["line"].to_list() == [2, 4]
    assert json.loads(result.events["unmapped"][0]) == {"備考": "一行目\r\n二行目, つづき"}
    assert result.events["raw_data"][0].endswith('二行目, つづき"')


def test_blank_lines_empty_rows_and_a_second_heading_row_are_no_records(source: Source):
    text = csv_text() + "\r\n,,,,,,,,\r\n  \r\n" + csv_text()

    result = source(text.encode(), CONTEXT)

    assert reasons(result) == []
    assert result.events["line"].to_list() == [2, 3, 8, 9]


def test_a_file_cut_in_its_last_line_loses_that_line_only(source: Source):
    result = source(csv_text().encode()[:-40], CONTEXT)

    assert reasons(result) == [(3, "truncated")]
    assert result.events["line"].to_list() == [2]


def test_a_file_without_a_required_heading_says_which_and_what_it_has(source: Source):
    result = source(csv_text([row[1:] for row in ROWS], HEADER[1:]).encode(), CONTEXT)

    assert reasons(result) == [(2, "not_this_format"), (3, "not_this_format")]
    assert "「日時」" in result.rejects[0].detail
    assert "送信元IP" in result.rejects[0].detail


FOREIGN = {
    "syslog": b"<189>date=2022-11-01 time=09:00:00\n\n<189>date=2022-11-01 time=09:00:01\n",
    "NDJSON of another product": b'{"a": 1}\n{"a": 2}\n',
    "a header alone": "種別,URL\r\nx,y".encode(),
    "a workbook of something else": xlsx([["品名", "個数"], ["ねじ", 3]]),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_another_format_is_rejected_record_by_record(source: Source, name: str):
    result = source(FOREIGN[name], CONTEXT)

    assert result.records >= 1
    assert result.events.is_empty()
    assert {reason for _, reason in reasons(result)} == {"not_this_format"}


def zipped(**members: bytes) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def far_corners() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 2
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def flipped(payload: bytes) -> bytes:
    broken = bytearray(payload)
    broken[len(broken) // 2] ^= 0xFF
    return bytes(broken)


WHOLE_FILES = {
    "a cut workbook": (xlsx([HEADER, *ROWS])[:900], "corrupt"),
    "a workbook with a flipped byte": (flipped(xlsx([HEADER, *ROWS])), "corrupt"),
    "a zip that is no workbook": (zipped(a=b"x"), "corrupt"),
    "a zip bomb": (zipped(**{"xl/worksheets/sheet1.xml": bytes(40 << 20)}), "too_long"),
    "a workbook with far corners": (far_corners(), "too_long"),
    "an old .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not_this_format"),
    "an .evtx": (b"ElfFile\0" + bytes(4096), "not_this_format"),
    "broken JSON": (b'[{"a": 1}, {"a": ', "corrupt"),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_cannot_be_read_is_one_reject(source: Source, name: str):
    payload, reason = WHOLE_FILES[name]

    assert reasons(source(payload, CONTEXT)) == [(1, reason)]


def test_a_file_over_the_limit_is_one_reject_that_keeps_its_beginning(source: Source, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(table, "LARGEST", 100)

    result = source(csv_text().encode(), CONTEXT)

    assert reasons(result) == [(1, "too_long")]
    assert len(result.rejects[0].raw) <= table.KEPT


def test_deep_json_is_a_reject_and_its_neighbours_are_read(source: Source):
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))
    deep = '{"日時": ' + 600 * "[" + 600 * "]" + "}"

    result = source(f"{good}\n{deep}\n[1]\n{good}".encode(), CONTEXT)

    assert result.events["line"].to_list() == [1, 4]
    assert [line for line, _ in reasons(result)] == [2, 3]


def test_an_empty_file_holds_no_records(source: Source):
    for payload in (b"", b"\n \n", b"\xef\xbb\xbf", csv_text([]).encode(), b"[]", xlsx([HEADER])):
        assert source(payload, CONTEXT).records == 0


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(), cuts=st.integers(0, 12))
def test_no_mangling_of_a_file_raises_or_loses_count(source: Source, seed: int, cuts: int):
    chance = random.Random(seed)
    payload = bytearray(chance.choice([shape for shape, _ in SHAPES.values()]))
    for _ in range(cuts):
        at = chance.randrange(len(payload))
        payload[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(4))

    result = source(bytes(payload), CONTEXT)

    lines = [*result.events["line"], *(reject.line for reject in result.rejects)]
    assert result.records == len(lines) == len(set(lines))


def test_the_span_of_a_sheet_is_measured_by_its_farthest_cells():
    sheet = zipped(sheet=b"""<c r="B2"><v>1</v></c><c s="1" r = 'AB30'/><t>r="ZZZ9"</t>""")
    with zipfile.ZipFile(BytesIO(sheet)) as archive:
        assert table_xlsx.span(archive.read("sheet")) == 30 * 28


def test_a_large_file_is_mapped_in_parts_with_the_same_result(source: Source, monkeypatch: pytest.MonkeyPatch):
    rows = [*ROWS, ["", *ROWS[0][1:]], *ROWS[::-1]]
    at_once = source(csv_text(rows).encode(), CONTEXT)

    monkeypatch.setattr(table_mapping, "AT_ONCE", 1)
    in_parts = source(csv_text(rows).encode(), CONTEXT)

    assert conform(in_parts.events.drop("line")).equals(conform(at_once.events.drop("line")))
    assert in_parts.rejects == at_once.rejects
