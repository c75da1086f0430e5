"""Zeek's logs: JSON and TSV say the same, and a table without its header is read only where its layout is sure."""

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, Reason
from hinomi.library.sources.zeek.mapping import MARKS, normalize
from hinomi.library.sources.zeek.protocols import LOGS
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DirectionId, SeverityId

CONTEXT = Context(timezone=ZoneInfo("Asia/Tokyo"), received=datetime(2023, 1, 20))
TS = 1674012345.857497
ENDS = {"id.orig_h": "192.168.1.20", "id.orig_p": 5000, "id.resp_h": "198.51.100.7", "id.resp_p": 443}
HEADER = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{}\n#fields\t{}\n"


def read(payload: str) -> Normalized:
    result = normalize(payload.encode(), CONTEXT)
    assert result.records == result.events.height + len(result.rejects)
    return result


def one(**log: object) -> dict[str, Any]:
    return schema.conform(read(json.dumps({"ts": TS, **log})).events.drop("line")).row(0, named=True)


def table(path: str, **cells: str) -> str:
    return HEADER.format(path, "\t".join(cells)) + "\t".join(cells.values()) + "\n"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        (TS, datetime(2023, 1, 18, 3, 25, 45, 857497)),
        (str(TS), datetime(2023, 1, 18, 3, 25, 45, 857497)),
        ("2023-01-18T03:25:45.857497Z", datetime(2023, 1, 18, 3, 25, 45, 857497)),
    ],
)
def test_times_are_exact_to_the_microsecond_and_utc(written: object, utc: datetime):
    assert one(ts=written, conn_state="SF", uid="C1")["time"] == utc


def test_json_and_tsv_say_the_same():
    said = {"ts": str(TS), "uid": "C1", **{name: str(value) for name, value in ENDS.items()}, "proto": "tcp"}
    cells = {**said, "duration": "0.5", "orig_bytes": "75", "conn_state": "SF", "local_orig": "T", "local_resp": "F"}
    log = {
        **ENDS,
        "uid": "C1",
        "proto": "tcp",
        "duration": 0.5,
        "orig_bytes": 75,
        "conn_state": "SF",
        "local_orig": True,
    }

    tabular = schema.conform(read(table("conn", **cells)).events.drop("line")).row(0, named=True)

    assert tabular == one(**log, local_resp=False) | {"metadata.original_time": str(TS)}
    assert (tabular["duration"], tabular["traffic.bytes_out"]) == (500, 75)
    assert tabular["connection_info.direction_id"] == DirectionId.OUTBOUND


def test_ids_may_be_nested_or_underscored():
    nested = one(conn_state="SF", id={"orig_h": "192.168.1.20", "resp_h": "198.51.100.7"})
    underscored = one(conn_state="SF", id_orig_h="192.168.1.20", id_resp_h="198.51.100.7")

    assert nested["src_endpoint.ip"] == underscored["src_endpoint.ip"] == "192.168.1.20"


def test_the_header_of_a_table_is_no_record_and_the_next_header_begins_another_log():
    first = table("conn", ts=str(TS), uid="C1", conn_state="SF")
    second = table("dns", ts=str(TS), uid="C1", query="www.example.jp", answers="a.example,198.51.100.7")

    result = read(f"{first}#close\t2023-01-18-13-00-00\n{second}")

    assert result.records == 2
    assert result.events["class_uid"].to_list() == [ClassUid.NETWORK_ACTIVITY, ClassUid.DNS_ACTIVITY]
    assert result.events["answers"].to_list()[1] == ["a.example", "198.51.100.7"]


def test_escapes_of_tables_are_undone():
    events = read(table("dns", ts=str(TS), uid="C1", query=r"no\x09tab.example")).events

    assert events["query.hostname"].to_list() == ["no\ttab.example"]


def test_a_continuation_without_a_header_is_read_where_its_layout_is_sure_and_else_says_what_to_do():
    conn = f"{TS}\tC1\t192.0.2.1\t5\t192.0.2.2\t6\ttcp\t-\t-\t-\t-\tS0\tT\tF\t0\tS\t1\t60\t0\t0\t-"
    unknown = f"{TS}\tFabc\tC1\tsome\tother\tlog"

    result = read(f"{conn}\n{unknown}\n")

    assert result.events["dst_endpoint.ip"].to_list() == ["192.0.2.2"]
    assert [(reject.line, reject.reason) for reject in result.rejects] == [(2, Reason.UNKNOWN_TYPE)]


def test_a_line_with_too_few_cells_is_cut_off():
    payload = table("conn", ts=str(TS), uid="C1", conn_state="SF") + f"{TS}\tC2\n"

    assert [reject.reason for reject in read(payload).rejects] == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    ("log", "class_uid", "activity_id"),
    [
        ({"conn_state": "SF"}, ClassUid.NETWORK_ACTIVITY, 2),
        ({"conn_state": "REJ"}, ClassUid.NETWORK_ACTIVITY, 5),
        ({"conn_state": "RSTO"}, ClassUid.NETWORK_ACTIVITY, 3),
        ({"conn_state": "S0"}, ClassUid.NETWORK_ACTIVITY, 4),
        ({"query": "a", "trans_id": 1}, ClassUid.DNS_ACTIVITY, 1),
        ({"query": "a", "trans_id": 1, "rcode": 0}, ClassUid.DNS_ACTIVITY, 6),
        ({"method": "GET", "uri": "/"}, ClassUid.HTTP_ACTIVITY, 3),
        ({"server_name": "a"}, ClassUid.NETWORK_ACTIVITY, 1),
        ({"fuid": "F1", "source": "HTTP"}, ClassUid.NETWORK_FILE_ACTIVITY, 2),
        ({"mailfrom": "a@b.example"}, ClassUid.EMAIL_ACTIVITY, 1),
        ({"auth_attempts": 1}, ClassUid.SSH_ACTIVITY, 1),
        ({"security_protocol": "HYBRID"}, ClassUid.RDP_ACTIVITY, 6),
        ({"action": "SMB::FILE_OPEN", "name": "a"}, ClassUid.SMB_ACTIVITY, 2),
        ({"msg_types": ["DISCOVER", "OFFER"]}, ClassUid.DHCP_ACTIVITY, 2),
        ({"request_type": "AS"}, ClassUid.AUTHENTICATION, 3),
        ({"domainname": "EXAMPLE", "username": "taro"}, ClassUid.AUTHENTICATION, 1),
        ({"command": "STOR", "reply_code": 226}, ClassUid.NETWORK_FILE_ACTIVITY, 1),
        ({"uid": "C1", "anything": 1}, ClassUid.BASE_EVENT, 0),
        ({"_path": "modbus", "func": "READ_COILS"}, ClassUid.BASE_EVENT, 0),
    ],
)
def test_a_record_that_does_not_say_which_log_it_is_of_is_known_by_its_fields(
    log: dict[str, Any], class_uid: ClassUid, activity_id: int
):
    row = one(**log)

    assert (row["class_uid"], row["activity_id"], row["is_alert"]) == (class_uid, activity_id, False)


@pytest.mark.parametrize(
    ("note", "severity"),
    [
        ("SSH::Password_Guessing", SeverityId.MEDIUM),
        ("Scan::Port_Scan", SeverityId.LOW),
        ("Example::C2_Traffic_Observed", SeverityId.HIGH),
    ],
)
def test_a_notice_is_a_detection_named_by_its_kind(note: str, severity: SeverityId):
    row = one(note=note, msg="m", src="203.0.113.9", dst="192.168.1.10", p=22)

    assert (row["is_alert"], row["class_uid"], row["severity_id"]) == (True, ClassUid.DETECTION_FINDING, severity)
    assert (row["finding_info.title"], row["finding_info.types"]) == (note, [note])
    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"], row["dst_endpoint.port"]) == (
        "203.0.113.9",
        "192.168.1.10",
        22,
    )


def test_a_notice_about_the_sensor_itself_is_none():
    assert one(note="CaptureLoss::Too_Much_Loss", msg="m")["is_alert"] is False


def test_a_file_that_was_fetched_has_the_client_as_its_source():
    row = one(fuid="F1", source="HTTP", tx_hosts=["198.51.100.7"], rx_hosts=["192.168.1.20"], is_orig=False)

    assert (row["src_endpoint.ip"], row["dst_endpoint.ip"]) == ("192.168.1.20", "198.51.100.7")


def test_a_dhcp_exchange_names_the_machine():
    row = one(msg_types=["REQUEST", "ACK"], mac="00:00:5E:00:53:01", host_name="PC-07", assigned_addr="192.168.1.77")

    assert (row["src_endpoint.ip"], row["src_endpoint.mac"]) == ("192.168.1.77", "00:00:5e:00:53:01")
    assert (row["src_endpoint.hostname"], row["activity_id"]) == ("PC-07", 5)


def test_passwords_of_ftp_are_left_where_they_are():
    row = one(user="ftp", password="secret", command="PASS", arg="secret", reply_code=230)

    assert "secret" not in json.dumps(row, default=str)


def test_icmp_has_no_ports():
    row = one(**ENDS, proto="icmp", conn_state="OTH")

    assert (row["src_endpoint.port"], row["dst_endpoint.port"]) == (None, None)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ('{"conn_state":"SF"}', Reason.NO_TIME),
        ('{"ts":"soon","conn_state":"SF"}', Reason.BAD_TIME),
        ('{"level":"info"}', Reason.NOT_THIS_FORMAT),
        ("Jan 18 12:00:00 host kernel: x", Reason.NOT_THIS_FORMAT),
        ('{"ts":1674012345.1,"uid":"C1","conn_st', Reason.TRUNCATED),
    ],
)
def test_what_is_no_record_says_why(raw: str, reason: Reason):
    assert [reject.reason for reject in read(raw).rejects] == [reason]


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.lists(st.text(max_size=4), max_size=2)
)
FIELDS = sorted({mark for _, marks in MARKS for mark in marks} | {"_path", "ts", "id.orig_h", "proto", "action", "id"})


@pytest.mark.parametrize("field", ["status_code", "rcode", "method"])
def test_a_number_beyond_its_column_is_left_out(field: str):
    path = "dns" if field == "rcode" else "http"

    assert read(json.dumps({"_path": path, "ts": TS, field: 2**31})).events.height == 1


def test_an_ldap_bind_is_a_sign_in_and_quic_a_handshake():
    bind = {"_path": "ldap", "ts": TS, "opcode": "bind simple", "object": "cn=sato", "result": "invalid credentials"}
    hello = {"_path": "quic", "ts": TS, "server_name": "www.example.jp", "client_initial_dcid": "x"}

    first, second = (read(json.dumps(log)).events.to_dicts()[0] for log in (bind, hello))

    assert (first["class_uid"], first["status_id"], first["user.name"]) == (3002, 2, "cn=sato")
    assert (second["class_uid"], second["dst_endpoint.hostname"]) == (4001, "www.example.jp")


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8), st.sampled_from([None, *LOGS, "notice", "intel"]))
def test_any_shape_is_an_event_or_a_reject(log: dict[str, Any], path: str | None):
    schema.conform(read(json.dumps({"ts": TS, **({"_path": path} if path else {}), **log})).events.drop("line"))


@given(
    st.lists(st.lists(st.text(max_size=5) | st.sampled_from(["-", "T", "tcp", "SF", str(TS)]), max_size=24), max_size=4)
)
def test_any_table_is_events_or_rejects(rows: list[list[str]]):
    lines = ["\t".join(cell.replace("\n", " ") for cell in row) for row in rows]
    schema.conform(read(HEADER.format("conn", "ts\tuid\tproto") + "\n".join(lines)).events.drop("line"))
