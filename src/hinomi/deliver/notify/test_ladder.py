"""Nobody answers: it is said again, then to the next, then to the analyst; somebody does, and it is quiet."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from hinomi.deliver.notify.acknowledging import LinkUnknown, TooManyGuesses, acknowledge, find
from hinomi.deliver.notify.conftest import NOW, Tell
from hinomi.deliver.notify.heard import by_phone
from hinomi.deliver.notify.models import Channel, Contact, Hours, Night, Notification, Preferences, State
from hinomi.deliver.notify.operations import climb, enqueue, send_due
from hinomi.deliver.notify.post import Post
from hinomi.incidents.assessment import Assessment, to_json
from hinomi.incidents.models import HowSoon, Incident, Reason, Status
from hinomi.incidents.operations import add_note, set_status
from hinomi.incidents.review.clusters import queue
from hinomi.incidents.review.deciding import decide
from hinomi.incidents.review.models import Verdict
from hinomi.incidents.review.recognising import recognise
from hinomi.net.conftest import MailServer
from hinomi.ocsf.course import Priority, Urgency
from hinomi.tenants.models import AuditEntry, Tenant, User

SUZUKI, SATO, CHIEF = "suzuki@c101.example.jp", "sato@watch.example.jp", "chief@c101.example.jp"
MINUTE = timedelta(minutes=1)
HOME = "192.0.2.7"


def round_at(server: MailServer, now: datetime) -> list[tuple[str, str]]:
    """Who hears what then: address, and first word of the subject."""
    enqueue(now)
    climb(now)
    server.letters.clear()
    while send_due(now).sent:
        pass
    return sorted((letter["to"], letter["subject"].partition("】")[2].partition(":")[0]) for letter in server.letters)


def contact(tenant: str, name: str, **values: Any) -> Contact:
    given = {"channel": Channel.MAIL, "created": NOW} | values
    return Contact.objects.create(tenant=Tenant.objects.get(pk=tenant), name=name, **given)


def link(server: MailServer, to: str) -> str:
    """The token of the acknowledging link in the last mail to somebody."""
    text = next(letter for letter in server.letters if letter["to"] == to).get_content()
    return text.partition("https://watch.example.jp/ack/")[2].split()[0]


@pytest.fixture
def chief(people: dict[str, User]) -> Contact:
    """The company's second contact, who has no account."""
    return contact("101", "社長", target=CHIEF, rank=2, phone="090-0000-0000")


def test_nobody_answers(server: MailServer, tell: Tell, chief: Contact) -> None:
    tell()

    assert round_at(server, NOW) == [(SATO, "高"), (SUZUKI, "至急")]
    assert round_at(server, NOW + 14 * MINUTE) == []
    assert round_at(server, NOW + 15 * MINUTE) == [(SUZUKI, "再送・至急")]
    assert round_at(server, NOW + 29 * MINUTE) == []
    assert round_at(server, NOW + 30 * MINUTE) == [(CHIEF, "未確認・至急")]
    assert "先にお知らせした方から確認のお返事がないため" in server.letters[0].get_content()
    assert round_at(server, NOW + 45 * MINUTE) == [(SATO, "要電話・高")]
    said = server.letters[0].get_content()
    assert "今すぐ電話してください。" in said
    assert "https://watch.example.jp/notifications/call/" in said
    assert round_at(server, NOW + timedelta(days=3)) == []


def test_the_post_takes_the_steps_between_two_rounds(server: MailServer, tell: Tell) -> None:
    tell()
    enqueue(NOW)
    post = Post()
    for second in range(0, 20 * 60, 30):
        post.send_due(NOW + timedelta(seconds=second))

    assert [
        letter["subject"].partition("】")[2].partition(":")[0] for letter in server.letters if letter["to"] == SUZUKI
    ] == [
        "至急",
        "再送・至急",
    ]


def test_a_company_without_a_second_contact_goes_to_the_analyst(server: MailServer, tell: Tell) -> None:
    tell()
    assert round_at(server, NOW)
    assert round_at(server, NOW + 15 * MINUTE)

    assert round_at(server, NOW + 30 * MINUTE) == [(SATO, "要電話・高")]


def test_who_acknowledges_ends_it(server: MailServer, tell: Tell, chief: Contact) -> None:
    incident = tell()
    round_at(server, NOW)

    row = find(link(server, SUZUKI), NOW + MINUTE, address=HOME)
    assert row.incident == incident
    assert acknowledge(row, NOW + MINUTE, address=HOME)

    assert round_at(server, NOW + timedelta(days=1)) == []
    line = AuditEntry.objects.get(action="notification.acknowledged")
    assert (line.tenant, line.subject, line.address) == ("101", incident.uid, HOME)


def test_a_second_acknowledgement_changes_nothing(server: MailServer, tell: Tell) -> None:
    tell()
    round_at(server, NOW)
    token = link(server, SUZUKI)
    acknowledge(find(token, NOW + MINUTE, address=HOME), NOW + MINUTE, address=HOME)

    again = find(token, NOW + 2 * MINUTE, address=HOME)

    assert not acknowledge(again, NOW + 2 * MINUTE, address=HOME)
    assert again.acknowledged_at == NOW + MINUTE
    assert AuditEntry.objects.filter(action="notification.acknowledged").count() == 1


def test_the_same_link_goes_out_with_every_attempt_and_is_kept_nowhere(server: MailServer, tell: Tell) -> None:
    tell()
    round_at(server, NOW)
    first = link(server, SUZUKI)
    Notification.objects.filter(recipient__username="suzuki").update(state=State.PENDING, next_attempt=NOW)
    server.letters.clear()
    send_due(NOW)

    assert link(server, SUZUKI) == first
    row = Notification.objects.get(recipient__username="suzuki")
    assert first not in str(Notification.objects.filter(pk=row.pk).values().get())


def test_links_are_each_their_own_and_the_analysts_mail_has_none(server: MailServer, tell: Tell) -> None:
    contact("101", "工場長", target=CHIEF)
    tell()
    round_at(server, NOW)

    assert link(server, SUZUKI) != link(server, CHIEF)
    assert "/ack/" not in next(mail for mail in server.letters if mail["to"] == SATO).get_content()


def test_a_link_ends_and_wrong_ones_are_counted(server: MailServer, tell: Tell) -> None:
    tell()
    round_at(server, NOW)
    token = link(server, SUZUKI)

    with pytest.raises(LinkUnknown):
        find(token, NOW + timedelta(days=15), address="192.0.2.8")
    for _ in range(20):
        with pytest.raises(LinkUnknown):
            find("x" * 43, NOW, address=HOME)
    with pytest.raises(TooManyGuesses):
        find(token, NOW, address=HOME)
    assert find(token, NOW, address="192.0.2.9").address == SUZUKI
    assert find(token, NOW + 16 * MINUTE, address=HOME).address == SUZUKI


@pytest.mark.parametrize("status", [Status.WATCHING, Status.CLOSED])
def test_an_incident_that_is_over_is_not_said_again(
    server: MailServer, tell: Tell, people: dict[str, User], status: Status
) -> None:
    incident = tell()
    round_at(server, NOW)
    set_status(people["sato"], incident, status, NOW, reason=Reason.BENIGN if status is Status.CLOSED else None)

    assert round_at(server, NOW + timedelta(hours=1)) == []


@pytest.mark.parametrize("status", [Status.WORKING, Status.WAITING])
def test_that_an_analyst_works_on_it_does_not_mean_that_the_company_heard(
    server: MailServer, tell: Tell, people: dict[str, User], status: Status
) -> None:
    incident = tell()
    round_at(server, NOW)
    set_status(people["sato"], incident, status, NOW)

    assert round_at(server, NOW + 15 * MINUTE) == [(SUZUKI, "再送・至急")]


def test_who_writes_a_note_has_heard(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    incident = tell()
    round_at(server, NOW)
    add_note(people["sato"], incident, "調べています", NOW)
    assert round_at(server, NOW + 15 * MINUTE) == [(SUZUKI, "再送・至急")]
    add_note(people["suzuki"], incident, "ケーブルを抜きました", NOW + 20 * MINUTE)

    assert round_at(server, NOW + timedelta(hours=1)) == []


def test_who_was_spoken_to_has_heard(server: MailServer, tell: Tell, people: dict[str, User], chief: Contact) -> None:
    incident = tell()
    round_at(server, NOW)

    assert by_phone(incident, people["sato"], NOW + 5 * MINUTE, address=HOME) == 1
    assert by_phone(incident, people["sato"], NOW + 6 * MINUTE, address=HOME) == 0

    assert round_at(server, NOW + timedelta(hours=1)) == []
    entry = AuditEntry.objects.get(action="notification.acknowledged")
    assert (entry.actor, entry.tenant) == ("sato", "101")


def test_where_nobody_of_the_company_is_told_whoever_works_on_it_knows(
    server: MailServer, tell: Tell, people: dict[str, User]
) -> None:
    people["suzuki"].memberships.all().delete()
    incident = tell()
    assert round_at(server, NOW) == [(SATO, "高")]
    set_status(people["sato"], incident, Status.WORKING, NOW)

    assert round_at(server, NOW + timedelta(hours=1)) == []


def test_what_looked_slight_and_was_decided_to_be_one_is_told_to_the_company(
    server: MailServer, tell: Tell, people: dict[str, User]
) -> None:
    tell(severity_id=3)
    recognise(NOW)
    assert round_at(server, NOW) == [(SATO, "中")]
    [cluster] = queue(people["sato"], NOW)
    decide(people["sato"], cluster.key, Verdict.INCIDENT, reason="電話で確かめた", now=NOW)
    server.letters.clear()

    Post().send_due(NOW + MINUTE)

    assert [letter["to"] for letter in server.letters] == [SUZUKI]


def test_a_reminder_that_waits_for_the_mail_server_is_taken_back(server: MailServer, tell: Tell) -> None:
    tell()
    round_at(server, NOW)
    token = link(server, SUZUKI)
    climb(NOW + 15 * MINUTE)
    acknowledge(find(token, NOW, address=HOME), NOW, address=HOME)

    assert send_due(NOW + 16 * MINUTE).sent == 0
    assert Notification.objects.get(occasion="reminder").state == State.WITHDRAWN


def test_what_is_watched_is_told_to_nobody(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    incident = tell()
    set_status(people["sato"], incident, Status.WATCHING, NOW)

    assert round_at(server, NOW) == []


def test_what_became_graver_wants_a_new_acknowledgement(server: MailServer, tell: Tell) -> None:
    tell()
    round_at(server, NOW)
    acknowledge(find(link(server, SUZUKI), NOW, address=HOME), NOW, address=HOME)
    tell("f1", "f2", severity_id=5)

    assert round_at(server, NOW + MINUTE) == [(SATO, "重大"), (SUZUKI, "続報・至急")]
    assert round_at(server, NOW + 16 * MINUTE) == [(SUZUKI, "再送・至急")]


def test_a_mail_that_nobody_takes_leads_on_at_once(server: MailServer, tell: Tell, chief: Contact) -> None:
    server.answers[SUZUKI] = "550 no such user"
    tell()
    round_at(server, NOW)

    assert [to for to, _ in round_at(server, NOW + MINUTE)] == [CHIEF]


NIGHT = NOW - timedelta(hours=8)  # half past two in Tokyo


@pytest.mark.parametrize("kind", ["data_upload", "nothing on the shelf"])
def test_what_can_wait_waits_until_the_office_opens_and_staff_know(server: MailServer, tell: Tell, kind: str) -> None:
    tell(kind=kind, severity_id=4, now=NIGHT, ago=timedelta(hours=9))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO]
    said = server.letters[0].get_content()
    assert "5月12日 9:00まで待てます" in said
    assert "企業の連絡先1件には5月12日 9:00に知らせます" in said
    assert [to for to, _ in round_at(server, NOW - timedelta(minutes=90))] == [SUZUKI]


def test_what_is_pressing_is_told_at_night(server: MailServer, tell: Tell) -> None:
    tell(now=NIGHT, ago=timedelta(hours=9))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO, SUZUKI]
    assert "電話: 今すぐ電話してください。" in next(m for m in server.letters if m["to"] == SATO).get_content()


def reckoned(urgency: str) -> dict[str, Any]:
    """What correlation made of it, as the desk keeps it."""
    return to_json(Assessment(priority=Priority(Urgency(urgency), 10, ())))


def test_what_correlation_found_not_to_be_urgent_wakes_nobody(server: MailServer, tell: Tell) -> None:
    tell(now=NIGHT, ago=timedelta(hours=9))
    Incident.objects.update(urgency=HowSoon.THIS_WEEK, assessment=reckoned("this_week"))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO]
    assert [subject for _, subject in round_at(server, NOW)] == ["今日中に対応"]


def test_what_correlation_found_urgent_wakes_people_whatever_its_kind(server: MailServer, tell: Tell) -> None:
    tell(kind="nothing on the shelf", now=NIGHT, ago=timedelta(hours=9))
    Incident.objects.update(urgency=HowSoon.NOW, assessment=reckoned("now"))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO, SUZUKI]


def test_a_company_may_choose_quiet_nights(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    Preferences.objects.create(tenant_id="101", night=Night.WAIT, quiet_from=time(21), quiet_until=time(6, 30))
    tell(now=NIGHT, ago=timedelta(hours=9))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO]
    assert "5月12日 6:30まで待てます" in server.letters[0].get_content()
    assert [to for to, _ in round_at(server, NIGHT + timedelta(hours=4))] == [SUZUKI]


def test_a_contact_of_office_hours_waits_while_another_is_told(server: MailServer, tell: Tell, chief: Contact) -> None:
    Contact.objects.filter(pk=chief.pk).update(rank=1, hours=Hours.WORK)
    tell(now=NIGHT, ago=timedelta(hours=9))

    assert [to for to, _ in round_at(server, NIGHT)] == [SATO, SUZUKI]


def test_who_wants_nothing_is_not_told(server: MailServer, tell: Tell, people: dict[str, User], chief: Contact) -> None:
    contact("101", "鈴木", user=people["suzuki"], rank=0)
    tell()

    assert round_at(server, NOW) == [(CHIEF, "至急"), (SATO, "高")]


def test_what_is_only_to_be_checked_is_said_twice_and_calls_nobody(server: MailServer, tell: Tell) -> None:
    tell(kind="nothing on the shelf")
    Incident.objects.update(urgency=HowSoon.THIS_WEEK)

    days = [round_at(server, NOW + timedelta(days=day)) for day in range(4)]

    assert days == [[(SATO, "高"), (SUZUKI, "確認のお願い")], [(SUZUKI, "再送・確認のお願い")], [], []]


def test_old_mail_programs_get_iso_2022_jp(server: MailServer, tell: Tell, people: dict[str, User]) -> None:
    contact("101", "鈴木", user=people["suzuki"], encoding="iso-2022-jp")
    tell()
    round_at(server, NOW)

    mail = next(letter for letter in server.letters if letter["to"] == SUZUKI)
    assert mail.get_content_charset() == "iso-2022-jp"
    assert "「PC-07」のLANケーブルを抜いてください" in mail.get_content()
