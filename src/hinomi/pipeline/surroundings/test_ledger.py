from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.lake.replace import Times
from hinomi.pipeline import reread
from hinomi.pipeline.detect import Lookout, load
from hinomi.pipeline.reread import Reread
from hinomi.pipeline.run import River, drain
from hinomi.pipeline.surroundings import Ledger
from hinomi.pipeline.surroundings.conftest import MORNING, NOW, Row, Site, agent, gate, lease, logon, moment
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.moves import moves
from hinomi.pipeline.surroundings.observing import NOTHING, Observations, of_blocks

PC, OTHER = "192.168.10.27", "192.168.10.28"
WHOLE_DAY = (MORNING - timedelta(days=1), MORNING + timedelta(days=2))
Piece = tuple[str, Observations]


def rows() -> list[list[Row]]:
    return [
        [agent(at, "PC-01", PC, user="yamada") for at in range(0, 200, 7)],
        [lease(0, PC, "PC-01"), lease(400, PC, "PC-02")],
        [gate(at, PC, f"site{at}.example") for at in range(0, 500, 11)],
        [agent(at, "PC-02", PC) for at in range(401, 500, 7)],
        [logon(30, "PC-02", PC), logon(90, "PC-01", OTHER)],
        [agent(at, "PC-02", OTHER) for at in range(0, 390, 60)],
    ]


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> list[Piece]:
    """The observations of each block of a lake."""
    site = Site(tmp_path_factory.mktemp("pieces"))
    for delivery in rows():
        site.deliver(delivery, gathered=False)
    names = [row["block"] for row in site.lake.ask_population("SELECT block FROM blocks ORDER BY block").rows()]
    return [(name, of_blocks(site.lake, [name], *WHOLE_DAY)) for name in names]


def kept(root: Path, pieces: list[Piece]) -> dict[str, pl.DataFrame]:
    ledger = Ledger(root)
    for _, found in pieces:
        ledger.add(found)
    held = {name: ledger.window(name, ["901"], *WHOLE_DAY) for name in NOTHING}
    return {name: rows.sort(rows.columns) for name, rows in held.items()}


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_blocks_in_any_order_and_twice_leave_the_same(
    data: st.DataObject, pieces: list[Piece], tmp_path_factory: pytest.TempPathFactory
):
    again = data.draw(st.lists(st.sampled_from(range(len(pieces))), max_size=3))
    order = data.draw(st.permutations([*range(len(pieces)), *again]))

    one = kept(tmp_path_factory.mktemp("one"), pieces)
    other = kept(tmp_path_factory.mktemp("other"), [pieces[place] for place in order])

    assert all(other[name].equals(one[name]) for name in NOTHING)
    assert [other["bindings"].height, other["moves"].height, other["heard"].height] == [
        one["bindings"].height,
        2,
        one["heard"].height,
    ]


def test_a_round_looks_at_what_is_new_and_at_nothing_else(site: Site, monkeypatch: pytest.MonkeyPatch):
    for delivery in rows()[:3]:
        site.deliver(delivery)
    asked: list[list[str]] = []

    def noting(lake: object, blocks: list[str], since: datetime, until: datetime) -> Observations:
        asked.append(blocks)
        return of_blocks(site.lake, blocks, since, until)

    monkeypatch.setattr("hinomi.pipeline.surroundings.ledger.of_blocks", noting)

    site.ledger.gather(site.lake, NOW)
    assert asked == []
    assert not site.ledger.is_due(NOW + timedelta(seconds=29))
    assert site.ledger.is_due(NOW + timedelta(seconds=30))
    site.deliver(rows()[3])
    assert asked == [["00000004-0"]]


def test_a_damaged_file_is_made_anew(site: Site):
    site.deliver(rows()[0]).deliver(rows()[1])
    for file in site.ledger.files.root.glob("bindings/**/*.parquet"):
        file.write_bytes(b"not a table")
    site.ledger = Ledger(site.lake.root)

    with pytest.raises(pl.exceptions.ComputeError):
        site.around()
    assert site.around().machines.bindings.is_empty()

    site.deliver(rows()[3])
    assert site.around().machines.host_at(PC, moment(300)) == "PC-01"


def test_blocks_that_were_read_again_make_their_hours_anew(site: Site):
    """With another time zone: what the events said before is gone."""
    site.deliver([agent(0, "PC-01", PC)])
    site.ledger.files.put({"bindings": NOTHING["bindings"], "heard": NOTHING["heard"]}, [MORNING])
    note = Reread(2, "901", ("901-edr",), ("00000001-0",), Times(moment(0), moment(30)))
    reread.write(site.lake.root, note)

    site.deliver([agent(1440, "PC-01", PC)])

    assert [tenure.since for tenure in site.around().machines.tenures(PC)] == [MORNING]


def test_a_lake_made_anew_is_looked_at_from_its_beginning(site: Site, tmp_path: Path):
    site.deliver(rows()[0]).deliver(rows()[1])
    other = Site(tmp_path / "other")
    other.ledger = Ledger(site.lake.root)

    other.deliver([agent(0, "PC-09", PC)])

    assert other.around().machines.host_at(PC, MORNING) == "PC-09"


def test_a_logon_names_the_machine_it_came_from_and_the_one_it_reached(site: Site):
    known = site.deliver([agent(0, "PC-01", PC), logon(5, "SERVER", PC), logon(6, "PC-01", PC), *rows()[5]]).around()

    found = [(move.origin, move.target, move.how) for move in moves(known.machines, known.moves)]

    assert found == [("pc-01", "server", "logon")]


def test_raw_lines_of_an_address_server_and_a_firewall_say_whose_an_address_was(tmp_path: Path):
    river = River(Landing(tmp_path / "landing"), Lake(tmp_path / "lake"), Lookout(load([])))
    dhcp = "".join(
        f"Dec  6 {hour}:00:00 ns1 dhcpd[812]: DHCPACK on {PC} to 00:00:5e:00:53:0{card} ({name}) via eth1\n"
        for hour, card, name in ((10, 1, "genba-pc1"), (11, 2, "genba-pc2"))
    )
    squid = (
        f"1670289900.000 12 {PC} TCP_MISS/200 900 GET http://www.example.com/ sato HIER_DIRECT/203.0.113.9 text/html\n"
    )
    for source, payload in (("isc_dhcpd", dhcp), ("squid", squid)):
        river.landing.append(
            payload.encode(),
            tenant="901",
            sensor=source,
            source=source,
            timezone="Asia/Tokyo",
            received=datetime(2022, 12, 7),
            origin=source,
        )
    drain(river)
    ledger = Ledger(river.lake.root)

    ledger.gather(river.lake, NOW)

    machines = Machines(ledger.window("bindings", ["901"], *WHOLE_DAY))
    assert [machines.host_at(PC, moment(at)) for at in (30, 90)] == ["genba-pc1", "genba-pc2"]
    assert machines.user_at("GENBA-PC1", moment(30)) == "sato"
