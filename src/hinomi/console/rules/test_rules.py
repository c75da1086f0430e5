"""An analyst looks at the rules and tries one over the last month; an operator switches it, and it is written down."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import NOW, Kept, Town, fill_desk
from hinomi.incidents.models import Entry, Incident, Reason, Status
from hinomi.incidents.operations import set_status
from hinomi.lake.lake import Lake
from hinomi.lake.landing import Landing
from hinomi.pipeline.detect import load
from hinomi.pipeline.retro import Jobs, Kind, Phase, Scanner
from hinomi.pipeline.rules import State, rule_set, switches
from hinomi.pipeline.watch import record
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db

SHELF_RULE = "5db0fa76-5932-4a32-8efe-497761c2d47b"
RULE_ID = "7f1f2f0e-3c55-4f0b-9c0e-0d5f4a1b2c99"
RULE = f"""title: To the bad address
id: {RULE_ID}
description: Somebody spoke to 203.0.113.66.
tags: [attack.t1071]
logsource: {{category: proxy}}
detection:
  selection:
    c-uri|contains: 203.0.113.66
  condition: selection
level: high
"""
HOSTILE = f"""title: "<script>alert(1)</script>\\u202e"
id: {RULE_ID}
description: "<img src=x onerror=alert(2)> http://203.0.113.66/x"
falsepositives: ["<b>none</b>"]
references: ["javascript:alert(3)"]
author: "<i>me</i>"
tags: ["attack.t1<b>"]
logsource: {{category: firewall, product: "<u>"}}
detection:
  selection:
    dst_ip: 203.0.113.66
  condition: selection
level: high
"""


@pytest.fixture
def shop(db: None, kept: Kept, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town on a data folder of its own, because these tests write; one rule on the shelf."""
    from hinomi.library import catalog

    [rule] = [path for path in catalog.sigma_rules() if path.parent.name == "office_starts_shell"]
    monkeypatch.setattr(catalog, "sigma_rules", lambda: (rule,))
    shutil.copytree(kept.data_dir / "lake", tmp_path / "lake")
    settings.DATA_DIR = tmp_path
    (tmp_path / "rules").mkdir()
    return fill_desk(kept)


@pytest.fixture
def data_dir(shop: Town, settings: Any) -> Path:
    return Path(settings.DATA_DIR)


def put(data_dir: Path, text: str = RULE, pack: str = "") -> Path:
    path = data_dir / "rules" / pack / "mine.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def background(data_dir: Path) -> None:
    """What the background process does with trials."""
    jobs = Jobs(data_dir)
    scanner = Scanner(
        Lake(data_dir / "lake"),
        Landing(data_dir / "landing"),
        jobs,
        lambda job: load([jobs.folder(job.uid) / "rule.yml"]),
    )
    while scanner.advance(60):
        pass


def tried(client: Client, **given: Any) -> Any:
    return client.post(reverse("rules-try"), {"text": RULE, "tenant": "", **given}, follow=True)


def page(client: Client, name: str, *args: str, **query: str) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def test_the_list_tells_what_runs_and_what_cannot(shop: Town, data_dir: Path) -> None:
    put(data_dir, pack="sigma")
    (data_dir / "rules" / "broken.yml").write_text(RULE.replace("condition: selection", "condition: nothing"))
    client = shop.client("analyst")

    listed = {(one.card.id, one.card.pack): one for one in client.get(reverse("rules")).context["page"].object_list}

    assert listed[SHELF_RULE, "/"].is_on
    assert listed[RULE_ID, "sigma"].state is State.OFF
    assert listed[RULE_ID, ""].refused is not None
    assert "nothing" in page(client, "rules", state="refused")


NARROWED: tuple[tuple[dict[str, str], set[str]], ...] = (
    ({"state": "off"}, {RULE_ID}),
    ({"state": "on"}, {SHELF_RULE}),
    ({"text": "T1071"}, {RULE_ID}),
    ({"text": "bad ADDRESS"}, {RULE_ID}),
    ({"source": "proxy"}, {RULE_ID}),
    ({"pack": "sigma"}, {RULE_ID}),
    ({"pack": "hinomi:shelf"}, {SHELF_RULE}),
    ({"level": "low"}, set()),
    ({"page": "x"}, {SHELF_RULE, RULE_ID}),
)


def test_the_list_is_narrowed(shop: Town, data_dir: Path) -> None:
    put(data_dir, pack="sigma")
    client = shop.client("analyst")

    for query, found in NARROWED:
        shown = client.get(reverse("rules"), query).context["page"].object_list
        assert {one.card.id for one in shown} == found, query


def test_a_rule_has_its_text_its_advice_and_its_samples(shop: Town) -> None:
    shown = page(shop.client("analyst"), "rules-detail", SHELF_RULE)

    assert "ParentImage|endswith" in shown
    assert "WINWORD.EXE" in shown
    assert "当たらないイベント" in shown
    assert "企業に渡す助言" in shown
    assert 'action="' + reverse("rules-switch", args=(SHELF_RULE,)) not in shown, "an analyst does not switch"


def test_a_rule_tells_what_it_found_at_each_company(shop: Town, data_dir: Path) -> None:
    put(data_dir)
    lake = Lake(data_dir / "lake")
    seen = lake.ask("701", "SELECT * FROM findings LIMIT 2").frame()
    uids = seen["metadata.uid"].str.replace(":verdict", f":{RULE_ID}")
    record(lake, seen.with_columns(uids, pl.lit(RULE_ID).alias("finding_info.analytic.uid")))

    answer = shop.client("analyst").get(reverse("rules-detail", args=(RULE_ID,)))

    assert [(at.tenant.uid, at.found.count) for at in answer.context["found"]] == [("701", 2)]
    assert shop.client("analyst").get(reverse("rules")).context["counts"][RULE_ID] == 2


def test_an_operator_switches_a_rule_with_a_reason_and_it_is_written_down(shop: Town, data_dir: Path) -> None:
    client = shop.client("operator")
    url = reverse("rules-switch", args=(SHELF_RULE,))

    refused = client.post(url, {"state": "off", "why": ""})
    assert refused.status_code == 422
    assert [rule.id for rule in rule_set(data_dir / "rules").rules] == [SHELF_RULE]

    answer = client.post(url, {"state": "off", "why": "業務マクロが鳴る"}, follow=True)
    assert "切り替えました" in answer.content.decode()
    assert rule_set(data_dir / "rules").rules == ()
    switch = switches.read(data_dir / "rules").rules[SHELF_RULE]
    assert (switch.state, switch.by, switch.why, switch.retro) == (State.OFF, "operator", "業務マクロが鳴る", False)
    [entry] = AuditEntry.objects.filter(action="rule.switched")
    assert (entry.actor, entry.subject, entry.detail["state"]) == ("operator", SHELF_RULE, "off")
    assert "業務マクロが鳴る" in page(shop.client("analyst"), "rules-detail", SHELF_RULE)


def test_a_pack_is_switched_on_from_a_level_upwards(shop: Town, data_dir: Path) -> None:
    put(data_dir, pack="sigma")
    client = shop.client("operator")

    client.post(reverse("rules-pack"), {"pack": "sigma", "state": "on", "level": "critical", "why": "緊急だけ"})
    assert RULE_ID not in {rule.id for rule in rule_set(data_dir / "rules").rules}
    client.post(reverse("rules-pack"), {"pack": "sigma", "state": "on", "level": "high", "why": "高も"})

    assert RULE_ID in {rule.id for rule in rule_set(data_dir / "rules").rules}
    assert client.post(reverse("rules-pack"), {"pack": "../x", "state": "on", "why": "?"}).status_code == 422


def test_who_does_not_operate_switches_nothing(shop: Town, data_dir: Path) -> None:
    put(data_dir, pack="sigma")
    form = {"state": "off", "why": "x", "pack": "sigma"}

    for who in ("analyst", "member", "programme"):
        client = shop.client(who)
        for name in ("rules-switch", "rules-pack", "rules-retro", "rules-trial-adopt"):
            args = {"rules-pack": (), "rules-trial-adopt": ("abc",)}.get(name, (SHELF_RULE,))
            assert client.post(reverse(name, args=args), form).status_code == 403, (who, name)
    assert not (data_dir / "rules" / switches.FILE).exists()


def test_a_switch_from_elsewhere_is_refused(shop: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(shop.people["operator"])

    answer = client.post(reverse("rules-switch", args=(SHELF_RULE,)), {"state": "off", "why": "x"})

    assert answer.status_code == 403


def test_a_file_of_switches_that_is_broken_is_shown_and_stays(shop: Town, data_dir: Path) -> None:
    (data_dir / "rules" / switches.FILE).write_text("{")
    client = shop.client("operator")

    assert switches.FILE in page(client, "rules")
    answer = client.post(reverse("rules-switch", args=(SHELF_RULE,)), {"state": "off", "why": "x"})

    assert answer.status_code == 422
    assert (data_dir / "rules" / switches.FILE).read_text() == "{"


def test_a_pasted_rule_is_tried_over_the_last_month(shop: Town, data_dir: Path) -> None:
    client = shop.client("analyst")
    answer = tried(client)
    assert "待っています" in answer.content.decode()
    background(data_dir)

    [job] = Jobs(data_dir).all()
    answer = client.get(reverse("rules-trial", args=(job.uid,)))
    shown = answer.content.decode()

    assert (answer.context["count"], answer.context["progress"].events) == (12, 120)
    assert [(tenant.uid, count) for tenant, count in answer.context["companies"]] == [("701", 6), ("702", 6)]
    assert answer.context["weeks"] == [("2022-12-19", 12)]
    assert answer.context["progress"].seconds_per_million > 0
    first = answer.context["examples"][0]
    assert reverse("events-detail", args=(first.tenant, first.uid)) in shown
    assert client.get(reverse("events-detail", args=(first.tenant, first.uid))).status_code == 200
    assert Lake(data_dir / "lake").ask("701", "SELECT count(*)::INT AS n FROM findings").rows() == [{"n": 6}]
    [entry] = AuditEntry.objects.filter(action="rule.tried")
    assert entry.detail == {"rules": [RULE_ID]}
    assert AuditEntry.objects.filter(action="rule.trial.viewed", tenant="701").exists()


def test_a_trial_of_one_company_looks_at_no_other(shop: Town, data_dir: Path) -> None:
    client = shop.client("analyst")
    tried(client, tenant="702")
    background(data_dir)

    [job] = Jobs(data_dir).all()
    assert (job.tenants, Jobs(data_dir).progress(job).by_tenant()) == (("702",), {"702": 6})
    assert tried(client, tenant="999").status_code == 422


def test_false_positives_are_what_people_closed_as_harmless(shop: Town, data_dir: Path) -> None:
    """Three of company 701's alerts are in an incident; all are unknown until somebody decides."""
    client = shop.client("analyst")
    tried(client)
    background(data_dir)
    [job] = Jobs(data_dir).all()
    url = reverse("rules-trial", args=(job.uid,))
    incident = Incident.objects.get(pk=shop.incidents["701"])
    assert Entry.objects.filter(incident=incident).count() == 3

    before = client.get(url).context["judged"]
    assert (before.harmless, before.incident, before.nobody) == (0, 6, 6)
    set_status(shop.people["analyst"], incident, Status.CLOSED, NOW, reason=Reason.BENIGN)
    answer = client.get(url)

    after = answer.context["judged"]
    assert (after.harmless, after.incident, after.nobody) == (3, 3, 6)
    assert answer.context["a_week"] == pytest.approx(3 / (30 / 7))
    assert "問題なしとされた件数" in answer.content.decode()


def test_where_nobody_decided_anything_all_hits_are_counted_and_that_is_said(shop: Town, data_dir: Path) -> None:
    Entry.objects.all().delete()
    client = shop.client("analyst")
    tried(client)
    background(data_dir)
    [job] = Jobs(data_dir).all()

    answer = client.get(reverse("rules-trial", args=(job.uid,)))

    assert answer.context["a_week"] == pytest.approx(12 / (30 / 7))
    assert "誤検知の数は分からない" in answer.content.decode()


def test_one_trial_at_a_time_and_it_can_be_cancelled(shop: Town, data_dir: Path) -> None:
    client = shop.client("analyst")
    tried(client)
    [job] = Jobs(data_dir).all()

    assert tried(client).status_code == 422
    assert tried(shop.client("operator")).status_code == 200
    client.post(reverse("rules-trial-cancel", args=(job.uid,)))
    background(data_dir)

    assert Jobs(data_dir).progress(job).phase is Phase.CANCELLED
    assert tried(client).status_code == 200


def test_of_a_colleagues_trial_only_who_operates_makes_an_end(shop: Town, data_dir: Path) -> None:
    tried(shop.client("operator"))
    [job] = Jobs(data_dir).all()

    assert shop.client("analyst").post(reverse("rules-trial-cancel", args=(job.uid,))).status_code == 404
    assert not Jobs(data_dir).is_cancelled(job)


def test_a_rule_that_was_tried_is_switched_on(shop: Town, data_dir: Path) -> None:
    tried(shop.client("analyst"))
    background(data_dir)
    [job] = Jobs(data_dir).all()
    client = shop.client("operator")

    answer = client.post(
        reverse("rules-trial-adopt", args=(job.uid,)),
        {"state": "on", "why": "静かで役に立つ", "retro": "on"},
        follow=True,
    )

    assert answer.redirect_chain == [(reverse("rules-detail", args=(RULE_ID,)), 302)]
    assert (data_dir / "rules" / f"{RULE_ID}.yml").read_text() == RULE
    assert RULE_ID in {rule.id for rule in rule_set(data_dir / "rules").rules}
    tried(client, text=RULE.replace("203.0.113.66", "203.0.113.67"))
    background(data_dir)
    other = list(Jobs(data_dir).all())[-1]
    again = client.post(reverse("rules-trial-adopt", args=(other.uid,)), {"state": "on", "why": "別の中身"})
    assert again.status_code == 422
    assert "同じ id" in again.content.decode()


REFUSED = {
    "nothing": ("", "貼り付けるか"),
    "no YAML": ("title: [", "行目"),
    "no such selection": (RULE.replace("condition: selection", "condition: nothing"), "行目"),
    "deep": ("[" * 50_000, "入れ子"),
    "aliases": ("a: &a [x]\nb: [" + "*a," * 40 + "]", "別名"),
    "large": ("x" * (256 * 1024 + 1), "256"),
    "no rule": ("title: x\n", "行目"),
    "many": ("---\n".join(RULE.replace("b2c99", f"b2c{n}") for n in range(10, 35)), "20 本"),
}


def test_what_cannot_be_tried_is_refused_with_its_line(shop: Town, data_dir: Path) -> None:
    client = shop.client("analyst")

    for what, (text, word) in REFUSED.items():
        answer = tried(client, text=text)
        assert answer.status_code == 422, what
        assert word in answer.content.decode(), what
    assert list(Jobs(data_dir).all()) == []


def test_a_file_is_tried_as_well(shop: Town, data_dir: Path) -> None:
    client = shop.client("analyst")

    assert tried(client, text="", file=SimpleUploadedFile("a.yml", RULE.encode())).status_code == 200
    assert [job.text for job in Jobs(data_dir).all()] == [RULE]
    client.post(reverse("rules-trial-cancel", args=(next(Jobs(data_dir).all()).uid,)))
    assert tried(client, file=SimpleUploadedFile("a.yml", b"\xff\xfe\x00")).status_code == 422
    assert tried(client, file=SimpleUploadedFile("a.yml", b"x" * 300_000)).status_code == 422


def test_what_a_rule_says_cannot_act(shop: Town, data_dir: Path) -> None:
    put(data_dir, HOSTILE)
    client = shop.client("operator")
    tried(client, text=HOSTILE.replace(', product: "<u>"', ""))
    background(data_dir)
    [job] = Jobs(data_dir).all()

    for shown in (
        page(client, "rules"),
        page(client, "rules-detail", RULE_ID),
        page(client, "rules-try", rule=RULE_ID),
        page(client, "rules-trial", job.uid),
        tried(
            client, text=HOSTILE.replace("condition: selection", "condition: '<script>alert(9)</script>'")
        ).content.decode(),
    ):
        assert not any(tag in shown for tag in ("<script>alert", "<img src=x", "<b>none", "<i>me", "t1<b>", "<u>"))
        assert "\u202e" not in shown
        assert 'href="javascript' not in shown


def test_an_operator_runs_a_rule_back(shop: Town, data_dir: Path) -> None:
    put(data_dir)
    client = shop.client("operator")
    url = reverse("rules-retro", args=(RULE_ID,))

    client.post(url)
    client.post(url)

    [job] = Jobs(data_dir).all()
    assert (job.kind, list(job.rules), job.tenants, job.by) == (Kind.RETRO, [RULE_ID], ("701", "702"), "operator")
    assert job.until - job.since == timedelta(days=30)
    assert AuditEntry.objects.filter(action="rule.run_back", subject=RULE_ID).count() == 1
    assert "待っています" in page(client, "rules-detail", RULE_ID)


def test_there_is_no_page_of_a_trial_that_is_not(shop: Town) -> None:
    client = shop.client("analyst")

    for uid in ("nothing", "0", "..", "a-b"):
        assert client.get(f"/rules/trials/{uid}/").status_code == 404
        assert client.get(f"/rules/rule/{uid}/").status_code == 404
