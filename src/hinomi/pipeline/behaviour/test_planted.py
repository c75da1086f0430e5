"""What an intruder does shows in raw lines of real devices, told in a sentence with its numbers; nothing else is."""

from datetime import timedelta
from random import Random

from hinomi.pipeline.behaviour.conftest import (
    LAST,
    Line,
    Tower,
    at,
    defender,
    dnsmasq,
    fortigate,
    machine,
    microsoft_365,
    workdays,
    worked,
)


def beacon(number: int = 2, peer: str = "203.0.113.66", minutes: float = 5, jitter: float = 0.2) -> list[Line]:
    random = Random(number)
    ip, name = machine("101", number)
    moment, lines = at(LAST, "10:00:00"), []
    while moment < at(LAST, "16:00:00"):
        lines.append(fortigate(moment, ip, peer, name=name, host="cdn-telemetry.invalid", sent=400, received=300))
        moment += timedelta(minutes=minutes * (1 + random.uniform(-jitter, jitter)))
    return lines


def test_ordinary_weeks_say_nothing_and_a_round_without_news_neither(tower: Tower):
    assert tower.look().is_empty()
    assert tower.found() == {}


def test_a_beacon_is_found_and_a_polling_program_is_not(tower: Tower):
    tower.receive("101", "fortinet_fortigate", beacon())
    tower.look()

    (said,) = tower.found().pop("beaconing")
    assert "「PC-02」" in said
    assert "「cdn-telemetry.invalid」" in said
    assert "約 5 分おき" in said
    assert "15 営業日" in said
    assert set(tower.found()) == {"beaconing"}


def test_nothing_is_said_while_learning(new_tower: Tower):
    worked(new_tower, workdays(first=LAST - timedelta(days=5)))
    new_tower.receive("101", "fortinet_fortigate", beacon())
    assert new_tower.look().is_empty()


def test_what_another_company_uses_is_no_beacon(tower: Tower):
    tower.receive("101", "fortinet_fortigate", beacon())
    visit = fortigate(at(LAST, "09:10:00"), machine("102", 1)[0], "203.0.113.66", host="cdn-telemetry.invalid")
    tower.receive("102", "fortinet_fortigate", [visit])
    assert tower.look().is_empty()


def test_a_scan_inside_is_found(tower: Tower):
    ip, name = machine("101", 3)
    tries = [
        fortigate(at(LAST, "14:00:00") + timedelta(seconds=4 * n), ip, f"192.168.10.{100 + n}", name=name, port=445)
        for n in range(40)
    ]
    tower.receive("101", "fortinet_fortigate", tries)
    tower.look()

    assert tower.found() == {
        "inside_scan": [
            "「PC-03」が、約 1 分のあいだに社内の 20 台へ次々に接続を試みました"
            "(遠隔操作やファイル共有の入口 445 番を含む)"
            "(この機器がこれまで 1 日に通信した社内の相手は最大 0 台、この会社の記録は 15 営業日分)。"
        ]
    }


def test_a_large_upload_at_night_is_found(tower: Tower):
    ip, name = machine("101", 4)
    parts = [
        fortigate(at(LAST, f"23:{minute:02d}:00"), ip, "203.0.113.77", name=name, sent=100 << 20)
        for minute in range(30, 38)
    ]
    tower.receive("101", "fortinet_fortigate", parts)
    tower.look()

    assert tower.found() == {
        "large_upload": [
            "「PC-04」が夜間に、ほかのどの会社も使っていない外部の相手「203.0.113.77」へ 1 日で 800 MB を送りました"
            "(この機器が過去 15 営業日に 1 日で送った最大は 7.9 KB)。"
        ]
    }


def test_the_first_contact_with_a_country_is_found(tower: Tower):
    ip, name = machine("101", 1)
    tower.receive(
        "101",
        "fortinet_fortigate",
        [fortigate(at(LAST, "11:00:00"), ip, "203.0.113.80", name=name, country="Kazakhstan")],
    )
    tower.look()

    (said,) = tower.found()["new_country"]
    assert "15 営業日のあいだ一度も通信しなかった国「カザフスタン」" in said


def test_a_camera_that_meets_somebody_new_is_found_and_a_pc_is_not(tower: Tower):
    camera, pc = machine("101", 90)[0], machine("101", 2)
    tower.receive(
        "101",
        "fortinet_fortigate",
        [
            fortigate(at(LAST, "11:00:00"), camera, "203.0.113.81", host="odd-place.invalid"),
            fortigate(at(LAST, "11:00:00"), pc[0], "203.0.113.82", name=pc[1], host="new-shop.invalid"),
        ],
    )
    tower.look()

    (said,) = tower.found()["rare_destination"]
    assert f"「{camera}」" in said
    assert "「odd-place.invalid」" in said


def test_traffic_far_above_the_past_is_found(tower: Tower):
    ip, name = machine("101", 1)
    tower.receive(
        "101",
        "fortinet_fortigate",
        [fortigate(at(LAST, "11:00:00"), ip, "198.51.100.11", name=name, host="site-1.example", received=5 << 30)],
    )
    tower.look()

    (said,) = tower.found()["traffic_above_past"]
    assert said.startswith("「PC-01」の 1 日の通信量が 5.0 GB に達しました")


def test_a_tunnel_through_names_is_found_and_told_of_the_machine(tower: Tower):
    random = Random(7)
    ip, _ = machine("101", 1)
    asked = [
        line
        for number in range(150)
        for line in dnsmasq(
            at(LAST, "13:00:00") + timedelta(seconds=8 * number),
            ip,
            f"{random.getrandbits(160):040x}.t.odd-names.invalid",
        )
    ]
    tower.receive("101", "dnsmasq", asked)
    tower.look()

    (said,) = tower.found()["dns_tunnel"]
    assert said.startswith("「PC-01」が、ほかのどの会社も使っていない「odd-names.invalid」の下の、")
    assert "種類以上も問い合わせており" in said


def test_generated_names_are_found_though_the_reply_names_nobody(tower: Tower):
    random = Random(3)
    ip, _ = machine("101", 2)
    letters = "abcdefghijklmnopqrstuvwxyz"
    asked = [
        line
        for number in range(30)
        for line in dnsmasq(
            at(LAST, "15:00:00") + timedelta(seconds=20 * number),
            ip,
            f"{''.join(random.choices(letters, k=14))}.example",
            missing=True,
        )
    ]
    tower.receive("101", "dnsmasq", asked)
    tower.look()

    (said,) = tower.found()["generated_names"]
    assert said.startswith("「PC-02」が、1 時間のうちに")


def test_a_sign_in_at_night_is_found_and_a_late_worker_is_not(tower: Tower):
    days = [(day, "10:00:00") for day in workdays()] + [(LAST, "02:30:00")]
    early = [microsoft_365(at(day, clock), "tanaka@factory.example", "192.0.2.7") for day, clock in days]
    late = [microsoft_365(at(day, "23:30:00"), "sato@factory.example", "192.0.2.7") for day in workdays()]
    tower.receive("101", "microsoft_365_audit", early + late)
    tower.look()

    assert tower.found() == {
        "sign_in_at_night": [
            "「tanaka@factory.example」が 2 時台にサインインしました(接続元 192.0.2.7)が、過去 15 営業日の"
            "この人のサインインは、どれもこの時刻から 8 時間以上離れています。"
        ]
    }


def test_impossible_travel_is_found_and_a_journey_is_only_new(tower: Tower):
    people = ("tanaka@factory.example", "sato@factory.example")
    usual = [defender(at(day, "09:00:00"), person, "192.0.2.7", "JP") for day in workdays() for person in people]
    abroad = [
        defender(at(LAST, "09:40:00"), people[0], "203.0.113.90", "RU"),
        defender(at(LAST, "20:40:00"), people[1], "203.0.113.91", "DE"),
    ]
    tower.receive("101", "microsoft_defender_xdr", usual + abroad)
    tower.look()

    found = tower.found()
    assert found["impossible_travel"] == [
        "「tanaka@factory.example」が「日本」でサインインした 40 分後に、移動できるはずのない「ロシア」から"
        "(接続元 203.0.113.90)サインインしました。"
    ]
    assert len(found["sign_in_from_new_country"]) == 2
    assert set(found) == {"impossible_travel", "sign_in_from_new_country"}
