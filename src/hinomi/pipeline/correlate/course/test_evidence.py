"""What counts as an infection, and which findings fire which point."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from hinomi.ocsf.course import Cause, Course, Sight
from hinomi.pipeline.correlate.conftest import Company, Row
from hinomi.pipeline.correlate.course import courses
from hinomi.pipeline.correlate.course.conftest import ATTACHMENT, BOTH, ONLY_UTM, Infection, Seen
from hinomi.pipeline.correlate.sighting import Sighting

BLOCKED = 2
OTHER_PC = {"host": "PC-08", "ip": "192.168.10.28", "actor__user__name": "sato"}


def fired(found: Course) -> dict[int, tuple[str, ...]]:
    return {point.number: point.findings for point in found.points if point.sight is Sight.SEEN}


def uids(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row["metadata.uid"] for row in rows)


def with_ports(seen: Seen, rows: Sequence[Row]) -> list[Sighting]:
    """Sightings that keep source and ports, too."""
    told = {row["metadata.uid"]: row for row in rows}
    kept = ("src_endpoint.ip", "src_endpoint.port", "dst_endpoint.port")
    return [replace(one, row=one.row | {column: told[one.uid].get(column) for column in kept}) for one in seen(rows)]


@pytest.mark.parametrize(
    "group",
    [
        lambda c: [c.mail(0, "不正プログラム検索", severity_id=4), c.mail(1, "Webレピュテーション", severity_id=4)],
        lambda c: [c.utm(0, "不正侵入防止(IPS)", 5, "203.0.113.9", dst_endpoint__ip="192.168.10.5")],
        lambda c: [c.utm(0, "不正サイト", 4, url__hostname="a.invalid"), c.utm(3, "URLカテゴリフィルタ")],
        lambda c: [c.utm(0, "不正プログラム", 4, url__hostname="a.invalid", file__name="a.exe")],
        lambda c: [c.edr(0, "Microsoft Defenderによる検知", disposition_id=3) | {"disposition_id": 3}],
        lambda c: [c.edr(0, "不審なOSコマンド実行", 3)],
        lambda c: [c.rule(c.utm(0, ""), "support_scam", 4), c.rule(c.edr(9, ""), "remote_control_tool", 4)],
        lambda c: [c.rule(c.edr(0, "アプリがファイル生成", 2), "data_taken_out", 4)],
        lambda c: [c.rule(c.edr(0, ""), "malware", 3), c.rule(c.edr(5, ""), "credential_theft", 4)],
    ],
    ids=["mail", "scan", "site", "download", "cleaned", "command", "scam", "taken out", "odd program"],
)
def test_what_is_no_infection_has_no_course(group: Any, company: Company, seen: Seen):
    assert courses(seen(group(company)), BOTH) == ()


def test_what_came_in_and_was_carried_out_is_an_infection(company: Company, seen: Seen):
    mail = company.mail(0, "不正プログラム検索", severity_id=4, disposition_id=1, file__name=ATTACHMENT)
    opened = company.edr(4, "アプリがOSコマンド実行", file__name=ATTACHMENT)

    [found] = courses(seen([mail, opened]), BOTH)

    assert (found.machine, found.patterns, fired(found)) == ("PC-07", (1,), {})
    assert courses(seen([opened]), BOTH) == (), "an odd command alone is no infection"
    assert courses(seen([mail | {"disposition_id": BLOCKED}, opened]), BOTH) == (), "the mail never came in"


def test_each_point_names_its_findings_in_order_of_time(infection: Infection, seen: Seen):
    rows = [infection.virus(), late := infection.call_at_gate(8), early := infection.call_at_gate(5)]

    [found] = courses(seen(rows), BOTH)

    assert fired(found) == {3: uids([early, late])}


def test_a_web_download_that_began_it_is_no_tool(infection: Infection, seen: Seen):
    entry = infection.download(0, file__name="seikyu.exe")
    opened = infection.virus(1) | {"file.name": "seikyu.exe"}
    rows = [entry, opened, infection.call_at_gate(5), infection.download(7, file__name="seikyu.exe")]

    [found] = courses(seen(rows), BOTH)

    assert set(fired(found)) == {3}, "nor is the same file, fetched a second time"
    assert found.patterns == (2,)


def test_what_came_before_the_first_sign_is_no_tool_though_nobody_wrote_down_its_name(infection: Infection, seen: Seen):
    rows = [infection.download(0, file__name=None), infection.virus(1)]

    [found] = courses(seen(rows), BOTH)

    assert fired(found) == {}


def test_encryption_is_what_happens_on_the_pc_and_not_what_a_gate_calls_a_file(infection: Infection, seen: Seen):
    fetched = infection.company.utm(9, "ランサムウェア", disposition_id=15, **infection.site("tools-mirror.invalid"))

    [found] = courses(seen([infection.virus(), fetched]), BOTH)

    assert fired(found) == {4: uids([fetched])}


def test_a_file_from_a_c_and_c_server_is_a_download_and_no_check_of_its_url(infection: Infection, seen: Seen):
    tool = infection.download(url__hostname="cdn-telemetry.invalid")

    [found] = courses(seen([call := infection.call_on_pc(), tool]), BOTH)

    assert fired(found) == {2: uids([call]), 4: uids([tool])}


def test_a_file_fetched_after_the_mails_attachment_was_opened_is_a_tool(
    company: Company, infection: Infection, seen: Seen
):
    mail = company.mail(0, "不正プログラム検索", severity_id=4, disposition_id=1, file__name=ATTACHMENT)
    tool = infection.download(9)

    [found] = courses(seen([mail, infection.encryption(8), tool]), BOTH)

    assert fired(found)[4] == uids([tool])


@pytest.mark.parametrize(
    "more",
    [
        {"dst_endpoint__port": 110},
        {"email__subject": "請求書"},
        {"src_endpoint__ip": "203.0.113.9", "dst_endpoint__ip": "192.168.10.27", "url__hostname": None},
    ],
    ids=["fetched mail", "mail", "brought from outside"],
)
def test_a_bad_file_that_the_machine_did_not_ask_for_is_no_download(more: Row, infection: Infection, seen: Seen):
    download = infection.download(**{"dst_endpoint__ip": "203.0.113.67", **more})

    [found] = courses(with_ports(seen, [infection.virus(), download]), BOTH)

    assert fired(found) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"dst_endpoint__ip": "203.0.113.67", "dst_endpoint__port": 80},
        {"src_endpoint__ip": "203.0.113.67", "src_endpoint__port": 80, "dst_endpoint__ip": "192.168.10.27"},
        {"dst_endpoint__ip": "192.168.10.1", "dst_endpoint__port": 8080},
        {"url__hostname": None, "url__url_string": None},
    ],
    ids=["request", "flow of the file", "through a proxy inside", "nothing but its name"],
)
def test_a_bad_file_that_the_machine_asked_for_is_a_download_however_it_is_written(
    more: Row, infection: Infection, seen: Seen
):
    download = infection.download(**more)

    [found] = courses(with_ports(seen, [infection.virus(), download]), BOTH)

    assert fired(found) == {4: uids([download])}


def test_a_blocked_download_is_seen_and_means_that_the_virus_wanted_a_tool(infection: Infection, seen: Seen):
    rows = [infection.virus(), tool := infection.download(disposition_id=BLOCKED)]

    [found] = courses(seen(rows), BOTH)

    assert (fired(found), found.patterns) == ({4: uids([tool])}, (3,))


def test_a_site_that_another_sensor_calls_c_and_c_is_a_call_too(infection: Infection, seen: Seen):
    where = infection.site("cdn-telemetry.invalid")
    bad_site = infection.company.utm(5, "不正サイト", disposition_id=BLOCKED, **where)
    elsewhere = infection.company.utm(5, "不正サイト", disposition_id=BLOCKED, url__hostname="ads.invalid")

    [found] = courses(seen([infection.call_on_pc(), bad_site, elsewhere]), BOTH)

    assert fired(found)[3] == uids([bad_site])


def test_a_server_known_by_its_address_is_found_again_by_its_address(infection: Infection, seen: Seen):
    there = {"dst_endpoint__ip": "203.0.113.66"}
    by_address = infection.company.utm(5, "不正サイト", **there)
    other_name = infection.company.utm(5, "不正サイト", url__hostname="shop.example", **there)

    [found] = courses(seen([infection.call_on_pc(**there), by_address, other_name]), BOTH)

    assert fired(found)[3] == uids([by_address]), "many names may share an address"


def test_who_asks_the_resolver_for_a_bad_name_and_who_asks_it_anything_are_two(infection: Infection, seen: Seen):
    resolver = {"dst_endpoint__ip": "198.51.100.2", "dst_endpoint__port": 53}
    bad_name = infection.call_at_gate(**resolver)
    anything = infection.company.utm(6, "不正サイト", **resolver)

    [found] = courses(with_ports(seen, [bad_name, anything]), BOTH)

    assert fired(found) == {3: uids([bad_name])}


def test_a_new_program_after_the_call_is_the_tool_at_work(infection: Infection, seen: Seen):
    company = infection.company
    call = infection.call_at_gate(5)
    made = company.edr(8, "アプリがファイル生成", 3, file__name="nettool.exe")
    started = company.edr(9, "未登録アプリケーション", file__name="nettool.exe")
    rows = [
        infection.virus(),
        company.edr(4, "未登録アプリケーション", file__name="before.exe"),
        company.edr(4, "未登録アプリケーション"),
        call,
        company.edr(6, "未登録アプリケーション", file__name="before.exe"),
        company.edr(6, "未登録アプリケーション", 2, file__name="unimportant.exe"),
        company.edr(7, "アプリがファイル生成", 3, file__name="図面.dxf"),
        company.edr(7.5, "Microsoft Defenderによる検知", file__name=ATTACHMENT),
        made,
        started,
    ]

    [found] = courses(seen(rows), BOTH)

    assert fired(found) == {3: uids([call]), 5: uids([made, started])}
    assert found.patterns == (3,)


def test_the_move_that_brought_the_virus_to_a_machine_is_not_yet_a_tool_there(infection: Infection, seen: Seen):
    moved = infection.company.rule(infection.company.edr(0, "不審なOSコマンド実行", 3), "lateral_movement", 4)
    went_on = infection.company.rule(infection.company.edr(30, "不審なOSコマンド実行", 3), "lateral_movement", 4)

    [came] = courses(seen([moved, infection.encryption()]), BOTH)
    [hand] = courses(seen([moved, infection.encryption(), went_on]), BOTH)

    assert (came.patterns, set(fired(came))) == ((1,), {1})
    assert (hand.patterns, fired(hand)[5]) == ((3,), uids([went_on]))


def test_what_names_the_fetched_file_is_the_tool_at_work_by_name_or_by_hash(infection: Infection, seen: Seen):
    company, sha256 = infection.company, "ab" * 32
    tool = infection.download(file__name="n.exe", file__hashes__sha256=sha256)
    by_name = company.edr(12, "不審なOSコマンド実行", 3, file__name="N.exe")
    encrypted = infection.encryption(file__hashes__sha256=sha256.upper())

    [found] = courses(seen([infection.virus(), tool, by_name, encrypted]), BOTH)

    assert fired(found) == {1: uids([encrypted]), 4: uids([tool]), 5: uids([by_name, encrypted])}


def test_two_machines_have_a_course_each_and_share_what_is_known_of_servers(infection: Infection, seen: Seen):
    company, where = infection.company, infection.site("cdn-telemetry.invalid")
    other = company.utm(3, "不正サイト", 3, "192.168.10.28", **where)
    named = company.edr(2, "不審なOSコマンド実行", 3, **OTHER_PC)

    first, second = courses(seen([infection.virus(), infection.call_at_gate(), infection.tool(), other, named]), BOTH)

    assert (first.machine, first.patterns, set(fired(first))) == ("PC-07", (3,), {3, 5})
    assert (second.machine, second.patterns, fired(second)) == ("PC-08", (2,), {3: uids([other])})


def test_a_machine_that_got_another_address_is_one(infection: Infection, seen: Seen):
    moved = infection.encryption() | {"device.ip": "192.168.10.99"}

    [found] = courses(seen([infection.virus(), infection.call_at_gate(), moved]), BOTH)

    assert (found.machine, set(fired(found))) == ("PC-07", {1, 3})


def test_a_mail_to_somebody_else_brought_nothing_to_this_machine(company: Company, infection: Infection, seen: Seen):
    letter = {"severity_id": 4, "disposition_id": 1, "file__name": ATTACHMENT}
    opened = company.edr(4, "アプリがOSコマンド実行")

    assert courses(seen([company.mail(0, "不正プログラム検索", "sato@c901.example.co.jp", **letter), opened])) == ()
    assert len(courses(seen([company.mail(0, "不正プログラム検索", **letter), opened]))) == 1


def test_an_address_is_the_machine_that_had_it_nearest_in_time(infection: Infection, seen: Seen):
    company = infection.company
    later = company.edr(600, "不審なOSコマンド実行", 3, host="PC-08", actor__user__name="sato")

    [found] = courses(seen([infection.virus(), infection.call_at_gate(), later]), BOTH)

    assert (found.machine, set(fired(found))) == ("PC-07", {3})


def test_a_call_from_a_machine_that_nobody_named_says_so(infection: Infection, seen: Seen):
    call = infection.call_at_gate()
    nameless = infection.call_at_gate() | {"src_endpoint.ip": None}

    [by_address] = courses(seen([call]))
    [unknown] = courses(seen([nameless]))
    [only_one] = courses(seen([infection.virus(), nameless]))

    assert (by_address.machine, by_address.points[0].cause) == ("192.168.10.27", Cause.NO_EDR)
    assert (unknown.machine, unknown.points[0].cause) == ("", Cause.MACHINE_UNKNOWN)
    assert (only_one.machine, set(fired(only_one))) == ("PC-07", {3}), "it belongs to the story's only machine"


def test_an_edr_on_another_pc_of_the_story_is_not_on_this_one(infection: Infection, seen: Seen):
    company = infection.company
    elsewhere = company.edr(1, "不審なOSコマンド実行", 3, **OTHER_PC)

    [found] = courses(seen([infection.virus(), infection.call_at_gate(), elsewhere]))
    [by_address] = courses(seen([infection.call_at_gate(), elsewhere]))

    assert [point.cause for point in found.points if point.number in (1, 2, 5)] == [Cause.NO_EDR_ON_MACHINE] * 3
    assert by_address.points[0].cause is Cause.MACHINE_UNKNOWN, "the address may be any machine's"


@pytest.mark.parametrize(
    ("url", "port", "cause"),
    [
        ("http://cdn-telemetry.invalid/gate", 8080, None),
        ("https://cdn-telemetry.invalid/gate", 8443, Cause.ENCRYPTED),
        ("http://cdn-telemetry.invalid/", 443, Cause.ENCRYPTED),
        (None, 443, Cause.ENCRYPTED),
        ("cdn-telemetry.invalid/gate", 80, None),
        (None, 4444, Cause.MAYBE_ENCRYPTED),
        (None, None, Cause.MAYBE_ENCRYPTED),
    ],
)
def test_the_url_or_else_the_port_tells_whether_the_gate_can_read(
    url: str | None, port: int | None, cause: Cause | None, infection: Infection, seen: Seen
):
    call = infection.call_at_gate(url__url_string=url, dst_endpoint__port=port)

    [found] = courses(with_ports(seen, [call]), ONLY_UTM)

    assert found.points[3].cause is cause


def test_one_destination_over_https_hides_the_download(infection: Infection, seen: Seen):
    looked_up = infection.call_at_gate(4, url__url_string=None)
    over_http = infection.call_at_gate(5)
    other = infection.call_at_gate(6, url__hostname="b.invalid", url__url_string="https://b.invalid/")

    [readable] = courses(seen([looked_up, over_http]), ONLY_UTM)
    [hidden] = courses(seen([looked_up, over_http, other]), ONLY_UTM)

    assert readable.points[3].sight is Sight.NOTHING, "the name lookup went to a destination known to speak http"
    assert (hidden.points[3].sight, hidden.points[3].cause) == (Sight.BLIND, Cause.ENCRYPTED)
