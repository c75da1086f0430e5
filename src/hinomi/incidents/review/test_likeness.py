"""What two incidents have in common, and what keeps them apart."""

import pytest

from hinomi.incidents.review.likeness import Facet, Likeness, Line, Whose, beyond, likeness
from hinomi.ocsf.incident import Nature

PC, OTHER = Whose("PC-07", "192.168.10.27", "yamada"), Whose("KEIRI-2", "10.1.1.5", "suzuki")


def incident(title: str = "検知", thing: str = "", whose: Whose = PC, rule: str = "verdict/edr") -> Likeness:
    return likeness("malware", 4, thing, [Line(title, Nature(rule))], {"pc-07": "pc"}, [], whose)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (incident("PC-07 で不審な動き"), incident("KEIRI-2 で不審な動き", whose=OTHER)),
        (incident("yamada のログオン失敗"), incident("SUZUKI のログオン失敗", whose=OTHER)),
        (incident(thing="C:\\Users\\yamada\\a.exe"), incident(thing="c:\\users\\suzuki\\A.EXE", whose=OTHER)),
        (incident(thing="見積依頼_20221206.doc"), incident(thing="見積依頼_20230110.doc")),
        (incident("何とでも", rule="our-rule"), incident("別の言い方", rule="our-rule")),
    ],
)
def test_whose_it_was_and_when_keeps_nothing_apart(one: Likeness, other: Likeness) -> None:
    assert one.key == other.key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (incident(thing="W32/Agent.6"), incident(thing="W32/Agent.15")),
        (incident("CVE-2017-0144"), incident("CVE-2017-0145")),
        (incident(thing="203.0.113.6"), incident(thing="203.0.113.7")),
        (incident(thing="cdn1.example"), incident(thing="cdn2.example")),
        (incident(rule="our-rule"), incident(rule="our-other-rule")),
        (incident(rule="verdict/edr"), incident(rule="verdict/utm")),
    ],
)
def test_what_it_is_does(one: Likeness, other: Likeness) -> None:
    assert one.key != other.key


def test_its_state_changes_with_anything_that_is_decided_over() -> None:
    lines = [Line("検知", Nature("r", ("a.exe",), ("x.example",)))]
    base = likeness("malware", 4, "", lines, {"pc-07": "pc"}, [], PC)

    others = [
        likeness("malware", 5, "", lines, {"pc-07": "pc"}, [], PC),
        likeness("malware", 4, "", lines, {"pc-07": "server"}, [], PC),
        likeness("malware", 4, "", lines, {"pc-07": "pc"}, ["call"], PC),
        likeness(
            "malware",
            4,
            "",
            [Line("検知", Nature("r", ("a.exe",), ("x.example",), stopped=True))],
            {"pc-07": "pc"},
            [],
            PC,
        ),
    ]

    assert len({base.state, *(one.state for one in others)}) == 5
    assert {one.key for one in others} == {base.key}
    assert base.of(Facet.PROGRAMS) == {"a.exe"}


def test_of_two_sensors_that_are_silent_one_says_nothing_of_the_other() -> None:
    one, other = (
        likeness("sensor_silent", 3, "", [Line("センサーが沈黙", Nature("silent"), sensor)], {}, [], Whose())
        for sensor in ("gate", "mail")
    )

    assert one.key == other.key, "they are one question"
    assert beyond(other, one).facets == {Facet.DEVICES: {"mail"}}


def test_that_a_machine_may_be_unprotected_says_nothing_of_the_next() -> None:
    lines = [Line("EDRの入っていないPCがある", Nature("edr_missing"))]
    one = likeness("edr_missing", 2, "", lines, {"nc-1": "factory"}, [], Whose())
    both = likeness("edr_missing", 2, "", lines, {"nc-1": "factory", "nc-2": "factory"}, [], Whose())

    assert beyond(both, one).facets == {Facet.DEVICES: {"nc-2"}}
    assert incident().of(Facet.DEVICES) == frozenset(), "what happened on a machine is no matter of which"
