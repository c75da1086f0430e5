"""A rule is tried over the last month, by one company or all; what it would have raised is told, and nobody else."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hinomi.console.conftest import NOW, Town
from hinomi.console.rules.conftest import HOSTILE, RULE, RULE_ID, background, page, put, tried
from hinomi.incidents.models import Entry, Incident, Reason, Status
from hinomi.incidents.operations import set_status
from hinomi.lake.lake import Lake
from hinomi.pipeline.retro import Jobs, Phase
from hinomi.pipeline.rules import rule_set
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db


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
    assert answer.context["progress"].seconds > 0
    assert "イベントが少なくて" in shown
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


def test_there_is_no_page_of_a_trial_that_is_not(shop: Town) -> None:
    client = shop.client("analyst")

    for uid in ("nothing", "0", "..", "a-b"):
        assert client.get(f"/rules/trials/{uid}/").status_code == 404
        assert client.get(f"/rules/rule/{uid}/").status_code == 404
