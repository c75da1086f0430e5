from datetime import datetime

import polars as pl

from hinomi.ocsf.schema import POLARS, conform
from hinomi.pipeline.detect.verdict import verdicts

VIRUS = {
    "tenant": "101",
    "sensor": "utm-1",
    "source": "fortinet_fortigate",
    "time": datetime(2022, 12, 1, 3),
    "class_uid": 4002,
    "activity_id": 3,
    "severity_id": 4,
    "is_alert": True,
    "count": 3,
    "utm_category": "不正プログラム",
    "metadata.uid": "b1.7.0",
    "metadata.product.name": "FortiGate",
    "finding_info.title": "EICAR_TEST_FILE",
    "finding_info.types": ["virus"],
    "src_endpoint.ip": "192.168.1.20",
    "file.name": "order.zip",
    "raw_data": "type=utm",
}
TRAFFIC = {**VIRUS, "metadata.uid": "b1.8.0", "is_alert": False, "utm_category": None, "finding_info.title": None}


def events(*rows: dict[str, object]) -> pl.DataFrame:
    return conform(pl.DataFrame(list(rows)))


def test_a_verdict_of_the_sensor_is_a_finding_with_the_evidence_of_its_event():
    found = verdicts(events(TRAFFIC, VIRUS))

    assert found.schema == POLARS
    [finding] = found.to_dicts()
    assert (finding["class_uid"], finding["activity_id"]) == (2004, 1)
    assert finding["metadata.uid"] == finding["finding_info.uid"] == "b1.7.0:verdict"
    assert finding["finding_info.related_events"] == ["b1.7.0"]
    assert finding["finding_info.analytic.uid"] == "verdict/fortinet_fortigate"
    assert finding["finding_info.analytic.name"] == "FortiGate"
    assert finding["finding_info.analytic.type_id"] == 99
    kept = ("tenant", "time", "count", "utm_category", "severity_id", "src_endpoint.ip", "file.name", "raw_data")
    assert {name: finding[name] for name in kept} == {name: VIRUS[name] for name in kept}


def test_ordinary_traffic_and_events_that_say_nothing_of_alerts_are_no_findings():
    assert verdicts(events(TRAFFIC, {**TRAFFIC, "is_alert": None})).is_empty()


def test_a_verdict_without_a_title_is_named_after_its_message_and_then_its_product():
    found = verdicts(
        events(
            {**VIRUS, "finding_info.title": None, "message": "File is infected."},
            {**VIRUS, "finding_info.title": None, "message": None},
        )
    )

    assert found["finding_info.title"].to_list() == ["File is infected.", "FortiGate"]


def test_the_same_event_gives_the_same_finding_again():
    assert verdicts(events(VIRUS)).equals(verdicts(events(VIRUS)))


def test_a_record_that_is_no_line_keeps_its_fields_as_evidence():
    record = {**VIRUS, "raw_data": None, "unmapped": '{"EventID": "1"}'}
    assert verdicts(events(record))["raw_data"].to_list() == ['{"EventID": "1"}']


def test_what_a_sensor_says_again_of_the_same_detection_stays_an_update():
    seen = {**VIRUS, "class_uid": 2004, "activity_id": 1, "metadata.uid": "b2.1.0"}
    removed = {**seen, "activity_id": 2, "metadata.uid": "b2.2.0"}

    assert verdicts(events(seen, removed))["activity_id"].to_list() == [1, 2]
