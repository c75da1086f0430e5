"""What an intruder does shows in raw lines of real devices, told in a sentence with its numbers; nothing else is."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from hinomi.pipeline.behaviour.conftest import (
    LAST,
    Line,
    Tower,
    at,
    copied,
    defender,
    dnsmasq,
    fortigate,
    machine,
    microsoft_365,
    workdays,
    worked,
)

TRAVELLERS = ("tanaka@factory.example", "sato@factory.example")


def beacon() -> list[Line]:
    """A call every five minutes, a fifth sooner or later."""
    random = Random(2)
    ip, name = machine("101", 2)
    moment, lines = at(LAST, "10:00:00"), []
    while moment < at(LAST, "16:00:00"):
        lines.append(fortigate(moment, ip, "203.0.113.66", name=name, host="cdn-telemetry.invalid", sent=400))
        moment += timedelta(minutes=5 * (1 + random.uniform(-0.2, 0.2)))
    return lines


def scan() -> list[Line]:
    ip, name = machine("101", 3)
    begin = at(LAST, "14:00:00")
    return [
        fortigate(begin + timedelta(seconds=4 * n), ip, f"192.168.10.{100 + n}", name=name, port=445) for n in range(40)
    ]


def upload() -> list[Line]:
    ip, name = machine("101", 4)
    minutes = (at(LAST, f"23:{minute}:00") for minute in range(30, 38))
    return [fortigate(moment, ip, "203.0.113.77", name=name, sent=100 << 20) for moment in minutes]


def visits() -> list[Line]:
    """A new country; a camera and a PC that meet somebody new; a machine that fetches far more than ever."""
    noon, camera = at(LAST, "11:00:00"), machine("101", 90)[0]
    one, two = machine("101", 1), machine("101", 2)
    return [
        fortigate(noon, one[0], "203.0.113.80", name=one[1], country="Kazakhstan"),
        fortigate(noon, camera, "203.0.113.81", host="odd-place.invalid"),
        fortigate(noon, two[0], "203.0.113.82", name=two[1], host="new-shop.invalid"),
        fortigate(noon, one[0], "198.51.100.11", name=one[1], host="site-1.example", received=5 << 30),
    ]


def names() -> list[Line]:
    """A tunnel from one machine, names made by a formula from another; the replies name nobody."""
    random = Random(7)
    first, second = machine("101", 1)[0], machine("101", 2)[0]
    begin = at(LAST, "13:00:00")
    tunnel = [
        dnsmasq(begin + timedelta(seconds=8 * n), first, f"{random.getrandbits(160):040x}.t.odd-names.invalid")
        for n in range(150)
    ]
    letters = "abcdefghijklmnopqrstuvwxyz"
    made = [
        dnsmasq(
            begin + timedelta(seconds=20 * n), second, f"{''.join(random.choices(letters, k=14))}.example", missing=True
        )
        for n in range(30)
    ]
    return [line for lines in tunnel + made for line in lines]


@pytest.fixture(scope="module")
def found(past: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said where all of it happens on one day, after ordinary weeks."""
    tower = copied(past, tmp_path_factory.mktemp("planted") / "tower")
    tower.receive("101", "fortinet_fortigate", beacon() + scan() + upload() + visits())
    tower.receive("101", "dnsmasq", names())
    late = [microsoft_365(at(day, "23:30:00"), "mori@factory.example", "192.0.2.7") for day in workdays()]
    early = [microsoft_365(at(day, "10:00:00"), "abe@factory.example", "192.0.2.7") for day in workdays()]
    odd = [microsoft_365(at(LAST, "02:30:00"), "abe@factory.example", "192.0.2.7")]
    tower.receive("101", "microsoft_365_audit", early + late + odd)
    usual = [defender(at(day, "09:00:00"), person, "192.0.2.7", "JP") for day in workdays() for person in TRAVELLERS]
    abroad = [
        defender(at(LAST, "09:40:00"), TRAVELLERS[0], "203.0.113.90", "RU"),
        defender(at(LAST, "20:40:00"), TRAVELLERS[1], "203.0.113.91", "DE"),
    ]
    tower.receive("101", "microsoft_defender_xdr", usual + abroad)
    tower.look()
    assert tower.found("102") == {}
    return tower.found()


def test_a_round_without_news_says_nothing(tower: Tower):
    assert tower.look().is_empty()


def test_a_beacon_is_found_and_a_polling_program_is_not(found: dict[str, list[str]]):
    (said,) = found["beaconing"]
    for word in ("「PC-02」", "「cdn-telemetry.invalid」", "約 5 分おき", "32 回", "13 営業日"):
        assert word in said


def test_a_scan_inside_is_found(found: dict[str, list[str]]):
    assert found["inside_scan"] == [
        "「PC-03」が、約 1 分のあいだに社内の 20 台へ次々に接続を試みました"
        "(遠隔操作やファイル共有の入口 445 番を含む)"
        "(この機器がこれまで 1 日に通信した社内の相手は最大 0 台、この会社の記録は 13 営業日分)。"
    ]


def test_a_large_upload_at_night_is_found(found: dict[str, list[str]]):
    assert found["large_upload"] == [
        "「PC-04」が夜間に、ほかのどの会社も使っていない外部の相手「203.0.113.77」へ 1 日で 800 MB を送りました"
        "(この機器が過去 13 営業日に 1 日で送った最大は 7.9 KB)。"
    ]


def test_the_first_contact_with_a_country_is_found(found: dict[str, list[str]]):
    (said,) = found["new_country"]
    assert "13 営業日のあいだ一度も通信しなかった国「カザフスタン」" in said


def test_a_camera_that_meets_somebody_new_is_found_and_a_pc_is_not(found: dict[str, list[str]]):
    (said,) = found["rare_destination"]
    assert f"「{machine('101', 90)[0]}」" in said
    assert "「odd-place.invalid」" in said


def test_traffic_far_above_the_past_is_found(found: dict[str, list[str]]):
    (said,) = found["traffic_above_past"]
    assert said.startswith("「PC-01」の 1 日の通信量が 5.0 GB に達しました")


def test_a_tunnel_through_names_is_told_of_the_machine(found: dict[str, list[str]]):
    (said,) = found["dns_tunnel"]
    assert said.startswith("「PC-01」が、ほかのどの会社も使っていない「odd-names.invalid」の下の、")
    assert "150 種類以上" in said


def test_generated_names_are_found_though_the_reply_names_nobody(found: dict[str, list[str]]):
    (said,) = found["generated_names"]
    assert said.startswith("「PC-02」が、1 時間のうちに")


def test_a_sign_in_at_night_is_found_and_a_late_worker_is_not(found: dict[str, list[str]]):
    assert found["sign_in_at_night"] == [
        "「abe@factory.example」が 2 時台にサインインしました(接続元 192.0.2.7)が、過去 13 営業日の"
        "この人のサインインは、どれもこの時刻から 8 時間以上離れています。"
    ]


def test_impossible_travel_is_found_and_a_journey_is_only_new(found: dict[str, list[str]]):
    assert found["impossible_travel"] == [
        "「tanaka@factory.example」が「日本」でサインインした 40 分後に、移動できるはずのない「ロシア」から"
        "(接続元 203.0.113.90)サインインしました。"
    ]
    assert [said.partition("が")[0] for said in found["sign_in_from_new_country"]] == [
        f"「{one}」" for one in TRAVELLERS
    ]


def test_each_is_found_once_and_nothing_else_is(found: dict[str, list[str]]):
    assert sum(map(len, found.values())) == 12


def test_nothing_is_said_while_learning(new_tower: Tower):
    worked(new_tower, workdays(first=LAST - timedelta(days=5)))
    new_tower.receive("101", "fortinet_fortigate", beacon() + scan() + visits())
    assert new_tower.look().is_empty()


def test_what_another_company_uses_is_no_beacon(tower: Tower):
    visit = fortigate(at(LAST, "09:10:00"), machine("102", 1)[0], "203.0.113.66", host="cdn-telemetry.invalid")
    tower.receive("101", "fortinet_fortigate", beacon())
    tower.receive("102", "fortinet_fortigate", [visit])
    assert tower.look().is_empty()
