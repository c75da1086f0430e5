"""Signing in: once by a link, or by password with a pause after too many failures."""

from datetime import UTC, datetime, timedelta

import pytest

from hinomi.tenants import lockout, passwords
from hinomi.tenants.models import AuditEntry, Factor, SignInFailure, SignInLink, User
from hinomi.tenants.operations import create_user, forget_expired, issue_sign_in_link, redeem_sign_in_link
from hinomi.tenants.problems import LinkExpired, LinkUnknown, LinkUsed, TooManyAttempts, WrongPassword
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE = "192.0.2.1"


@pytest.fixture
def sato() -> User:
    user = create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")
    user.set_password("tall tower over the town")
    user.save()
    return user


def fail(times: int, *, start: datetime = NOW, address: str = HERE, every: timedelta = MINUTE) -> None:
    for attempt in range(times):
        with pytest.raises((WrongPassword, TooManyAttempts)):
            passwords.sign_in("sato", "wrong", address=address, now=start + attempt * every)


def test_a_link_signs_in_once(sato: User) -> None:
    token = issue_sign_in_link(sato, NOW)

    assert redeem_sign_in_link(token, NOW + MINUTE, address=HERE) == sato
    with pytest.raises(LinkUsed):
        redeem_sign_in_link(token, NOW + MINUTE)


def test_the_token_itself_is_not_kept(sato: User) -> None:
    token = issue_sign_in_link(sato, NOW)

    assert token not in str(SignInLink.objects.values_list())


def test_a_link_expires(sato: User) -> None:
    token = issue_sign_in_link(sato, NOW, lifetime=timedelta(hours=1))

    with pytest.raises(LinkExpired):
        redeem_sign_in_link(token, NOW + timedelta(hours=1))


def test_a_made_up_link_is_refused(sato: User) -> None:
    issue_sign_in_link(sato, NOW)

    with pytest.raises(LinkUnknown):
        redeem_sign_in_link("made-up", NOW)


def test_a_closed_account_cannot_use_its_link(sato: User) -> None:
    token = issue_sign_in_link(sato, NOW)
    sato.is_active = False
    sato.save()

    with pytest.raises(LinkUnknown):
        redeem_sign_in_link(token, NOW)


def test_expired_links_are_forgotten_a_day_later(sato: User) -> None:
    token = issue_sign_in_link(sato, NOW, lifetime=timedelta(hours=1))

    forget_expired(NOW + timedelta(hours=24))
    with pytest.raises(LinkExpired):
        redeem_sign_in_link(token, NOW + timedelta(hours=24))

    forget_expired(NOW + timedelta(hours=26))
    with pytest.raises(LinkUnknown):
        redeem_sign_in_link(token, NOW + timedelta(hours=26))


def test_the_right_password_signs_in(sato: User) -> None:
    assert passwords.sign_in("sato", "tall tower over the town", address=HERE, now=NOW) == sato
    assert AuditEntry.objects.first().action == "sign_in.by_password"


@pytest.mark.parametrize("username", ["sato", "nobody"])
def test_a_wrong_name_and_a_wrong_password_sound_the_same(sato: User, username: str) -> None:
    with pytest.raises(WrongPassword) as refusal:
        passwords.sign_in(username, "wrong", address=HERE, now=NOW)

    assert str(refusal.value) == str(WrongPassword())


def test_a_person_without_a_password_cannot_sign_in_with_an_empty_one(sato: User) -> None:
    create_user("mori", Role.ANALYST, now=NOW)

    with pytest.raises(WrongPassword):
        passwords.sign_in("mori", "", address=HERE, now=NOW)


def test_the_tenth_failure_in_15_minutes_pauses_even_the_right_password(sato: User) -> None:
    fail(10)

    with pytest.raises(TooManyAttempts) as pause:
        passwords.sign_in("sato", "tall tower over the town", address=HERE, now=NOW + 10 * MINUTE)

    assert pause.value.until == NOW + 24 * MINUTE
    assert AuditEntry.objects.filter(action="sign_in.paused", subject="sato").count() == 1
    assert passwords.sign_in("sato", "tall tower over the town", address=HERE, now=NOW + 24 * MINUTE) == sato


def test_attempts_during_the_pause_do_not_prolong_it(sato: User) -> None:
    fail(10)
    fail(20, start=NOW + 10 * MINUTE, every=timedelta(seconds=1))

    assert lockout.paused_until(Factor.PASSWORD, "sato", HERE, NOW + 11 * MINUTE) == NOW + 24 * MINUTE


def test_failures_from_elsewhere_do_not_pause_this_address(sato: User) -> None:
    fail(10, address="198.51.100.7")

    assert passwords.sign_in("sato", "tall tower over the town", address=HERE, now=NOW + 10 * MINUTE) == sato


def test_slow_failures_never_pause(sato: User) -> None:
    fail(30, every=2 * MINUTE)

    assert lockout.paused_until(Factor.PASSWORD, "sato", HERE, NOW + 60 * MINUTE) is None


def test_success_forgets_the_failures(sato: User) -> None:
    fail(9)
    passwords.sign_in("sato", "tall tower over the town", address=HERE, now=NOW + 10 * MINUTE)

    assert not SignInFailure.objects.exists()
