"""A mistake in a ``columns.yaml`` is told with its file, its key and what would be right."""

from pathlib import Path

import pytest
import yaml

from hinomi.library.contracts import MalformedItem
from hinomi.library.formats import table_document
from hinomi.library.formats.table_columns import Cell, First, Part

GOOD = """
headings: {日時: [Time], 種別: [], URL: [], 処理: []}
required: [日時]
time: {from: 日時, formats: ["%Y/%m/%d %H:%M:%S"]}
set: {metadata.product.name: Example}
map:
  url.hostname: {from: URL, as: host}
  finding_info.types: 種別
  finding_info.title: {first: [URL, 種別]}
rules:
  - when: {種別: 不正サイト}
    set: {class_uid: HTTP Activity, activity_id: Get, is_alert: true, utm_category: 不正サイト}
    map: {severity_id: {from: 処理, values: {遮断: Low}, otherwise: High, empty: Medium}}
  - set: {class_uid: 0, activity_id: 0, url.hostname: null}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_document_becomes_rules_with_ids_for_captions(tmp_path: Path):
    columns = table_document.load(written(tmp_path, GOOD))

    alert, other = columns.rules
    assert columns.heading("time") == columns.heading(" TIME ") == "日時"
    assert alert.when == {"種別": frozenset({"不正サイト"})}
    assert alert.is_alert
    assert (alert.constants["class_uid"], alert.constants["activity_id"]) == (4002, 3)
    assert alert.sources["url.hostname"] == Cell("URL", part=Part.HOST)
    assert alert.sources["finding_info.title"] == First((Cell("URL"), Cell("種別")))
    severity = Cell("処理", values={"遮断": 2}, otherwise=4, refuses=False, empty=3)
    assert alert.sources["severity_id"] == severity
    assert (other.constants["severity_id"], other.constants["is_alert"]) == (1, False)


def test_columns_of_findings_are_kept_by_alerts_only_and_null_leaves_a_column_out(tmp_path: Path):
    _, other = table_document.load(written(tmp_path, GOOD)).rules

    assert set(other.sources) == set()
    assert other.constants["url.hostname"] is None


MISTAKES = {
    "headings is no mapping": ("headings", ["日時"], "headings: must be a mapping"),
    "a spelling twice": ("headings", {"日時": [], "種別": ["日 時"], "URL": [], "処理": []}, "also names 日時"),
    "an unknown key": ("colums", {}, "unknown key colums"),
    "a required heading that is not listed": ("required", ["時刻"], "required: '時刻' is not under headings"),
    "no time": ("time", None, "time: must be a mapping"),
    "a time without formats": ("time", {"from": "日時", "formats": []}, "time.formats: must hold"),
    "a format that is none": ("time", {"from": "日時", "formats": ["YYYY/MM/DD"]}, "neither a strptime format"),
    "a zone that is none": ("time", {"from": "日時", "formats": ["%Y"], "zone": "JST-9"}, "no time zone"),
    "a column that OCSF lacks": ("map", {"src_ip": "URL"}, "map.src_ip: src_ip is no column"),
    "a column of the pipeline": ("map", {"tenant": "URL"}, "tenant is filled by the importer"),
    "a heading that is not listed": ("map", {"message": "説明"}, "map.message: '説明' is not under headings"),
    "an unknown part": ("map", {"message": {"from": "URL", "as": "hots"}}, "'hots' is none of host"),
    "an unknown caption": ("set", {"action_id": "Blocked"}, "neither a number nor one of"),
    "a word that YAML takes for a truth": (
        "set",
        {"metadata.product.name": True},
        "write numbers and yes/no in quotes",
    ),
    "a key that YAML takes for a truth": (
        "map",
        {"severity_id": {"from": "処理", "values": {True: "Low"}}},
        "True is no text",
    ),
    "an otherwise without values": ("map", {"message": {"from": "URL", "otherwise": "x"}}, "needs values beside it"),
    "an empty first": ("map", {"message": {"first": []}}, "must be a list of headings"),
    "no rules": ("rules", [], "rules: must be a list"),
    "a rule without a class": ("rules", [{"when": {"種別": "x"}}], "rules[0]: neither set nor map gives activity_id"),
    "an alert without a title": (
        "rules",
        [{"set": {"class_uid": 2004, "activity_id": 1, "is_alert": True, "finding_info.title": None}}],
        "gives finding_info.title",
    ),
    "is_alert from a heading": ("map", {"is_alert": "種別"}, "is_alert: the rule decides it"),
    "an unknown category": (
        "rules",
        [{"set": {"class_uid": 2004, "activity_id": 1, "is_alert": True, "utm_category": "ウイルス"}}],
        "is none of 不正プログラム",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_names_the_file_and_the_key(tmp_path: Path, mistake: str):
    key, value, told = MISTAKES[mistake]
    document = yaml.safe_load(GOOD) | {key: value}
    if key in ("map", "set"):
        document[key] = yaml.safe_load(GOOD)[key] | value
    path = written(tmp_path, yaml.safe_dump(document, allow_unicode=True))

    with pytest.raises(MalformedItem) as problem:
        table_document.load(path)

    assert told in str(problem.value)
    assert str(path) in str(problem.value)


def test_an_absent_or_unreadable_document_is_told(tmp_path: Path):
    for path in (tmp_path / "columns.yaml", written(tmp_path, "a: [")):
        with pytest.raises(MalformedItem, match=r"columns\.yaml"):
            table_document.load(path)
        path.unlink(missing_ok=True)
