"""EVE records by type, as Suricata 4 to 8 and relays in front of them write them."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.suricata_eve.mapping import SEVERITIES, normalize
from hinomi.library.sources.suricata_eve.protocols import ACTIVITIES
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 15))
CORPUS = Path(os.environ.get("HINOMI_CORPUS", Path(__file__).parents[5].parent / "shared" / "corpus"))
RECORDS = CORPUS / "devices" / "suricata"
TIME = "2022-12-06T09:15:33.120045+0900"


def read(payload: bytes) -> Normalized:
    result = normalize(payload, CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(**eve: object) -> dict:
    result = read(json.dumps({"timestamp": TIME, **eve}).encode())
    return schema.conform(result.events.drop("line")).row(0, named=True)


@pytest.mark.parametrize(
    "written",
    [
        "2022-12-06T09:15:33.120045+0900",
        "2022-12-06T00:15:33.120045+00:00",
        "2022-12-06T00:15:33.120045Z",
        "2022-12-06T09:15:33.120045",
    ],
)
def test_times_of_any_offset_are_utc_and_one_without_is_of_the_place(written: str):
    row = one(event_type="flow", timestamp=written)

    assert row["time"] == datetime(2022, 12, 6, 0, 15, 33, 120045)
    assert row["metadata.original_time"] == written


def test_a_flow_id_over_63_bits_is_kept_to_the_digit():
    assert one(event_type="flow", flow_id=2**64 - 1)["metadata.correlation_uid"] == "18446744073709551615"


@pytest.mark.parametrize(
    ("priority", "severity"), [*SEVERITIES.items(), (4, SeverityId.INFORMATIONAL), (None, SeverityId.INFORMATIONAL)]
)
def test_priorities_of_alerts(priority: int | None, severity: SeverityId):
    row = one(event_type="alert", alert={"signature": "S", "severity": priority})

    assert (row["severity_id"], row["class_uid"], row["is_alert"]) == (severity, ClassUid.DETECTION_FINDING, True)
    assert row["disposition_id"] == DispositionId.DETECTED


def test_an_alert_without_a_signature_still_has_a_title_and_a_type():
    row = one(event_type="alert", alert={"signature_id": 7})

    assert (row["finding_info.title"], row["finding_info.types"]) == ("SID 7", ["unclassified"])


def test_an_alert_on_an_answer_names_the_server_at_its_source():
    alert = {"signature": "S"}
    said = one(event_type="alert", alert=alert, direction="to_client", http={"hostname": "h.example"}, src_port=8080)
    seen = one(event_type="alert", alert=alert, http={"hostname": "h.example"}, src_port=80, dest_port=50000)

    assert said["src_endpoint.hostname"] == seen["src_endpoint.hostname"] == "h.example"
    assert said["dst_endpoint.hostname"] is None


def test_a_record_whose_type_was_lost_is_known_by_its_part():
    assert one(alert={"signature": "S"}, http={})["class_uid"] == ClassUid.DETECTION_FINDING
    assert one(dns={"rrname": "a.example"})["metadata.log_name"] == "dns"
    assert one(fileinfo={"filename": "/a"}, http={"url": "/a"})["class_uid"] == ClassUid.NETWORK_FILE_ACTIVITY
    assert one(src_ip="192.0.2.1")["class_uid"] == ClassUid.BASE_EVENT


def test_an_answer_has_who_asked_as_its_source():
    row = one(
        event_type="dns",
        dns={"type": "answer", "rrname": "a.example", "rcode": "NOERROR"},
        src_ip="192.0.2.53",
        src_port=53,
        dest_ip="192.168.20.31",
        dest_port=40000,
    )

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == ("192.168.20.31", 40000)
    assert (row["dst_endpoint.ip"], row["dst_endpoint.port"]) == ("192.0.2.53", 53)


def test_an_address_written_at_length_is_the_usual_one_and_the_sender_has_a_hardware_address():
    row = one(
        event_type="flow", src_ip="fe80:0000:0000:0000:fada:0cff:fedc:87f1", ether={"src_mac": "00:00:5E:00:53:01"}
    )

    assert (row["src_endpoint.ip"], row["src_endpoint.mac"]) == ("fe80::fada:cff:fedc:87f1", "00:00:5e:00:53:01")


@pytest.mark.parametrize(("alert", "verdict"), [({"action": "blocked"}, {}), ({}, {"action": "drop"})])
def test_an_alert_was_blocked_where_either_version_says_so(alert: dict, verdict: dict):
    row = one(event_type="alert", alert={"signature": "S", **alert}, verdict=verdict)

    assert row["disposition_id"] == DispositionId.BLOCKED


def test_a_ticket_that_was_refused_is_a_failed_sign_in():
    krb5 = {
        "msg_type": "KRB_ERROR",
        "failed_request": "KRB_TGS_REQ",
        "error_code": "KDC_ERR_BADOPTION",
        "cname": "taro",
    }
    row = one(event_type="krb5", krb5=krb5)

    assert (row["class_uid"], row["activity_id"], row["status_id"]) == (ClassUid.AUTHENTICATION, 4, 2)
    assert row["user.name"] == "taro"


def test_passwords_of_ftp_are_left_where_they_are():
    assert one(event_type="ftp", ftp={"command": "PASS", "command_data": "secret"})["message"] == "PASS"


def test_a_stats_record_is_small_whatever_its_size():
    row = one(event_type="stats", stats={f"counter{number}": number for number in range(4000)})

    assert (row["class_uid"], row["message"]) == (ClassUid.BASE_EVENT, "Suricata stats")
    assert row["unmapped"] is None
    assert row["raw_data"] is None


def test_only_alerts_keep_their_line():
    line = json.dumps({"timestamp": TIME, "event_type": "alert", "alert": {"signature": "警報"}}, ensure_ascii=False)

    events = read(f"<13>host suricata: {line}\n".encode()).events

    assert events["raw_data"].to_list() == [f"<13>host suricata: {line}"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b'{"level":"info","msg":"x"}', Reason.NOT_THIS_FORMAT),
        (b'{"timestamp":"2022-12-06T09:15:33+0900","event_type":"al', Reason.TRUNCATED),
    ],
)
def test_what_is_no_record_says_why(raw: bytes, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


@pytest.mark.parametrize("told", ["", '"timestamp":"12/06",', '"timestamp":"0001-01-01T00:00:00+0900",'])
def test_an_alert_is_not_lost_over_a_clock(told: str):
    row = read(f'{{{told}"event_type":"alert","alert":{{"signature":"x"}}}}'.encode()).events.to_dicts()[0]

    assert (row["time"], row["metadata.labels"]) == (CONTEXT.received, ["time_source:receive"])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(TIME),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rrname", "answers", "type"]), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(
    [
        "src_ip",
        "src_port",
        "alert",
        "http",
        "flow",
        "dns",
        "smb",
        "smtp",
        "email",
        "dhcp",
        "rdp",
        "tls",
        "fileinfo",
        "stats",
    ]
)
INNER = st.sampled_from(
    [
        "hostname",
        "url",
        "http_port",
        "severity",
        "metadata",
        "signature",
        "start",
        "end",
        "answers",
        "queries",
        "rcpt_to",
        "filename",
    ]
)


@given(st.sampled_from(["alert", "x", *ACTIVITIES]), st.dictionaries(NAMES, VALUES | st.dictionaries(INNER, VALUES)))
def test_any_shape_of_a_record_is_an_event_or_a_reject(kind: str, eve: dict):
    result = read(json.dumps({"timestamp": TIME, "event_type": kind, **eve}).encode())

    schema.conform(result.events.drop("line"))
    assert result.records == 1


@pytest.mark.parametrize("questions", ["query", "queries"])
def test_an_alert_tells_which_name_was_asked_for(questions: str):
    asked = {"type": "query", questions: [{"rrname": "bad.example", "rrtype": "A"}]}
    eve = {"timestamp": TIME, "event_type": "alert", "alert": {"signature": "S", "severity": 1}, "dns": asked}

    (row,) = read(json.dumps(eve).encode()).events.to_dicts()

    assert (row["class_uid"], row["query.hostname"], row["query.type"]) == (2004, "bad.example", "A")


def test_an_alert_on_mail_tells_whose():
    eve = {"timestamp": TIME, "event_type": "alert", "alert": {"signature": "S", "severity": 1},
           "smtp": {"mail_from": "<a@b.example>", "rcpt_to": ["<c@d.example>"]}, "email": {"subject": "s"}}  # fmt: skip

    (row,) = read(json.dumps(eve).encode()).events.to_dicts()

    assert (row["email.from"], row["email.to"], row["email.subject"]) == ("a@b.example", ["c@d.example"], "s")


@pytest.mark.parametrize(
    "wrap", [lambda eve: {"@timestamp": TIME, "message": json.dumps(eve)}, lambda eve: {"suricata": {"eve": eve}}]
)
def test_a_record_may_come_inside_of_what_carried_it(wrap: Callable[[dict], dict]):
    eve = {"timestamp": TIME, "event_type": "flow", "src_ip": "192.0.2.4"}

    assert read(json.dumps(wrap(eve)).encode()).events["src_endpoint.ip"].to_list() == ["192.0.2.4"]


@pytest.mark.corpus
@pytest.mark.skipif(not RECORDS.is_dir(), reason="no recorded EVE logs here (HINOMI_CORPUS)")
def test_real_records_are_read():
    results = [read(path.read_bytes()) for path in sorted(RECORDS.glob("*.log"))]

    assert sum(result.events.height for result in results) > 0
    assert [reject for result in results for reject in result.rejects] == []
