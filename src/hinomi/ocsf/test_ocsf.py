"""A flat row of the lake and the nested object of the standard say the same."""

from datetime import datetime

import polars as pl
import pytest

from hinomi.ocsf import vocabulary
from hinomi.ocsf.classes import ActionId, ClassUid, DispositionId, SeverityId, StatusId
from hinomi.ocsf.nested import epoch_ms, to_object, to_objects
from hinomi.ocsf.schema import COLUMNS, POLARS, conform, empty

NOON = datetime(2022, 12, 1, 3, 0, 0, 999_999)


def test_ids_get_their_captions_and_what_follows_from_them() -> None:
    event = to_object({"time": NOON, "class_uid": 4001, "activity_id": 5, "severity_id": 1, "action_id": 2})

    assert (event["class_name"], event["activity_name"]) == ("Network Activity", "Refuse")
    assert (event["category_uid"], event["category_name"]) == (4, "Network Activity")
    assert (event["type_uid"], event["type_name"]) == (400105, "Network Activity: Refuse")
    assert (event["severity"], event["action"]) == ("Informational", "Denied")


def test_times_are_whole_milliseconds_and_never_run_ahead() -> None:
    assert epoch_ms(NOON) == 1669863600999
    assert epoch_ms(datetime(1969, 12, 31, 23, 59, 59, 999_500)) == -1


def test_the_evidence_of_a_finding_lies_where_the_standard_wants_it() -> None:
    row = {
        "time": NOON,
        "class_uid": 2004,
        "activity_id": 1,
        "src_endpoint.ip": "192.0.2.1",
        "file.name": "order.zip",
        "file.hashes.sha256": "ab" * 32,
        "malware.name": "Example",
        "malware.classification_ids": [10],
        "finding_info.attacks.technique.uid": ["T1486"],
        "finding_info.related_events": ["block:1"],
    }
    finding = to_object(row)

    [evidence] = finding["evidences"]
    assert evidence["src_endpoint"] == {"ip": "192.0.2.1"}
    assert evidence["file"]["hashes"] == [{"algorithm_id": 3, "algorithm": "SHA-256", "value": "ab" * 32}]
    assert "src_endpoint" not in finding
    assert finding["malware"] == [{"name": "Example", "classification_ids": [10]}]
    assert finding["finding_info"]["attacks"] == [{"technique": {"uid": "T1486"}}]
    assert finding["finding_info"]["related_events"] == [{"uid": "block:1"}]


def test_the_same_columns_of_an_activity_stay_on_top() -> None:
    event = to_object({"time": NOON, "class_uid": 4002, "activity_id": 3, "src_endpoint.ip": "192.0.2.1"})
    assert event["src_endpoint"] == {"ip": "192.0.2.1"}
    assert "evidences" not in event


def test_what_the_standard_has_no_place_for_is_unmapped_beside_what_the_source_left() -> None:
    row = {
        "time": NOON,
        "class_uid": 0,
        "activity_id": 0,
        "tenant": "101",
        "sensor": "gate",
        "utm_category": "スパムメール",
        "unmapped": '{"vd": "root"}',
    }
    event = to_object(row)
    assert event["unmapped"] == {"vd": "root", "utm_category": "スパムメール"}
    assert event["metadata"]["tenant_uid"] == "101"
    assert event["metadata"]["reporter"] == {"uid": "gate"}


def test_nulls_and_empty_lists_are_left_out() -> None:
    [event] = to_objects(conform(pl.DataFrame({"time": [NOON], "class_uid": [0], "activity_id": [0]})))
    assert set(event) == {
        *("time", "class_uid", "activity_id", "class_name", "category_uid", "category_name"),
        *("activity_name", "type_uid", "type_name", "metadata"),
    }


def test_conform_adds_orders_and_types_columns_and_refuses_strangers() -> None:
    frame = conform(pl.DataFrame({"count": ["3"], "time": [NOON]}).cast({"count": pl.Int32}))
    assert frame.schema == POLARS == empty().schema
    assert list(COLUMNS) == frame.columns
    with pytest.raises(ValueError, match="src_ip"):
        conform(pl.DataFrame({"src_ip": ["192.0.2.1"]}))


@pytest.mark.parametrize("uid", list(ClassUid))
def test_every_class_named_in_code_is_in_the_standard(uid: ClassUid) -> None:
    expected = uid.name.replace("_", " ").lower()
    found = vocabulary.load()["classes"][str(int(uid))]["name"].replace("_", " ")
    assert set(expected.split()) & set(found.split()), (expected, found)


@pytest.mark.parametrize(
    ("attribute", "enum"),
    [("severity_id", SeverityId), ("action_id", ActionId), ("disposition_id", DispositionId), ("status_id", StatusId)],
)
def test_every_value_named_in_code_means_what_the_standard_says(attribute: str, enum: type) -> None:
    for value in enum:
        assert vocabulary.enum_caption(attribute, value).upper() == value.name
