"""What a Yamaha router sends: no time, no name, and three families that are nearly all of it."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.library.contracts import Context, Normalized, UtmCategory
from hinomi.library.formats import patterns
from hinomi.library.formats.times import RECEIPT
from hinomi.library.sources.yamaha_rtx.intrusion import ATTACKS
from hinomi.library.sources.yamaha_rtx.mapping import event, normalize
from hinomi.ocsf import schema
from hinomi.ocsf.classes import ClassUid, DispositionId, StatusId

TOKYO = ZoneInfo("Asia/Tokyo")
RECEIVED = datetime(2023, 1, 15, 3, 0)
IMPORTED = Context(timezone=TOKYO, received=RECEIVED)
LIVE = Context(timezone=TOKYO, received=RECEIVED, live=True)
SESSION = "[INSPECT] LAN2[out][101] TCP 192.168.0.3:54874 > 203.0.113.9:443 (2023/01/15 11:58:00)"


def plainly(payload: bytes, context: Context) -> Normalized:
    """Every line by itself: the oracle."""
    return patterns.normalize(payload, context, (), partial(event, context=context))


def one(line: str, context: Context = IMPORTED) -> dict:
    result = normalize(line.encode(), context)
    assert result.rejects == ()
    return schema.conform(result.events.drop("line")).row(0, named=True)


def test_a_session_is_as_old_as_its_end_and_without_one_as_its_start():
    imported, live = one(SESSION), one(f"<189>{SESSION}", LIVE)
    relayed = one(f"Jan 15 11:59:30 192.0.2.1 {SESSION}")

    assert imported["time"] == imported["start_time"] == datetime(2023, 1, 15, 2, 58)
    assert (live["time"], live["metadata.labels"]) == (RECEIVED, [RECEIPT])
    assert (relayed["time"], relayed["duration"]) == (datetime(2023, 1, 15, 2, 59, 30), 90_000)


def test_a_relays_year_follows_from_the_sessions_start():
    over_new_year = one(f"Jan  1 00:00:04 gw {SESSION.replace('2023/01/15 11:58:00', '2019/12/31 23:59:00')}")

    assert over_new_year["time"] == datetime(2019, 12, 31, 15, 0, 4)
    assert over_new_year["device.hostname"] == "gw"


@pytest.mark.parametrize(
    ("ends", "source", "port"),
    [
        ("2001:db8::10.56609 > 2001:db8::20.443", "2001:db8::10", 56609),
        ("fe80::1 > ff02::1 : Router advertisement", "fe80::1", None),
        ("192.168.0.3:54874 > 203.0.113.9:443", "192.168.0.3", 54874),
        ("192.168.0.3 > 203.0.113.9 : echo request", "192.168.0.3", None),
    ],
)
def test_addresses_of_both_kinds_with_and_without_ports(ends: str, source: str, port: int | None):
    row = one(f"<189>PP[01] Rejected at IN(default) filter: UDP {ends}")

    assert (row["src_endpoint.ip"], row["src_endpoint.port"]) == (source, port)
    assert (row["activity_id"], row["disposition_id"]) == (5, DispositionId.BLOCKED)
    assert (row["firewall_rule.uid"], row["src_endpoint.interface_name"]) == ("default", "PP[01]")


def test_an_interface_is_not_taken_for_the_relays_name():
    line = "LAN2 Rejected at IN(11) filter: TCP 198.51.100.1:443 > 192.168.0.2:5660"

    named, unnamed = one(f"Jan 15 10:00:00 192.0.2.1 {line}"), one(f"Jan 15 10:00:00 {line}")

    assert (named["device.ip"], unnamed["device.ip"]) == ("192.0.2.1", None)
    assert named["src_endpoint.interface_name"] == unnamed["src_endpoint.interface_name"] == "LAN2"
    assert one("Jan 15 10:00:00 192.0.2.1 LAN2: link up")["message"] == "LAN2: link up"


def test_a_repeated_line_is_the_line_before_it_again():
    lines = [f"2023/01/15 10:00:00: {SESSION}", "2023/01/15 10:00:09: same message repeated 3 times"]

    events = normalize("\n".join(lines).encode(), IMPORTED).events

    assert events["count"].to_list() == [None, 3]
    assert events["dst_endpoint.ip"].to_list() == ["203.0.113.9"] * 2
    assert events["time"].to_list() == [datetime(2023, 1, 15, 1, 0), datetime(2023, 1, 15, 1, 0, 9)]


@pytest.mark.parametrize(
    ("line", "user", "status"),
    [
        ("Login succeeded for SSH: 192.168.0.2 admin", "admin", StatusId.SUCCESS),
        ("Login failed for TELNET: 2001:db8::2 root", "root", StatusId.FAILURE),
        ("Login succeeded for Serial", None, StatusId.SUCCESS),
        ("'administrator' failed for HTTP: 192.168.0.2 taro", "taro", StatusId.FAILURE),
        ("[SSHD] Login failed from 192.168.0.2, user=admin", "admin", StatusId.FAILURE),
    ],
)
def test_who_signed_in(line: str, user: str | None, status: StatusId):
    row = one(f"<190>{line}")

    assert (row["class_uid"], row["user.name"], row["status_id"]) == (ClassUid.AUTHENTICATION, user, status)


def test_a_line_that_went_down_in_good_order_is_no_failure():
    parted, refused = one("PPPOE[01] Disconnected, cause [No error.]"), one("PP[02] CHAP Response Error")

    assert (parted["class_uid"], parted["activity_id"], parted["status_id"]) == (ClassUid.TUNNEL_ACTIVITY, 2, None)
    assert (refused["class_uid"], refused["status_id"]) == (ClassUid.AUTHENTICATION, StatusId.FAILURE)


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_of_the_manual_is_a_detection(name: str):
    row = one(f"<189>LAN2[in] {name} 203.0.113.9 > 192.0.2.1")

    assert (row["is_alert"], row["finding_info.title"], row["src_endpoint.ip"]) == (True, name, "203.0.113.9")
    assert (row["utm_category"] is None) == (ATTACKS[name] in ("scan", "ICMP"))


def test_a_page_that_was_stopped_is_counted_and_one_that_passed_is_not():
    stopped = one("<189>[URL_FILTER] LAN1[in] Rejected 192.168.0.20 http://games.example.com/ filter(1)")
    passed = one("<189>[URL_FILTER] LAN1[in] Passed 192.168.0.20 http://www.example.com/ filter(2)")

    assert (stopped["utm_category"], stopped["url.hostname"]) == (UtmCategory.URL_CATEGORY, "games.example.com")
    assert (passed["is_alert"], passed["utm_category"]) == (False, None)


def test_nothing_is_lost_of_a_mixed_file():
    lines = [f"<189>{SESSION}", "", "{}", "[INSPECT] LAN2[out][1] TCP 192.168.0.3:5", "何か"]

    result = normalize("\n".join(lines).encode(), IMPORTED)

    assert result.events["line"].to_list() == [1, 4, 5]
    assert [reject.line for reject in result.rejects] == [3]
    assert result.records == 4


HEADS = st.sampled_from(
    ["", "<189>", "<13> ", "Jan 15 10:00:00 192.0.2.1  ", "<189>Feb 29 10:00:00 gw ", "Jan 15 10:00:00 ",
     "Dec 31 23:59:59 gw: ",
     "2023-01-15T10:00:00.5+09:00 gw ", "2023-02-30T10:00:00Z gw ", "2023/01/15 10:00:00: ", "2023/02/30 10:00:00: ",
     "Jan 15 10:00:00 gw 2023/01/14 10:00:00: ", "1 2023-01-15T10:00:00Z gw app - - - ", "Xxx 99 10:00:00 gw "]
)  # fmt: skip
ADDRESSES = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.sampled_from(["0.0.0.0", "::", "::ffff:192.0.2.1", "01.2.3.4", "999.1.1.1", "1:2", "2001:DB8::0:1",
                     "fe80:0:0:1:0:0:0:1"]),
)  # fmt: skip
PORTS = st.one_of(
    st.just(""), st.integers(0, 99999).map(lambda port: f":{port}"), st.integers(0, 70000).map(lambda port: f".{port}")
)
ENDS = st.tuples(ADDRESSES, PORTS).map("".join)
INTERFACES = st.sampled_from(
    ["LAN1", "LAN2", "PP[01]", "TUNNEL[1]", "LAN1(port3)", "LAN1/2", "WAN1", "PP[ANONYMOUS01]", "lan2"]
)
PROTOCOLS = st.sampled_from(["TCP", "UDP", "ICMP", "ICMP6", "50", "GRE", "Proto[88]", ""])
RULES = st.sampled_from(["101100", "default", "7", "dynamic 1", ""])
DATES = st.sampled_from(
    ["2023/01/15 11:58:00", "2024/02/29 00:00:00", "2023/02/29 00:00:00", "1951/05/06 00:30:00", "2023/1/5"]
)
SESSIONS = st.builds(
    "[INSPECT] {}[{}][{}] {} {} > {} ({})".format,
    INTERFACES, st.sampled_from(["in", "out", "IN"]), RULES, PROTOCOLS, ENDS, ENDS, DATES,
)  # fmt: skip
VERBS = st.sampled_from(["Rejected", "Passed", "Restricted"])
WAYS = st.sampled_from(["IN", "OUT", "Policy"])
FILTERS = st.builds(
    "{} {} at {}({}) filter: {} {} > {}{}".format,
    INTERFACES, VERBS, WAYS, RULES, PROTOCOLS, ENDS, ENDS,
    st.sampled_from(["", " : echo request", " (DNS Query [x])", " > 1"]),
)  # fmt: skip
MACS = st.sampled_from(["00:00:5e:00:53:01", "FF:FF:FF:FF:FF:FF", "00:00:5e:00:53"])
HARDWARE = st.builds(
    "{} {} at {}({}) filter: {} > {} {}".format, INTERFACES, VERBS, WAYS, RULES, MACS, MACS, PROTOCOLS
)  # fmt: skip
WHOLE = st.one_of(SESSIONS, FILTERS, HARDWARE, st.just("same message repeated 2 times"), st.text(max_size=20))
CUT = st.tuples(WHOLE, st.integers(0, 200)).map(lambda line: line[0][: line[1]])
LINES = st.lists(st.tuples(HEADS, st.one_of(WHOLE, CUT)).map("".join), max_size=8)


@given(LINES, st.booleans())
def test_by_the_column_and_by_itself_a_line_is_the_same(lines: list[str], live: bool):
    payload = "\n".join(lines).encode("utf-8", "replace")
    context = LIVE if live else IMPORTED

    quick, plain = normalize(payload, context), plainly(payload, context)

    assert quick.rejects == plain.rejects
    assert quick.records == plain.records == quick.events.height + len(quick.rejects)
    assert quick.events["line"].to_list() == plain.events["line"].to_list()
    rows, expected = schema.conform(quick.events.drop("line")), schema.conform(plain.events.drop("line"))
    different = [name for name in rows.columns if not rows[name].equals(expected[name])]
    assert different == [], pl.concat([rows.select(different), expected.select(different)])
