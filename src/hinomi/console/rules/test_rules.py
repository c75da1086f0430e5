"""An analyst looks at the rules; an operator switches them, and it is written down."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.console.rules.conftest import RULE, RULE_ID, SHELF_RULE, page, put
from hinomi.lake.lake import Lake
from hinomi.pipeline.retro import Jobs, Kind
from hinomi.pipeline.rules import State, rule_set, switches
from hinomi.pipeline.watch import record
from hinomi.tenants.models import AuditEntry

pytestmark = pytest.mark.django_db


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
