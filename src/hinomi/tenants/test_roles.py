"""Role × company × ability, as a table and over any set of roles; and who may manage whom."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hinomi.tenants import people, visits
from hinomi.tenants.models import AuditEntry, Membership, Tenant, User, Visit
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import LastOperator, NotAllowed
from hinomi.tenants.queries import may, role_of, serves_all, tenants_for
from hinomi.tenants.roles import ABILITIES, MEMBERS, OVER_ALL, Ability, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
W, N, O, S, A, C, M = (  # noqa: E741
    Ability.WORK,
    Ability.NOTE,
    Ability.OPERATE,
    Ability.STUDY,
    Ability.ANSWER,
    Ability.CORRECT,
    Ability.MANAGE,
)
ALL = {W, N, O, S, A, C, M}
TABLE: list[tuple[Role, str | None, set[Ability], set[Ability], set[Ability]]] = [
    # role, held in, may in 101, may in 201, may where no company is named
    (Role.OPERATOR, None, ALL, ALL, ALL),
    (Role.ANALYST, None, {W, N, S, A, C}, {W, N, S, A, C}, {W, N, S, A, C}),
    (Role.ANALYST, "101", {W, N, S, A, C}, set(), {W, N, A, C}),
    (Role.PROGRAMME, None, {S}, {S}, {S}),
    (Role.MEMBER, "101", {N, A, M}, set(), {N, A, M}),
    (Role.VIEWER, "101", set(), set(), set()),
]


@pytest.fixture
def companies() -> dict[str | None, Tenant | None]:
    return {
        None: None,
        "101": register_tenant("101", "青空半導体", now=NOW),
        "201": register_tenant("201", "赤城部品", now=NOW),
    }


@pytest.mark.parametrize(("role", "where", "here", "there", "unnamed"), TABLE)
def test_what_each_role_may_do_where(
    companies: dict[str | None, Tenant | None],
    role: Role,
    where: str | None,
    here: set[Ability],
    there: set[Ability],
    unnamed: set[Ability],
) -> None:
    person = create_user("sato", role, now=NOW, tenant=companies[where])

    assert {ability for ability in Ability if may(person, ability, "101")} == here
    assert {ability for ability in Ability if may(person, ability, companies["201"])} == there
    assert {ability for ability in Ability if may(person, ability)} == unnamed
    assert set(tenants_for(person).values_list("pk", flat=True)) == ({"101"} if where else {"101", "201"})
    assert serves_all(person) is (where is None)


PLACES = [(role, uid) for role, uid, *_ in TABLE] + [(role, "201") for role in (Role.ANALYST, *MEMBERS)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.lists(st.sampled_from(PLACES), unique_by=lambda place: place if place[1] is None else place[1]))
def test_any_roles_together_give_what_they_give_one_by_one_and_no_more(
    companies: dict[str | None, Tenant | None], held: list[tuple[Role, str | None]]
) -> None:
    person, _ = User.objects.get_or_create(username="sato")
    person.memberships.all().delete()
    Membership.objects.bulk_create(Membership(user=person, role=role, tenant=companies[uid]) for role, uid in held)

    for uid in ("101", "201"):
        for ability in Ability:
            expected = any(ability in ABILITIES[role] and where in (None, uid) for role, where in held)
            assert may(person, ability, uid) is expected
            assert tenants_for(person, ability).filter(pk=uid).exists() is expected
        seen = any(where in (None, uid) for _, where in held)
        assert tenants_for(person).filter(pk=uid).exists() is seen
    for ability in OVER_ALL:
        assert may(person, ability) is any(ability in ABILITIES[role] and where is None for role, where in held)


def test_a_viewer_of_one_company_who_leads_another_writes_in_that_one_alone(
    companies: dict[str | None, Tenant | None],
) -> None:
    person = create_user("sato", Role.MEMBER, now=NOW, tenant=companies["101"])
    people.grant(None, person, Role.VIEWER, tenant=companies["201"], now=NOW)

    assert (may(person, N, "101"), may(person, N, "201")) == (True, False)
    assert role_of(person) is Role.MEMBER


@pytest.fixture
def lead(companies: dict[str | None, Tenant | None]) -> User:
    return create_user("lead", Role.MEMBER, now=NOW, tenant=companies["101"])


def test_a_lead_invites_and_closes_people_of_the_own_company(
    lead: User, companies: dict[str | None, Tenant | None]
) -> None:
    made, token = people.invite(lead, "suzuki", Role.VIEWER, tenant=companies["101"], now=NOW)
    visits.begin(made, NOW)

    people.close(lead, made, NOW)

    assert token
    assert not User.objects.get(pk=made.pk).is_active
    assert not Visit.objects.exists()
    assert AuditEntry.objects.filter(actor="lead", action="user.closed", tenant="101", subject="suzuki").exists()


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.OPERATOR, None), (Role.ANALYST, None), (Role.ANALYST, "101"), (Role.MEMBER, "201"), (Role.VIEWER, "201")],
)
def test_a_lead_gives_no_other_role_and_none_elsewhere(
    lead: User, companies: dict[str | None, Tenant | None], role: Role, where: str | None
) -> None:
    suzuki = create_user("suzuki", Role.VIEWER, now=NOW, tenant=companies["101"])

    for attempt in (
        lambda: people.invite(lead, "new", role, tenant=companies[where], now=NOW),
        lambda: people.grant(lead, suzuki, role, tenant=companies[where], now=NOW),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize(("role", "where"), [(Role.OPERATOR, None), (Role.VIEWER, "201"), (Role.ANALYST, "201")])
def test_a_lead_touches_no_account_of_somebody_who_is_more_than_theirs(
    lead: User, companies: dict[str | None, Tenant | None], role: Role, where: str | None
) -> None:
    """A link to such an account would be a way into another company."""
    both = create_user("both", role, now=NOW, tenant=companies[where])
    people.grant(None, both, Role.VIEWER, tenant=companies["101"], now=NOW)

    for attempt in (people.close, people.new_link, people.reset_second_factor, people.unlock):
        with pytest.raises(NotAllowed):
            attempt(lead, both, NOW)


def test_a_viewer_manages_nobody(lead: User, companies: dict[str | None, Tenant | None]) -> None:
    viewer = create_user("viewer", Role.VIEWER, now=NOW, tenant=companies["101"])

    with pytest.raises(NotAllowed):
        people.close(viewer, lead, NOW)


def test_the_last_operator_stays(companies: dict[str | None, Tenant | None]) -> None:
    first, second = (create_user(name, Role.OPERATOR, now=NOW) for name in ("first", "second"))
    people.close(first, second, NOW)

    for attempt in (
        lambda: people.close(first, first, NOW),
        lambda: people.withdraw(first, first, Role.OPERATOR, tenant=None, now=NOW),
    ):
        with pytest.raises(LastOperator):
            attempt()
    assert may(first, O)


def test_a_new_role_ends_the_sessions_of_the_old_one(companies: dict[str | None, Tenant | None]) -> None:
    person = create_user("sato", Role.VIEWER, now=NOW, tenant=companies["101"])
    visits.begin(person, NOW)

    people.grant(None, person, Role.MEMBER, tenant=companies["101"], now=NOW)

    assert not Visit.objects.exists()
    assert list(person.memberships.values_list("role", "tenant_id")) == [("member", "101")]
