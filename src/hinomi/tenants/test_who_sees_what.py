"""One door to the companies: staff see all, a member sees their own, a stranger sees none."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from hinomi.tenants.models import AuditEntry, Membership, Tenant, User
from hinomi.tenants.operations import create_user, record_audit, register_tenant
from hinomi.tenants.problems import AuditIsAppendOnly, BadValue, UserExists
from hinomi.tenants.queries import is_staff, may, role_of, staff, tenants_for
from hinomi.tenants.roles import Ability, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def blue() -> Tenant:
    return register_tenant("101", "青空半導体", now=NOW)


@pytest.fixture
def red() -> Tenant:
    return register_tenant("201", "赤城部品", now=NOW)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ANALYST, Role.PROGRAMME])
def test_staff_see_every_company(blue: Tenant, red: Tenant, role: Role) -> None:
    person = create_user("sato", role, now=NOW)

    assert set(tenants_for(person)) == {blue, red}
    assert role_of(person) is role
    assert is_staff(person)


def test_a_member_sees_their_own_company_alone(blue: Tenant, red: Tenant) -> None:
    person = create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue)

    assert set(tenants_for(person)) == {blue}
    assert not is_staff(person)
    assert person not in staff()


def test_a_member_of_two_companies_sees_both_once(blue: Tenant, red: Tenant) -> None:
    person = create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue)
    Membership.objects.create(user=person, role=Role.MEMBER, tenant=red)

    assert list(tenants_for(person)) == [blue, red]


def test_a_stranger_sees_nothing(blue: Tenant) -> None:
    nobody = AnonymousUser()

    assert not tenants_for(nobody).exists()
    assert role_of(nobody) is None
    assert not any(may(nobody, ability) for ability in Ability)


def test_an_account_without_a_role_sees_nothing_though_django_calls_it_superuser(blue: Tenant) -> None:
    person = User.objects.create(username="root", is_superuser=True, is_staff=True)

    assert not tenants_for(person).exists()


def test_a_closed_account_sees_nothing(blue: Tenant) -> None:
    person = create_user("sato", Role.ANALYST, now=NOW)
    person.is_active = False
    person.save()

    assert not tenants_for(person).exists()
    assert person not in staff()


@pytest.mark.parametrize(
    ("role", "abilities"),
    [
        (Role.OPERATOR, set(Ability)),
        (Role.ANALYST, set(Ability) - {Ability.OPERATE, Ability.MANAGE}),
        (Role.PROGRAMME, {Ability.STUDY}),
    ],
)
def test_what_each_role_of_staff_may_do(role: Role, abilities: set[Ability]) -> None:
    person = create_user("sato", role, now=NOW)

    assert {ability for ability in Ability if may(person, ability)} == abilities


def test_a_companys_lead_may_write_notes_and_answers_and_manage_its_people(blue: Tenant) -> None:
    person = create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue)

    assert {ability for ability in Ability if may(person, ability)} == {Ability.NOTE, Ability.ANSWER, Ability.MANAGE}


@pytest.mark.parametrize(
    ("role", "with_company"),
    [(Role.MEMBER, False), (Role.VIEWER, False), (Role.OPERATOR, True), (Role.PROGRAMME, True)],
)
def test_people_of_a_company_have_one_and_operators_have_none(blue: Tenant, role: Role, with_company: bool) -> None:
    company = blue if with_company else None

    with pytest.raises(BadValue):
        create_user("sato", role, now=NOW, tenant=company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=User.objects.create(username="sato"), role=role, tenant=company)


def test_a_name_is_given_once() -> None:
    create_user("sato", Role.ANALYST, now=NOW)

    with pytest.raises(UserExists, match="sato"):
        create_user("sato", Role.OPERATOR, now=NOW)


def test_a_new_person_has_no_password_and_an_audit_entry(blue: Tenant) -> None:
    operator = create_user("sato", Role.OPERATOR, now=NOW)
    member = create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue, actor=operator)

    assert not member.has_usable_password()
    entry = AuditEntry.objects.get(subject="suzuki")
    assert (entry.actor, entry.action, entry.tenant, entry.detail) == (
        "sato",
        "user.created",
        "101",
        {"role": "member"},
    )


def test_the_audit_trail_cannot_be_changed() -> None:
    entry = record_audit(actor=None, action="demo.replayed", now=NOW)

    entry.action = "nothing happened"
    for change in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(action="nothing happened"),
    ):
        with pytest.raises(AuditIsAppendOnly):
            change()

    assert AuditEntry.objects.get().action == "demo.replayed"


def test_the_audit_trail_outlives_the_person_and_the_company(blue: Tenant) -> None:
    person = create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue)
    record_audit(actor=person, action="report.viewed", now=NOW, tenant=blue.uid)

    person.delete()
    blue.delete()

    assert AuditEntry.objects.filter(actor="suzuki", tenant="101", action="report.viewed").exists()
