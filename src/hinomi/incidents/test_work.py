"""People take, move and close incidents; who did what stays written; nobody touches another company's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from hinomi.incidents import queries
from hinomi.incidents.models import Change, Incident, Reason, Status
from hinomi.incidents.operations import add_note, assign, record, set_status
from hinomi.incidents.problems import CannotBeAssigned, EmptyNote, ReasonNeeded, UnknownIncident
from hinomi.incidents.test_recording import story
from hinomi.tenants.models import AuditEntry, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import NotAllowed, Unchanged
from hinomi.tenants.queries import tenant
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def queue() -> None:
    for uid in ("101", "201"):
        register_tenant(uid, uid, now=NOW)
    record([story(1, 2), story(8, severity_id=5, kind="ransomware"), story(3, 4, tenant="201")], NOW)


@pytest.fixture
def sato() -> User:
    return create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")


@pytest.fixture
def suzuki() -> User:
    return create_user("suzuki", Role.MEMBER, now=NOW, tenant=tenant("101"), name="鈴木 一郎")


def audit() -> list[tuple[str, str, str, str]]:
    rows = AuditEntry.objects.filter(action__startswith="incident.").order_by("id")
    return [(row.actor, row.action, row.tenant, row.address) for row in rows]


def test_the_queue_shows_the_gravest_first(sato: User) -> None:
    assert [incident.uid for incident in queries.for_user(sato)] == ["101-f8", "201-f3", "101-f1"]


def test_a_member_sees_their_own_companys_incidents(suzuki: User) -> None:
    assert {incident.tenant_id for incident in queries.for_user(suzuki)} == {"101"}
    assert queries.find(suzuki, "101-f1").uid == "101-f1"
    with pytest.raises(UnknownIncident):
        queries.find(suzuki, "201-f3")


def test_a_stranger_sees_no_incident() -> None:
    assert not queries.for_user(AnonymousUser()).exists()
    assert queries.open_counts(AnonymousUser()) == []
    with pytest.raises(UnknownIncident):
        queries.find(AnonymousUser(), "101-f1")


def test_another_companys_incident_sounds_like_one_that_does_not_exist(suzuki: User) -> None:
    with pytest.raises(UnknownIncident) as hidden:
        queries.find(suzuki, "201-f3")
    with pytest.raises(UnknownIncident) as missing:
        queries.find(suzuki, "201-f9")

    assert str(hidden.value).replace("f3", "f9") == str(missing.value)


def test_every_company_is_counted_also_the_quiet_one(sato: User) -> None:
    register_tenant("301", "静かな会社", now=NOW)
    set_status(sato, queries.find(sato, "201-f3"), Status.CLOSED, NOW, reason=Reason.RESOLVED)

    counts = [(count.tenant.uid, count.open, count.severity_id) for count in queries.open_counts(sato)]

    assert counts == [("101", 2, 5), ("201", 0, None), ("301", 0, None)]


def test_an_analyst_takes_an_incident_and_it_is_written_down(sato: User) -> None:
    assign(sato, queries.find(sato, "101-f1"), sato, NOW, address=HERE)

    incident = queries.find(sato, "101-f1")
    assert incident.assignee == sato
    change = queries.history(incident)[-1]
    assert (change.who, change.field, change.before, change.after) == (sato, "assignee", "", "佐藤 花子")
    assert audit() == [("sato", "incident.assignee", "101", HERE)]


def test_taking_it_twice_is_told_and_not_written_twice(sato: User) -> None:
    assign(sato, queries.find(sato, "101-f1"), sato, NOW)

    with pytest.raises(Unchanged):
        assign(sato, queries.find(sato, "101-f1"), sato, NOW)
    assert Change.objects.count() == 1


def test_two_people_with_the_same_old_page_do_not_undo_each_other(sato: User) -> None:
    seen_before = queries.find(sato, "101-f1")
    assign(sato, queries.find(sato, "101-f1"), sato, NOW)

    set_status(sato, seen_before, Status.WORKING, NOW)

    incident = queries.find(sato, "101-f1")
    assert (incident.assignee, incident.status) == (sato, "working")


def test_a_company_member_cannot_be_made_to_work_on_it(sato: User, suzuki: User) -> None:
    with pytest.raises(CannotBeAssigned, match="鈴木"):
        assign(sato, queries.find(sato, "101-f1"), suzuki, NOW)


def test_closing_needs_a_reason_and_keeps_it(sato: User) -> None:
    incident = queries.find(sato, "101-f1")
    with pytest.raises(ReasonNeeded):
        set_status(sato, incident, Status.CLOSED, NOW)

    with override("en"):
        change = set_status(sato, incident, Status.CLOSED, NOW, reason=Reason.DEVICE_FAULT)

    assert (change.before, change.after, change.why) == ("new", "closed", "機器の不具合")
    assert queries.find(sato, "101-f1").reason == "device_fault"
    assert queries.find(sato, "101-f1") not in queries.open_only(queries.for_user(sato))


def test_opening_it_again_drops_the_reason(sato: User) -> None:
    set_status(sato, queries.find(sato, "101-f1"), Status.CLOSED, NOW, reason=Reason.BENIGN)

    set_status(sato, queries.find(sato, "101-f1"), Status.WORKING, NOW + timedelta(hours=1), reason=Reason.BENIGN)

    assert (queries.find(sato, "101-f1").status, queries.find(sato, "101-f1").reason) == ("working", "")


def test_a_member_writes_a_note_on_their_own_incident(suzuki: User) -> None:
    note = add_note(suzuki, queries.find(suzuki, "101-f1"), "  電源を切りました  ", NOW)

    assert [(row.text, row.author) for row in queries.notes(note.incident)] == [("電源を切りました", suzuki)]
    assert audit() == [("suzuki", "incident.note", "101", "")]


def test_an_empty_note_is_refused(sato: User) -> None:
    with pytest.raises(EmptyNote):
        add_note(sato, queries.find(sato, "101-f1"), " \n", NOW)
    assert audit() == []


def test_a_member_cannot_close_their_incident(suzuki: User) -> None:
    with pytest.raises(NotAllowed):
        set_status(suzuki, queries.find(suzuki, "101-f1"), Status.CLOSED, NOW, reason=Reason.BENIGN)


def test_the_programme_office_looks_and_does_not_touch() -> None:
    office = create_user("jimu", Role.PROGRAMME, now=NOW)
    incident = queries.find(office, "101-f1")

    with pytest.raises(NotAllowed):
        add_note(office, incident, "見ました", NOW)
    with pytest.raises(NotAllowed):
        assign(office, incident, office, NOW)


def test_another_companys_incident_cannot_be_touched_by_handing_in_its_row(suzuki: User) -> None:
    stolen = Incident.objects.get(pk="201-f3")

    for act in (
        lambda: add_note(suzuki, stolen, "見えた", NOW),
        lambda: set_status(suzuki, stolen, Status.WORKING, NOW),
        lambda: assign(suzuki, stolen, None, NOW),
    ):
        with pytest.raises(UnknownIncident):
            act()
    assert audit() == []
