"""The drawing of who and what are connected: nothing is lost, nothing overlaps, all of it fits a telephone."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hinomi.console.incidents import graph as drawing
from hinomi.console.incidents.evidence import Touch
from hinomi.console.incidents.graph import BOX_HEIGHT, BOX_WIDTH, LETTERS, WIDTH, graph, letters
from hinomi.console.incidents.story import story
from hinomi.console.incidents.test_story import line
from hinomi.incidents.models import Link

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
TOUCHES = st.builds(
    Touch,
    machine=st.sampled_from(["", *(f"PC-{number:02}" for number in range(12))]),
    accounts=st.lists(st.sampled_from(["yamada", "suzuki", "sato"]), max_size=2, unique=True).map(tuple),
    file=st.one_of(st.just(""), NAMES),
    peer=st.sampled_from(["", "SV-01", "SV-02"]),
    outside=st.one_of(st.just(""), st.sampled_from(["cdn.example", "203.0.113.9"])),
)


def drawn(*touches: Touch, links: tuple[Link, ...] = ()) -> drawing.Graph:
    lines = [line(number, "edr") for number in range(len(touches))]
    return graph(story(lines, {one.uid: touch for one, touch in zip(lines, touches, strict=True)}), links)


def test_a_machine_is_joined_with_its_user_its_files_and_the_other_end() -> None:
    shown = drawn(Touch("PC-07", ("yamada",), "order.doc"), Touch("PC-07", ("yamada",), "", "cdn.example"))

    assert [(edge.one, edge.other, edge.steps) for edge in shown.edges] == [
        ("PC-07", "order.doc", (1,)),
        ("PC-07", "yamada", (1, 2)),
        ("PC-07", "cdn[.]example", (2,)),
    ]
    assert [(box.kind, box.short) for box in shown.boxes] == [
        ("machine", "PC-07"),
        ("account", "yamada"),
        ("file", "order.doc"),
        ("outside", "cdn[.]example"),
    ]


def test_a_mail_joins_its_reader_with_what_it_brought() -> None:
    assert [(edge.one, edge.other) for edge in drawn(Touch("", ("yamada",), "order.doc")).edges] == [
        ("yamada", "order.doc")
    ]


def test_what_leads_from_one_machine_to_another_joins_them() -> None:
    logon = Link(finding="f1", other="f0", kind="logon", value="yamada", reason="")
    same_file = Link(finding="f1", other="f0", kind="file", value="tool.exe", reason="")
    machines = Touch("PC-07"), Touch("SV-01")

    assert [(edge.one, edge.other, edge.steps) for edge in drawn(*machines, links=(logon,)).edges] == [
        ("PC-07", "SV-01", (1, 2))
    ]
    assert drawn(*machines, links=(same_file,)).edges == ()
    assert [(edge.one, edge.other) for edge in drawn(Touch("PC-07", peer="SV-01")).edges] == [("PC-07", "SV-01")]


def test_what_finds_no_room_is_in_the_list() -> None:
    shown = drawn(*(Touch("PC-07", file=f"{number}.dxf.locked") for number in range(10)))

    assert len(shown.edges) == 10
    assert shown.left_out == 4
    assert sum(not edge.path for edge in shown.edges) == 4


def test_of_a_long_name_the_end_is_shown_too() -> None:
    assert drawing.shortened("見積依頼書_改訂版_20221206.doc") == "見積依頼書…06.doc"


@given(st.lists(TOUCHES, max_size=12))
def test_boxes_fit_and_do_not_overlap_and_no_connection_is_lost(touches: list[Touch]) -> None:
    shown = drawn(*touches)

    for box in shown.boxes:
        assert box.x >= 0
        assert box.x + BOX_WIDTH <= WIDTH
        assert box.y >= 0
        assert box.y + BOX_HEIGHT <= shown.height
        assert letters(box.short) <= LETTERS
    for x in {box.x for box in shown.boxes}:
        column = sorted(box.y for box in shown.boxes if box.x == x)
        assert all(lower - upper > BOX_HEIGHT for upper, lower in pairwise(column))
    assert {number for edge in shown.edges for number in edge.steps} == {
        number for number, touch in enumerate(touches, start=1) if joins(touch)
    }


def joins(touch: Touch) -> bool:
    things = bool(touch.file or touch.outside)
    return bool(touch.machine and (touch.peer or touch.accounts or things)) or bool(touch.accounts and things)
