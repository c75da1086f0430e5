from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from hinomi.library import catalog
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.correlate import stage, stories, telling
from hinomi.pipeline.correlate.conftest import MORNING, Company, Row

BLOCKED, DELIVERED = 2, 1
HOME = {"url__hostname": "cdn-telemetry.invalid", "url__url_string": "http://cdn-telemetry.invalid/gate"}


def infection(company: Company) -> list[Row]:
    """A mail's attachment on PC-07: what the mail filter, the EDR and the UTM say of it."""
    attachment = "見積依頼.doc"
    opened = company.edr(4, "アプリがOSコマンド実行", file__name=attachment, process__cmd_line="cmd.exe /c powershell")
    return [
        company.mail(0, "不正プログラム検索", severity_id=4, disposition_id=DELIVERED, file__name=attachment),
        opened,
        company.rule(opened, "malware", 4),
        company.utm(5, "C&Cコールバック", 5, disposition_id=15, **HOME),
        company.edr(5.5, "不審な通信先", finding_info__attacks__technique__uid=["T1071"], **HOME),
        company.utm(9, "不正プログラム", disposition_id=BLOCKED, file__name="nettool.zip", malware__name="HackTool"),
        company.edr(14, "未登録アプリケーション", file__name="nettool.exe"),
        company.edr(21, "ファイル暗号化", malware__classification_ids=[10]),
    ]


def scam(company: Company) -> list[Row]:
    """A notification, a fake warning and then AnyDesk on PC-12; no EDR verdict is grave."""
    pc = {"host": "PC-12", "ip": "192.168.10.32", "actor__user__name": "suzuki"}
    page = company.utm(100, "", 2, "192.168.10.32", url__hostname="push-news.test", disposition_id=DELIVERED)
    warning = company.utm(
        120, "不正サイト", 3, "192.168.10.32", url__hostname="pc-warning.invalid", disposition_id=BLOCKED
    )
    tool = company.edr(140, "未登録アプリケーション", 3, **pc, file__name="AnyDesk.exe")
    return [
        company.rule(page, "support_scam", 2),
        warning,
        company.rule(warning, "support_scam", 3),
        tool,
        company.rule(tool, "remote_control_tool", 3),
    ]


def test_an_infection_seen_by_three_sensors_is_one_story_on_the_right_pc(company: Company, told: Any):
    rows = infection(company)

    [story] = stories(told(rows))

    assert story.findings == {row["metadata.uid"] for row in rows}
    assert (story.host, story.address, story.user) == ("PC-07", "192.168.10.27", "yamada")
    assert (story.kind, story.severity_id) == ("malware_chain", 5)
    assert story.title == "PC-07: ウイルス付きメールから始まり、ファイルの暗号化に至った疑い"
    assert (story.first_seen, story.last_seen) == (MORNING, MORNING + timedelta(minutes=21))
    assert [entry.time for entry in story.timeline] == sorted(row["time"] for row in rows)
    assert {entry.kind for entry in story.timeline} == {"mail", "edr", "utm"}


def test_of_several_views_of_its_first_event_the_title_takes_the_one_that_says_how_it_began(
    company: Company, told: Any
):
    mail, *rest = infection(company)
    rule = company.rule(mail, "mail_phishing", 4) | {"metadata.uid": "a", "finding_info.uid": "a"}
    ran = next(row for row in rest if row["source"] == "keepeye")
    tool = company.rule(ran, "malware", 4) | {"metadata.uid": "b", "finding_info.uid": "b"}

    [whole], [unsent] = stories(told([mail, rule, *rest])), stories(told([tool, *rest]))

    assert whole.title == "PC-07: ウイルス付きメールから始まり、ファイルの暗号化に至った疑い"
    assert unsent.title == "PC-07: 不審なプログラムの実行から始まり、ファイルの暗号化に至った疑い"


def test_every_finding_of_a_story_is_tied_to_another_with_a_reason(company: Company, told: Any):
    [story] = stories(told(infection(company)))

    assert len(story.links) == len(story.timeline) - 1
    assert {end for link in story.links for end in (link.finding, link.other)} == story.findings
    reasons = {link.kind: link.reason for link in story.links}
    assert reasons["file"] == "同じファイル「見積依頼.doc」が関わっています。"
    assert reasons["site"] == "同じ通信先「cdn-telemetry.invalid」が関わっています。"
    assert reasons["host"].startswith("同じPC「PC-07」で、")
    assert reasons["address"] == "同じIPアドレス 192.168.10.27(このとき「PC-07」が使用)で、3分後に起きました。"


def test_data_taken_out_is_a_step_of_an_infection_and_told_as_what_it_came_to(company: Company, told: Any):
    mail, opened, *_ = infection(company)
    packed = company.rule(company.edr(15, "不審なOSコマンド実行", 3), "data_taken_out", 4)

    [story] = stories(told([mail, opened, packed]))

    assert story.kind == "malware_chain"
    assert story.title == "PC-07: ウイルス付きメールから始まり、データの持ち出しに至った疑い"


@pytest.mark.parametrize("kind", ["credential_theft", "data_taken_out", "account_takeover"])
def test_a_title_says_what_the_matter_is_and_what_was_found(company: Company, told: Any, kind: str):
    [story] = stories(told([company.rule(company.edr(0, "アプリがファイル生成", 2), kind, 4)]))

    assert story.title == f"PC-07: {telling.TITLES[kind]}(rule {kind})"


def test_one_sign_in_that_two_of_our_eyes_saw_is_one_story(company: Company, told: Any):
    rule = company.rule(company.finding(0, user__name="yamada", src_endpoint__ip="203.0.113.9"), "account_takeover", 4)
    behaviour = rule | {"metadata.uid": "b", "finding_info.types": ["unusual_sign_in"], "severity_id": 3}

    [story] = stories(told([rule, behaviour]))

    assert story.members == {rule["metadata.uid"], "b"}
    assert [link.reason for link in story.links] == ["同じ1件の記録から、2つの見方で見つかりました。"]


def test_a_support_scam_is_one_story_though_nothing_in_it_is_grave(company: Company, told: Any):
    rows = scam(company)

    [story] = stories(told(rows))

    assert story.findings == {row["metadata.uid"] for row in rows}
    assert (story.kind, story.severity_id, story.host, story.user) == ("support_scam", 4, "PC-12", "suzuki")


def test_two_stories_of_one_company_stay_two(company: Company, told: Any):
    found = stories(told([*scam(company), *infection(company)]))

    assert [story.host for story in found] == ["PC-07", "PC-12"]
    assert found[0].findings.isdisjoint(found[1].findings)


def test_the_remote_control_tool_of_a_maintenance_company_is_no_scam(company: Company, told: Any):
    tool = company.edr(0, "未登録アプリケーション", 3, file__name="AnyDesk.exe")
    warned_later = company.utm(30, "不正サイト", disposition_id=BLOCKED)

    assert stories(told([company.rule(tool, "remote_control_tool", 3), warned_later])) == ()


@pytest.mark.parametrize(
    "quiet",
    [
        lambda c: c.utm(0, "スパムメール", 2),
        lambda c: c.utm(0, "禁止アプリケーション", 3, disposition_id=BLOCKED),
        lambda c: c.utm(0, "URLカテゴリフィルタ", 3, disposition_id=BLOCKED),
        lambda c: c.utm(0, "不正サイト", 4, disposition_id=BLOCKED),
        lambda c: c.utm(0, "不正プログラム", 4, disposition_id=BLOCKED),
        lambda c: c.utm(0, "不正侵入防止(IPS)", 4, "203.0.113.9", disposition_id=15, dst_endpoint__ip="192.168.10.5"),
        lambda c: c.utm(0, "不正侵入防止(IPS)", 5, "203.0.113.9", disposition_id=BLOCKED, dst_endpoint__ip="10.0.0.5"),
        lambda c: c.mail(0, "不正プログラム検索", severity_id=4, disposition_id=3),
        lambda c: c.edr(0, "アプリがOSコマンド実行", 2),
        lambda c: c.edr(0, "Microsoft Defenderによる検知", 4, action_id=2),
        lambda c: c.finding(
            0, sensor="waf", source="modsecurity", severity_id=4, finding_info__title="SQLi", disposition_id=15
        ),
    ],
    ids=[
        "spam",
        "application",
        "category",
        "site",
        "virus",
        "ips from outside",
        "critical ips from outside",
        "mail",
        "edr low",
        "edr stopped",
        "waf",
    ],
)
def test_what_was_stopped_or_is_slight_is_nobodys_work(company: Company, told: Any, quiet: Any):
    assert stories(told([quiet(company)])) == ()


@pytest.mark.parametrize(
    ("grave", "kind"),
    [
        (lambda c: c.edr(0, "不審なOSコマンド実行", 4), "suspicious_command"),
        (lambda c: c.edr(0, "ファイル暗号化", 4, malware__classification_ids=[10]), "ransomware"),
        (lambda c: c.utm(0, "C&Cコールバック", 3, disposition_id=BLOCKED), "cnc_callback"),
        (lambda c: c.utm(0, "不正プログラム", 4, disposition_id=15), "malware"),
        (lambda c: c.utm(0, "不正プログラム", 3, disposition_id=1), "malware"),
        (lambda c: c.utm(0, "ランサムウェア", 2, disposition_id=1), "ransomware"),
        (lambda c: c.utm(0, "不正侵入防止(IPS)", 4, disposition_id=15), "intrusion"),
        (
            lambda c: c.utm(0, "不正侵入防止(IPS)", 5, "203.0.113.9", disposition_id=15, dst_endpoint__ip="10.0.0.5"),
            "intrusion",
        ),
        (lambda c: c.rule(c.utm(0, "", 2, "203.0.113.9", dst_endpoint__ip="10.0.0.5"), "intrusion", 4), "intrusion"),
        (lambda c: c.mail(0, "不正プログラム検索", severity_id=4, disposition_id=DELIVERED), "mail_malware"),
        (lambda c: c.rule(c.edr(0, "アプリがファイル生成", 2), "intrusion", 5), "intrusion"),
    ],
    ids=[
        "command",
        "encryption",
        "c2 even if blocked",
        "virus passed",
        "virus passed that the device calls medium",
        "ransomware passed that the device calls low",
        "attack from inside",
        "critical attack from outside that went through",
        "our rule about a session from outside",
        "virus delivered",
        "our rule",
    ],
)
def test_what_is_grave_and_was_not_stopped_is_an_incident_with_its_card(
    company: Company, told: Any, grave: Any, kind: str
):
    [story] = stories(told([grave(company)]))

    assert story.kind == kind
    assert story.kind in catalog.cards()
    assert story.severity_id >= 3


@pytest.mark.parametrize(
    ("grave", "what"),
    [
        (lambda c: c.utm(0, "C&Cコールバック", 4, dst_endpoint__ip="203.0.113.9", **HOME), "cdn-telemetry.invalid"),
        (lambda c: c.utm(0, "C&Cコールバック", 4, dst_endpoint__ip="203.0.113.9"), "203.0.113.9"),
        (lambda c: c.utm(0, "不正プログラム", 4, malware__name="EICAR", file__name="a.exe"), "EICAR"),
        (lambda c: c.edr(0, "不審なOSコマンド実行", 4, file__name="a.exe"), ""),
    ],
    ids=["name of the server", "its address", "virus", "the title says it"],
)
def test_a_story_says_what_its_card_names(company: Company, told: Any, grave: Any, what: str):
    [story] = stories(told([grave(company)]))

    assert story.what == what


def test_edr_and_utm_noting_different_things_on_one_pc_are_more_than_chance(company: Company, told: Any):
    edr = company.edr(0, "不審なOSコマンド実行", 3)
    utm = company.utm(30, "不正サイト", 3, disposition_id=15)

    assert len(stories(told([edr, utm]))) == 1
    assert stories(told([edr | {"severity_id": 2}, utm])) == ()
    assert stories(told([edr, utm | {"disposition_id": BLOCKED}])) == ()


@pytest.mark.parametrize(
    "end", [{"dst_endpoint__ip": "203.0.113.9"}, HOME, {"dst_endpoint__ip": "203.0.113.9", **HOME}], ids=str
)
def test_calls_to_one_server_that_go_on_for_days_are_one_story(company: Company, told: Any, end: dict[str, str]):
    """Told once a day each; the PC is off at the weekend."""
    calls = [company.utm(1440 * day + 7 * day, "C&Cコールバック", 4, **end) for day in (0, 1, 2, 3, 6, 7)]

    [story] = stories(told(calls))

    assert {row["metadata.uid"] for row in calls} == story.members
    assert story.last_seen == calls[-1]["time"]
    assert story.links[-1].reason.endswith(("にも続いています。", "が関わっています。"))


def test_calls_of_another_pc_to_another_server_or_after_a_long_time_are_another_story(company: Company, told: Any):
    day, call = 1440, {"dst_endpoint__ip": "203.0.113.9"}
    rows = [
        company.utm(0, "C&Cコールバック", 4, **call),
        company.utm(day, "C&Cコールバック", 4, "192.168.10.28", **call),
        company.utm(day * 2, "C&Cコールバック", 4, dst_endpoint__ip="203.0.113.10"),
        company.utm(day * 8, "C&Cコールバック", 4, **call),
    ]

    assert len(stories(told(rows))) == 4


def test_blocked_pages_of_one_site_do_not_tie_a_pcs_weeks_together(company: Company, told: Any):
    day = 1440
    pages = [company.utm(day * 2 * n, "不正サイト", 3, disposition_id=BLOCKED, **HOME) for n in range(5)]
    commands = [company.edr(day * 2 * n + 5, "不審なOSコマンド実行", 4) for n in range(5)]

    assert len(stories(told([*pages, *commands]))) == 5


def test_a_site_that_everyone_reads_does_not_tie_the_company_together(company: Company, told: Any):
    shared = {"url__hostname": "shared.invalid"}
    pcs = [
        company.edr(n, "不審な通信先", host=f"PC-{n:02}", ip=f"192.168.10.{n}", actor__user__name=f"user{n}", **shared)
        for n in range(1, 7)
    ]

    assert len(stories(told(pcs))) == 6
    assert len(stories(told(pcs[:2]))) == 1, "two machines that call the same server are one story"


def test_an_address_behind_which_many_hide_is_nobodys(company: Company, told: Any):
    gateway = {"ip": "192.168.10.1"}
    one = company.edr(0, "不審なOSコマンド実行", host="PC-01", actor__user__name="a", **gateway)
    other = company.edr(10, "不審なOSコマンド実行", host="PC-02", actor__user__name="b", **gateway)
    between = company.utm(5, "不正プログラム", 4, disposition_id=15, **gateway)

    assert [len(story.timeline) for story in stories(told([one, between, other]))] == [1, 1, 1]


def test_an_address_given_to_another_pc_next_day_is_that_pcs(company: Company, told: Any):
    monday = company.edr(0, "不審なOSコマンド実行", host="PC-01", actor__user__name="a")
    tuesday = [
        company.edr(1440, "不審なOSコマンド実行", host="PC-02", actor__user__name="b"),
        company.utm(1450, "不正プログラム", 4, disposition_id=15),
    ]

    found = stories(told([monday, *tuesday]))

    assert [(story.host, len(story.timeline)) for story in found] == [("PC-01", 1), ("PC-02", 2)]


def test_findings_of_a_pc_that_lie_far_apart_are_told_apart(company: Company, told: Any):
    rows = [company.edr(at, "不審なOSコマンド実行") for at in (0, 300, 300 + 361)]

    assert [len(story.timeline) for story in stories(told(rows))] == [2, 1]


def test_names_of_a_machine_are_one_with_and_without_domain_and_in_any_case(company: Company, told: Any):
    rows = [
        company.edr(0, "不審なOSコマンド実行", host="PC-07", ip="192.168.10.27"),
        company.edr(9, "不審なOSコマンド実行", host="pc-07.plant.example.co.jp", ip="10.0.0.7"),
    ]

    [story] = stories(told(rows))

    assert len(story.timeline) == 2


def test_what_else_happened_on_the_pc_is_shown_with_the_story_up_to_a_number(company: Company, told: Any):
    story_rows = infection(company)
    around = [company.utm(6 + n / 100, "URLカテゴリフィルタ", disposition_id=BLOCKED) for n in range(30)]
    elsewhere = company.utm(6, "URLカテゴリフィルタ", ip="192.168.10.99", disposition_id=BLOCKED)
    later = company.utm(21 + 31, "URLカテゴリフィルタ", disposition_id=BLOCKED)

    [story] = stories(told([*story_rows, *around, elsewhere, later]))

    beside = story.findings - {row["metadata.uid"] for row in story_rows}
    assert beside == {row["metadata.uid"] for row in around[:20]}
    assert any("ほかに10件" in entry.detail for entry in story.timeline)
    assert story.last_seen == MORNING + timedelta(minutes=21)


def test_equal_findings_fill_a_timeline_only_once(company: Company, told: Any):
    rows = [company.edr(n, "不審なOSコマンド実行") for n in range(40)]

    [story] = stories(told(rows))

    assert len(story.timeline) == 5
    assert "同じ検知がほかに35件" in story.timeline[-1].detail
    assert (story.first_seen, story.last_seen) == (rows[0]["time"], rows[-1]["time"])
    assert len(story.links) == 4


def test_a_faulty_device_is_one_story_and_hides_nothing_else(company: Company, told: Any):
    land = {"finding_info__title": "DoS LAND Attack", "dst_endpoint__ip": "192.168.10.250", "disposition_id": 15}
    burst = [company.utm(n, "不正侵入防止(IPS)", 4, "192.168.10.250", count=9, **land) for n in range(0, 2880, 10)]
    exclusion = Exclusion(
        tenant="901",
        sensor="901-utm",
        rule="device_fault_land",
        signature="DoS LAND Attack",
        since=MORNING,
        until=MORNING + timedelta(days=2),
        count=2592,
        reason="理由",
    )

    found = {story.kind: story for story in stories(told([*burst, *infection(company)]), [exclusion])}

    assert set(found) == {"device_fault", "malware_chain"}
    fault = found["device_fault"]
    assert (fault.kind, fault.severity_id, fault.address) == ("device_fault", 3, "192.168.10.250")
    assert "2,592件" in fault.title
    assert [entry.detail.partition("。")[2] for entry in fault.timeline] == ["この日は全部で1,296件"] * 2
    assert fault.findings.isdisjoint(found["malware_chain"].findings)


def test_many_spam_mails_are_not_looked_at_one_by_one(company: Company, told: Any, monkeypatch: pytest.MonkeyPatch):
    spam = pl.concat([told([company.utm(0, "スパムメール", 2)])] * 100_000).with_columns(
        pl.format("s{}", pl.int_range(pl.len())).alias("metadata.uid")
    )
    looked_at: list[int] = []
    monkeypatch.setattr(stage, "sightings", lambda frame, machines: looked_at.append(frame.height) or iter(()))

    assert stories(spam) == ()
    assert sum(looked_at) == 0


def test_no_findings_tell_no_story(told: Any):
    assert stories(told([Company().utm(0, "スパムメール", 2)]).clear()) == ()
