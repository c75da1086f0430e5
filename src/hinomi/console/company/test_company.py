"""A company's page: what to do now, what was stopped, what could not be seen."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from hinomi.console.company.tasks import tasks
from hinomi.console.conftest import NOW, Town, story_of
from hinomi.incidents import queries
from hinomi.incidents.models import Incident, Reason, Status
from hinomi.incidents.operations import record, set_status
from hinomi.tenants.models import Sensor

pytestmark = pytest.mark.django_db


def page(town: Town, who: str = "member") -> str:
    answer = town.client(who).get(reverse("company", args=("701",)))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_part_time_administrator_reads_what_to_do_and_whom_to_call(town: Town) -> None:
    shown = page(town)

    assert "「PC-701-3」のLANケーブルを抜き" in shown
    assert "お金を払わないでください" in shown
    assert "青葉通信システム 電話 022-000-0000" in shown


def test_what_was_stopped_and_what_could_not_be_seen_stand_side_by_side(town: Town) -> None:
    shown = page(town)

    assert "ウイルスなどの不正なファイル" in shown
    assert "この月の記録が1件も届いていません" in shown
    assert "公開ホームページへの攻撃" in shown


def test_when_nothing_is_to_be_done_but_a_device_is_blind_the_page_does_not_say_all_is_well(town: Town) -> None:
    incident = Incident.objects.get(pk=town.incidents["701"])
    set_status(town.people["analyst"], incident, Status.CLOSED, NOW, reason=Reason.RESOLVED)

    assert "ただし、記録が届かず見えていない機器があります" in page(town)


def test_incidents_that_call_for_the_same_steps_are_one_task(town: Town) -> None:
    base = story_of("701", town.findings["701"][3:6])
    others = [
        replace(base, uid=f"701-x{number}", kind=kind, severity_id=severity, timeline=(entry,), links=())
        for number, (entry, kind, severity) in enumerate(
            zip(base.timeline, ("ransomware", "spam", "no_such_card"), (4, 2, 3), strict=True)
        )
    ]
    record(others, NOW)

    found = tasks(queries.for_user(town.people["member"]))

    assert [(task.incidents[0].kind, len(task.incidents)) for task in found] == [
        ("ransomware", 2),
        ("no_such_card", 1),
        ("spam", 1),
    ]
    assert found[0].severity_id == 5
    assert found[1].advice is None


def test_staff_see_the_same_page_with_the_sensors(town: Town) -> None:
    assert "「PC-701-3」のLANケーブルを抜き" in page(town, "analyst")
    assert 'id="sensors"' in page(town, "analyst")
    assert 'id="sensors"' not in page(town)


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (Reason.RESOLVED, "対処が済みました"),
        (Reason.BENIGN, "問題はありませんでした"),
        (Reason.DEVICE_FAULT, "攻撃ではありません"),
        (Reason.POLICY, "社内で認められている"),
    ],
)
def test_a_company_reads_why_something_is_over_and_is_asked_nothing_more(town: Town, reason: Reason, said: str) -> None:
    incident = Incident.objects.get(pk=town.incidents["701"])
    set_status(town.people["analyst"], incident, Status.CLOSED, NOW, reason=reason)
    member = town.client("member")

    shown = member.get(reverse("incidents-detail", args=(incident.pk,))).content.decode()
    assert said in shown
    assert "いまやること" not in shown
    assert said in member.get(reverse("incidents"), {"status": "closed"}).content.decode()
    assert "終わっていないものはありません" in member.get(reverse("incidents")).content.decode()


def test_what_is_only_watched_asks_nothing_of_the_company(town: Town) -> None:
    incident = Incident.objects.get(pk=town.incidents["701"])
    set_status(town.people["analyst"], incident, Status.WATCHING, NOW)

    assert "「PC-701-3」のLANケーブルを抜き" not in page(town)
    shown = town.client("member").get(reverse("incidents-detail", args=(incident.pk,))).content.decode()
    assert "いまは心配ありません" in shown
    assert "そのときの案内を見る" in shown


def test_only_the_first_task_is_unfolded(town: Town) -> None:
    base = story_of("701", town.findings["701"][3:6])
    entry = base.timeline[0]
    record([replace(base, uid="701-x", kind="spam", severity_id=2, timeline=(entry,), links=())], NOW)

    shown = page(town)
    assert shown.count('<details class="panel task"') == 2
    assert shown.count('<details class="panel task" id="task-1" open>') == 1


def test_a_company_sees_which_of_its_devices_is_heard(town: Town) -> None:
    shown = town.client("member").get(reverse("watch")).content.decode()

    assert shown.index("青葉精密 utm") < shown.index("止まっています</span>") < shown.index("青葉精密 pc")
    assert "まだ一度も記録が届いていません" in shown
    assert "公開ホームページへの攻撃" in shown
    assert "港南製作所" not in shown
    assert town.client("analyst").get(reverse("watch")).status_code == 403


def test_a_company_without_a_device_is_not_told_that_all_is_well(town: Town) -> None:
    Sensor.objects.filter(tenant="702").delete()
    Incident.objects.filter(tenant="702").delete()
    neighbour = town.client("neighbour")

    assert "まだ、どの機器の記録も見ていません" in neighbour.get(reverse("company", args=("702",))).content.decode()
    assert "機器はまだ登録されていません" in neighbour.get(reverse("watch")).content.decode()


def test_a_company_that_is_watched_no_more_is_told_so(town: Town) -> None:
    Sensor.objects.filter(tenant="702").update(until=date(2023, 1, 31))
    Incident.objects.filter(tenant="702").delete()

    shown = town.client("neighbour").get(reverse("company", args=("702",))).content.decode()

    assert "見守りは終わりました" in shown
    assert "監視センターが準備しています" not in shown


def test_a_month_may_be_chosen(town: Town) -> None:
    answer = town.client("member").get(reverse("company", args=("701",)), {"month": "2022-12"})

    assert str(answer.context["month"]) == "2022-12"
    assert answer.context["report"].made.replace(tzinfo=UTC) <= datetime.now(UTC)
