import pytest

from hinomi.pipeline.surroundings.conftest import MORNING, Row, Site, agent, gate, lease, logon, moment
from hinomi.pipeline.surroundings.machines import Machines
from hinomi.pipeline.surroundings.naming import names

PC = "192.168.10.27"
CARD, OTHER_CARD = "00:00:5e:00:53:01", "00-00-5E-00-53-02"


def known(site: Site, *rows: Row) -> Machines:
    return site.deliver(rows).around().machines


def test_a_leased_address_is_its_machines_until_it_is_lent_to_another(site: Site):
    machines = known(site, lease(0, PC, "PC-01", CARD), lease(60, PC, "PC-02", OTHER_CARD))

    assert [machines.host_at(PC, moment(at)) for at in (-1, 0, 59.9, 60, 120)] == [
        None,
        "PC-01",
        "PC-01",
        "PC-02",
        "PC-02",
    ]
    assert machines.host_at("192.168.10.99", MORNING) is None
    first, second = machines.tenures(PC)
    assert (first.machine, first.since, first.evidence) == ("pc-01", MORNING, ("lease",))
    assert (second.machine, second.since) == ("pc-02", moment(60))
    assert first.uid.startswith("901-dhcp")


def test_a_renewed_lease_bridges_days_and_other_evidence_a_day(site: Site):
    machines = known(
        site,
        *(lease(at, PC, "PC-01") for at in (0, 3 * 1440)),
        *(agent(at, "PC-02", "192.168.10.28") for at in (0, 3 * 1440)),
    )

    assert machines.host_at(PC, moment(1.5 * 1440)) == "PC-01"
    assert machines.host_at("192.168.10.28", moment(1.5 * 1440)) is None
    assert machines.host_at("192.168.10.28", moment(300)) == "PC-02"


@pytest.mark.parametrize("activity", [7, 9], ids=["released", "expired"])
def test_an_address_that_was_given_back_is_nobodys(site: Site, activity: int):
    machines = known(site, lease(0, PC, "PC-01"), lease(30, PC, "PC-01", activity=activity))

    assert machines.host_at(PC, moment(20)) == "PC-01"
    assert machines.host_at(PC, moment(40)) is None


def test_between_two_machines_an_address_belongs_to_the_near_one_or_to_none(site: Site):
    machines = known(site, agent(0, "PC-01", PC), agent(60, "PC-02", PC))

    assert [machines.host_at(PC, moment(at)) for at in (5, 30, 55, 65)] == ["PC-01", None, "PC-02", "PC-02"]


def test_an_address_behind_which_many_hide_is_nobodys(site: Site):
    """A terminal server's clients, a router of another office."""
    machines = known(site, *(agent(at, f"PC-0{at % 3}", PC) for at in range(0, 30, 2)))

    assert [machines.host_at(PC, moment(at)) for at in (3, 28, 40)] == [None, None, None]
    assert machines.holder(PC, moment(40)).shared


def test_a_late_word_of_the_former_machine_does_not_make_an_address_shared(site: Site):
    machines = known(site, *(agent(at, "PC-01", PC) for at in (40, 50, 56)), lease(55, PC, "PC-02"))

    assert [machines.host_at(PC, moment(at)) for at in (-60, 54, 58, 120)] == ["PC-01", "PC-01", "PC-02", "PC-02"]


def test_two_machines_that_swap_by_lease_are_not_taken_for_a_gateway(site: Site):
    machines = known(site, *(lease(60 * at, PC, f"PC-0{at % 2}") for at in range(4)))

    assert [machines.host_at(PC, moment(60 * at + 30)) for at in range(4)] == ["PC-00", "PC-01", "PC-00", "PC-01"]


def test_a_machine_is_known_by_its_card_where_nobody_says_its_name(site: Site):
    machines = known(site, agent(-600, "PC-01", "192.168.10.5", mac="00-00-5E-00-53-01"), lease(0, PC, None, CARD))

    assert machines.host_at(PC, moment(5)) == "PC-01"


def test_a_card_that_two_machines_used_tells_nothing(site: Site):
    """A docking station, and a phone whose name nobody knows."""
    machines = known(
        site,
        agent(-600, "PC-01", "192.168.10.5", mac=CARD),
        agent(-300, "PC-02", "192.168.10.6", mac=CARD),
        lease(0, PC, None, CARD),
    )

    assert machines.host_at(PC, moment(5)) == CARD.replace(":", "")


def test_what_a_gate_calls_a_machine_is_learned_from_what_is_on_it(site: Site):
    hours = [row for at in range(0, 240, 60) for row in (agent(at, "PC-01", PC), gate(at + 7, PC, name="yamada-note"))]
    machines = known(site, *hours, gate(300, "192.168.10.50", name="yamada-note"))

    assert machines.host_at(PC, moment(100)) == "PC-01"
    assert machines.host_at("192.168.10.50", moment(301)) == "PC-01"
    assert [tenure.address for tenure in machines.addresses_of("YAMADA-NOTE", MORNING, moment(400))] == [
        PC,
        "192.168.10.50",
    ]


@pytest.mark.parametrize(
    ("said", "name", "machine"),
    [
        ([("a", "PC-01", None), ("b", "pc-01", None)], "Pc-01", "pc-01"),
        ([("a", "DESKTOP-KEIRI01", None), ("b", "DESKTOP-KEIRI01-NOTE", None)], "desktop-keiri01-note",
         "desktop-keiri01"),
        ([("a", "ANDROID-ABCDEF1", None), ("b", "ANDROID-ABCDEF12", None), ("b", "ANDROID-ABCDEF13", None)],
         "android-abcdef12", "android-abcdef12"),
        ([("a", "PC-01", "m"), ("b", "note", "m")], "note", "pc-01"),
        ([("a", "PC-01", "m"), ("a", "PC-02", "m"), ("b", "note", "m")], "note", "note"),
    ],
    ids=["case", "cut short", "cut short, and nobody knows whose", "one card", "a card of two"],
)  # fmt: skip
def test_names_of_one_machine(said: list[tuple[str, str | None, str | None]], name: str, machine: str):
    assert names(said, trusted=["a"]).key(name) == machine


def test_who_used_a_machine(site: Site):
    machines = known(
        site,
        agent(0, "PC-01", PC, user="EXAMPLE\\yamada"),
        agent(30, "PC-01", PC, user="SYSTEM"),
        logon(200, "PC-01", "192.168.10.9", user="suzuki", kind=3),
        logon(240, "PC-01", "127.0.0.1", user="Tanaka", kind=2),
        gate(0, "192.168.10.28", name="PC-02", user__name="sato@example.co.jp"),
    )

    assert [machines.user_at("PC-01", moment(at)) for at in (0, 60, 239, 250, 900)] == [
        "yamada",
        "yamada",
        "yamada",
        "tanaka",
        None,
    ]
    assert machines.user_at("pc-02", moment(10)) == "sato"
