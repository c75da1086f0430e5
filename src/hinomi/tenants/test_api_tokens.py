"""Tokens of programs: shown once, kept as hashes, never more than their owner may, dead in time."""

from datetime import UTC, datetime, timedelta

import pytest

from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiScope, ApiToken, AuditEntry, User
from hinomi.tenants.operations import close_account, create_user, register_tenant
from hinomi.tenants.problems import AccountClosed, BadValue, NotAllowed, UnknownToken
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def suzuki(db: None) -> User:
    aozora = register_tenant("101", "青空半導体", now=NOW)
    register_tenant("201", "赤城部品", now=NOW)
    return create_user("suzuki", Role.MEMBER, now=NOW, tenant=aozora)


def test_a_token_leads_to_its_owner_and_is_itself_not_kept(suzuki: User) -> None:
    token, row = api_tokens.issue(suzuki, "集計", NOW)

    assert token.startswith("hnm_")
    assert len(token) == 4 + 43
    assert api_tokens.authenticate(token, NOW) == row
    assert token[4:] not in str(list(ApiToken.objects.values_list())) + str(list(AuditEntry.objects.values_list()))


@pytest.mark.parametrize("sent", ["", "hnm_", "hnm_x", "\x00", "日本語", "\ud800", "x" * 100_000])
def test_what_is_no_token_leads_nowhere(suzuki: User, sent: str) -> None:
    api_tokens.issue(suzuki, "集計", NOW)

    assert api_tokens.authenticate(sent, NOW) is None


def test_it_ends_when_it_was_said_to(suzuki: User) -> None:
    token, _ = api_tokens.issue(suzuki, "集計", NOW, lifetime=DAY)

    assert api_tokens.authenticate(token, NOW + DAY - MINUTE)
    assert api_tokens.authenticate(token, NOW + DAY) is None


def test_it_dies_with_the_account_and_when_it_is_revoked(suzuki: User) -> None:
    first, row = api_tokens.issue(suzuki, "集計", NOW)
    second, _ = api_tokens.issue(suzuki, "帳票", NOW)

    api_tokens.revoke(suzuki, row.pk, NOW)
    assert api_tokens.authenticate(first, NOW) is None
    assert api_tokens.authenticate(second, NOW)

    close_account(suzuki, NOW)
    assert api_tokens.authenticate(second, NOW) is None
    with pytest.raises(AccountClosed):
        api_tokens.issue(suzuki, "また", NOW)


def test_the_last_use_is_written_once_a_minute(suzuki: User) -> None:
    token, row = api_tokens.issue(suzuki, "集計", NOW)

    for seconds in (0, 30, 59, 60, 90):
        api_tokens.authenticate(token, NOW + timedelta(seconds=seconds))

    row.refresh_from_db()
    assert row.last_used == NOW + MINUTE


def test_somebody_elses_token_is_not_there(suzuki: User) -> None:
    _, row = api_tokens.issue(suzuki, "集計", NOW)
    other = create_user("sato", Role.OPERATOR, now=NOW)

    with pytest.raises(UnknownToken):
        api_tokens.revoke(other, row.pk, NOW)
    assert list(api_tokens.of(other)) == []
    assert api_tokens.revoke(None, row.pk, NOW).name == "集計"


def test_scopes_hold_those_before_them() -> None:
    held = {scope: [wanted for wanted in ApiScope if api_tokens.covers(scope, wanted)] for scope in ApiScope}

    assert held == {
        "read": [ApiScope.READ],
        "work": [ApiScope.READ, ApiScope.WORK],
        "operate": [ApiScope.READ, ApiScope.WORK, ApiScope.OPERATE],
    }


def test_a_token_is_not_made_for_a_company_its_owner_does_not_see(suzuki: User) -> None:
    neighbour = register_tenant("201", "赤城部品", now=NOW)

    with pytest.raises(NotAllowed):
        api_tokens.issue(suzuki, "のぞき", NOW, tenant=neighbour)


@pytest.mark.parametrize(
    ("name", "lifetime"), [("", DAY), ("  ", DAY), ("x" * 101, DAY), ("x", timedelta(0)), ("x", 367 * DAY)]
)
def test_what_cannot_be_is_refused(suzuki: User, name: str, lifetime: timedelta) -> None:
    with pytest.raises(BadValue):
        api_tokens.issue(suzuki, name, NOW, lifetime=lifetime)
    assert not ApiToken.objects.exists()


def test_nobody_holds_tokens_without_end(suzuki: User) -> None:
    for number in range(api_tokens.MOST):
        api_tokens.issue(suzuki, str(number), NOW)

    with pytest.raises(BadValue):
        api_tokens.issue(suzuki, "もう一つ", NOW)
    assert api_tokens.issue(suzuki, "あとで", NOW + api_tokens.LIFETIME)


def test_making_and_taking_away_are_in_the_audit_trail(suzuki: User) -> None:
    aozora = suzuki.memberships.get().tenant
    _, row = api_tokens.issue(
        suzuki, "集計", NOW, scope=ApiScope.WORK, tenant=aozora, actor=suzuki, address="192.0.2.7"
    )
    api_tokens.revoke(None, row.pk, NOW + DAY)

    entries = AuditEntry.objects.filter(action__startswith="api_token.").order_by("id")
    said = [(entry.action, entry.actor, entry.tenant, entry.subject, entry.address) for entry in entries]
    assert said == [
        ("api_token.issued", "suzuki", "101", "suzuki", "192.0.2.7"),
        ("api_token.revoked", "", "101", "suzuki", ""),
    ]
    assert entries[0].detail == {"name": "集計", "scope": "work", "expires": (NOW + api_tokens.LIFETIME).isoformat()}


def test_a_token_is_forgotten_a_month_after_it_ended(suzuki: User) -> None:
    api_tokens.issue(suzuki, "集計", NOW, lifetime=DAY)

    api_tokens.forget(NOW + 30 * DAY)
    assert ApiToken.objects.exists()
    api_tokens.forget(NOW + 32 * DAY)
    assert not ApiToken.objects.exists()
