"""Findings are joined by machine: who had the address then, by the right clock, and who logged on to whom."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.ocsf.incident import Story
from hinomi.pipeline.correlate import stories
from hinomi.pipeline.correlate.conftest import MORNING, Company, Row
from hinomi.pipeline.correlate.test_invariance import days
from hinomi.pipeline.surroundings import Surroundings
from hinomi.pipeline.surroundings.conftest import Site, agent, gate, lease, logon
from hinomi.pipeline.surroundings.test_skew import seen_by_both

ADDRESS = "192.168.10.27"
WENT_THROUGH = 15


def members(found: Iterable[Story]) -> set[frozenset[str]]:
    return {story.members for story in found}


def uids(*rows: Row) -> frozenset[str]:
    return frozenset(str(row["metadata.uid"]) for row in rows)


def call(company: Company, at: float, ip: str = ADDRESS, site: str = "cnc.invalid", **more: Any) -> Row:
    return company.utm(at, "C&Cコールバック", 4, ip, url__hostname=site, disposition_id=WENT_THROUGH, **more)


def command(company: Company, at: float, host: str, ip: str | None = None, user: str | None = None) -> Row:
    """What an EDR says that need not know the address."""
    user = user or f"user-of-{host}"
    return company.edr(at, "不審なOSコマンド実行", 4, host, ip or "", actor__user__name=user) | {"device.ip": ip}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def relet(site: Site) -> Site:
    """At eleven the address goes from the one PC to the other."""
    return site.deliver([lease(-10, ADDRESS, "PC-01"), lease(60, ADDRESS, "PC-02")])


def test_a_finding_with_an_address_alone_is_the_machines_that_had_it_then(company: Company, told: Any, relet: Site):
    first = [call(company, 50, site="a.invalid"), command(company, 55, "PC-01")]
    second = [call(company, 65, site="b.invalid"), command(company, 70, "pc-02.plant.example")]

    found = stories(told([*first, *second]), surroundings=relet.around())

    assert members(found) == {uids(*first), uids(*second)}
    assert [story.host for story in found] == ["PC-01", "PC-02"]
    assert [story.address for story in found] == [ADDRESS, ADDRESS]


def test_what_happened_beside_it_is_shown_with_the_machine_that_had_the_address_then(
    company: Company, told: Any, relet: Site
):
    """Shown with both it would be a finding of two stories, and make one incident of them."""
    first, second = call(company, 50, site="a.invalid"), call(company, 75, site="b.invalid")
    slight = company.utm(65, "業務外サイト", 1, ADDRESS)

    found = stories(told([first, slight, second]), surroundings=relet.around())

    assert [story.findings for story in found] == [uids(first), uids(slight, second)]


def test_two_machines_that_had_one_address_an_hour_apart_are_never_joined(company: Company, told: Any, site: Site):
    """Nobody saw when it changed hands: what happened in between is nobody's."""
    around = site.deliver([agent(0, "PC-01", ADDRESS), agent(60, "PC-02", ADDRESS)]).around()
    first, between, second = command(company, 1, "PC-01"), call(company, 30), command(company, 61, "PC-02")

    found = stories(told([first, between, second]), surroundings=around)

    assert members(found) == {uids(first), uids(between), uids(second)}


def test_who_had_an_address_is_said_with_the_link(company: Company, told: Any, relet: Site):
    virus = company.utm(50, "不正プログラム", 4, ADDRESS, disposition_id=WENT_THROUGH)

    [story] = stories(told([call(company, 45), virus]), surroundings=relet.around())

    assert story.host == "PC-01"
    assert [link.reason for link in story.links] == [
        f"同じIPアドレス {ADDRESS}(このとき「PC-01」が使用)で、5分後に起きました。"
    ]


def test_a_machine_that_the_gate_calls_otherwise_is_one_and_shown_by_its_own_name(
    company: Company, told: Any, site: Site
):
    seen_together = [
        row for at in (-300, -200, -100) for row in (agent(at, "PC-01", ADDRESS), gate(at, ADDRESS, name="NOTE"))
    ]
    around = site.deliver(seen_together).around()
    named, own = call(company, 0, "192.168.10.99", src_endpoint__hostname="NOTE"), command(company, 5, "PC-01")

    [story] = stories(told([named, own]), surroundings=around)

    assert story.members == uids(named, own)
    assert story.spread is not None
    assert (story.host, story.spread.machines) == ("PC-01", ("PC-01",))


@pytest.mark.parametrize("ahead", [10, -10])
def test_by_a_wrong_clock_an_address_is_not_taken_for_its_next_holders(
    company: Company, told: Any, site: Site, ahead: int
):
    """Five minutes before or after eleven by the right clock, it is the other side of eleven by the gate's."""
    around = site.deliver(
        [*seen_by_both(ahead), lease(-10, "192.168.10.77", "PC-71"), lease(60, "192.168.10.77", "PC-72")]
    ).around()
    really = 60 - ahead / 2
    seen = call(company, really + ahead, "192.168.10.77")
    own = command(company, really + 1, "PC-71" if ahead > 0 else "PC-72")
    other = command(company, really - 1, "PC-72" if ahead > 0 else "PC-71")

    found = stories(told([seen, own, other]), surroundings=around)

    assert members(found) == {uids(seen, own), uids(other)}
    [entry] = [line for story in found for line in story.timeline if line.finding == seen["metadata.uid"]]
    assert entry.time == seen["time"], "the time is told as it was written"
    assert f"この機器の時計は約10分{'進んで' if ahead > 0 else '遅れて'}います" in entry.detail


def test_an_edr_that_delivers_twelve_minutes_later_adds_to_the_story(company: Company, told: Any, relet: Site):
    seen, own = call(company, 30), command(company, 30.5, "PC-01")
    [before] = stories(told([seen]), surroundings=relet.around())
    relet.deliver([agent(30.5, "PC-01", ADDRESS)])

    [after] = stories(told([own, seen]), surroundings=relet.around())

    assert after.uid == before.uid
    assert after.members == uids(seen, own)


def test_two_infections_at_once_stay_two(company: Company, told: Any, site: Site):
    """Both PCs use the same file server, as every day."""
    pcs = {f"PC-0{n}": f"192.168.10.{n}" for n in (1, 2)}
    around = site.deliver(
        [
            *(agent(at, host, ip) for host, ip in pcs.items() for at in range(-60, 60, 20)),
            *(logon(at, "SERVER", ip) for ip in pcs.values() for at in range(-60, 60, 20)),
        ]
    ).around()
    mine = {host: [command(company, 1, host), call(company, 2, ip, f"{host}.invalid")] for host, ip in pcs.items()}

    found = stories(told([row for rows in mine.values() for row in rows]), surroundings=around)

    assert members(found) == {uids(*rows) for rows in mine.values()}


def test_a_mail_is_joined_to_what_its_reader_s_machine_did_though_no_sensor_names_the_reader(
    company: Company, told: Any, site: Site
):
    """A company without an EDR: the proxy knows who sits where."""
    around = site.deliver([lease(-30, ADDRESS, "PC-01"), gate(-5, ADDRESS, user__name="EXAMPLE\\Yamada")]).around()
    mail = company.mail(0, "不正プログラム検索", severity_id=4, disposition_id=1)
    other = company.mail(1, "不正プログラム検索", "sato@c901.example.co.jp", severity_id=4, disposition_id=1)
    seen = call(company, 30)

    found = stories(told([mail, other, seen]), surroundings=around)

    assert members(found) == {uids(mail, seen), uids(other)}
    assert {story.user for story in found} == {"yamada", "sato"}


def spreading(company: Company) -> tuple[list[Row], list[Row]]:
    """From PC-01 by a share to PC-02, from there over remote desktop to PC-03: findings, and what else was logged."""
    pcs = {f"PC-0{n}": f"192.168.10.{n}" for n in (1, 2, 3)}
    events = [agent(at, host, ip) for host, ip in pcs.items() for at in range(-60, 200, 20)]
    events += [logon(20, "PC-02", pcs["PC-01"], kind=3), logon(50, "PC-03.plant.example", pcs["PC-02"], kind=10)]
    findings = [
        call(company, 0, pcs["PC-01"]),
        command(company, 5, "PC-01"),
        command(company, 22, "PC-02"),
        command(company, 55, "PC-03"),
    ]
    return findings, events


def test_one_infection_over_three_machines_is_one_story(company: Company, told: Any, site: Site):
    findings, events = spreading(company)

    [story] = stories(told(findings), surroundings=site.deliver(events).around())

    assert story.members == uids(*findings)
    assert "spread" in {stage.name for stage in story.stages}
    reasons = [link.reason for link in story.links if link.kind == "logon"]
    assert reasons == [
        "「PC-01」と「PC-02」の間に、ログオンや共有の利用がありました。",
        "「PC-02」と「PC-03」の間に、ログオンや共有の利用がありました。",
    ]
    assert story.spread is not None
    assert story.spread.machines == ("PC-01", "PC-02", "PC-03")


def test_without_a_logon_between_them_three_machines_are_three_stories(company: Company, told: Any, site: Site):
    findings, events = spreading(company)
    around = site.deliver([event for event in events if event["class_uid"] != 3002]).around()

    assert len(stories(told(findings), surroundings=around)) == 3


@pytest.mark.parametrize("at", [-30, 40 * 60], ids=["before the infection", "two days later"])
def test_a_logon_at_another_time_joins_nothing(company: Company, told: Any, site: Site, at: int):
    findings = [command(company, 0, "PC-01"), command(company, 30, "PC-02")]
    around = site.deliver([agent(at, "PC-01", "192.168.10.1"), logon(at, "PC-02", "192.168.10.1")]).around()

    assert len(stories(told(findings), surroundings=around)) == 2


def test_a_finding_about_a_logon_joins_both_ends(company: Company, told: Any, site: Site):
    """A rule of ours over the target's own log, which has the address of where it came from."""
    around = site.deliver([agent(0, "PC-01", ADDRESS)]).around()
    infected = command(company, 0, "PC-01")
    came = company.finding(
        20, sensor="901-pc", source="windows_forwarded", device__hostname="PC-02", src_endpoint__ip=ADDRESS
    )
    service = company.rule(came, "lateral_movement", 4)

    [story] = stories(told([infected, service]), surroundings=around)

    assert story.members == uids(infected, service)
    assert [link.kind for link in story.links] == ["logon"]


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> Surroundings:
    """Three PCs of which two swap their addresses at noon, and logons between them; the gate's clock is fast."""
    site = Site(tmp_path_factory.mktemp("around"))
    swapped = {1: 2, 2: 1, 3: 3}
    events = [lease(-10, f"10.0.0.{n}", f"PC-{n}") for n in swapped]
    events += [lease(120, f"10.0.0.{n}", f"PC-{other}") for n, other in swapped.items()]
    events += [logon(at, f"PC-{at % 3 + 1}", f"10.0.0.{(at + 1) % 3 + 1}") for at in range(0, 3000, 100)]
    return site.deliver([*events, *seen_by_both(10, days=3)]).around()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=days(), data=st.data())
def test_the_order_of_delivery_changes_nothing_and_telling_twice_neither(
    rows: list[Row], data: st.DataObject, told: Any, around: Surroundings
):
    shuffled = data.draw(st.permutations(rows))

    found = stories(told(rows), surroundings=around)

    assert stories(told(shuffled), surroundings=around) == found
    assert stories(told([*shuffled, *rows]), surroundings=around) == found
    held = [uid for story in found for uid in story.members]
    assert len(held) == len(set(held))
    written = {row["metadata.uid"]: row["time"] for row in rows}
    for story in found:
        assert all(line.time == written[line.finding] for line in story.timeline)
        assert story.first_seen >= MORNING - timedelta(days=1)
