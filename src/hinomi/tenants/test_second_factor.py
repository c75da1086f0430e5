"""The second factor: codes of an app, once each; recovery codes; pauses that end; keys that open nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hinomi.tenants import lockout, recovery, second_factor, totp, visits
from hinomi.tenants.models import AuditEntry, Factor, RecoveryCode, TotpDevice, User, Visit
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.problems import CodeReplayed, FactorNeeded, TooManyAttempts, WrongCode
from hinomi.tenants.roles import Role
from hinomi.tenants.sealing import Unopenable, seal, unseal

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 12, 1, 9, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=totp.STEP)
HERE = "192.0.2.1"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def sato() -> User:
    user = create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子")
    totp.add(user, SECRET, code(NOW - 2 * STEP), NOW - 2 * STEP)
    return user


def code(at: datetime) -> str:
    return pyotp.TOTP(SECRET).at(at)


def wrong(at: datetime) -> str:
    near = {code(at + shift * STEP) for shift in range(-2, 3)}
    return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)


def fail(user: User, times: int, start: datetime, every: timedelta) -> datetime:
    for attempt in range(times):
        at = start + attempt * every
        with pytest.raises((WrongCode, TooManyAttempts)):
            second_factor.verify(user, wrong(at), at, address=f"198.51.100.{attempt % 200}")
    return start + (times - 1) * every


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_code_of_now_or_a_step_beside_is_taken(sato: User, shift: int) -> None:
    assert second_factor.verify(sato, code(NOW + shift * STEP), NOW, address=HERE) == "totp"


@pytest.mark.parametrize("shift", [-2, 2, 120])
def test_a_code_from_further_away_is_not(sato: User, shift: int) -> None:
    with pytest.raises(WrongCode):
        second_factor.verify(sato, code(NOW + shift * STEP), NOW, address=HERE)


def test_a_code_is_taken_once_and_none_before_it_after_it(sato: User) -> None:
    second_factor.verify(sato, code(NOW), NOW, address=HERE)

    for shown in (code(NOW), code(NOW - STEP)):
        with pytest.raises(CodeReplayed):
            second_factor.verify(sato, shown, NOW, address=HERE)
    assert second_factor.verify(sato, code(NOW + STEP), NOW, address=HERE) == "totp"


def test_the_code_that_set_the_app_up_is_spent(sato: User) -> None:
    with pytest.raises(CodeReplayed):
        second_factor.verify(sato, code(NOW - 2 * STEP), NOW - STEP, address=HERE)


def test_a_code_as_a_japanese_keyboard_types_it(sato: User) -> None:
    wide = code(NOW).translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    assert second_factor.verify(sato, f" {wide[:3]}　{wide[3:]} ", NOW, address=HERE) == "totp"


def test_the_secret_is_not_in_the_database_and_opens_for_its_owner_alone(sato: User) -> None:
    kept = bytes(TotpDevice.objects.get().sealed_secret)

    assert SECRET.encode() not in kept
    assert unseal(kept, f"totp {sato.pk}") == SECRET.encode()
    with pytest.raises(Unopenable):
        unseal(kept, f"totp {sato.pk + 1}")


def test_under_another_secret_key_no_code_is_right(sato: User, settings: Any) -> None:
    settings.SECRET_KEY = "another deployment's"

    with pytest.raises(WrongCode):
        second_factor.verify(sato, code(NOW), NOW, address=HERE)


@settings(max_examples=50)
@given(secret=st.binary(max_size=100), purpose=st.text(max_size=20), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_what_is_sealed_opens_as_it_was_and_not_at_all_where_one_bit_differs(
    secret: bytes, purpose: str, at: int, bit: int
) -> None:
    sealed = seal(secret, purpose)
    assert unseal(sealed, purpose) == secret

    broken = bytearray(sealed)
    broken[at % len(sealed)] ^= 1 << bit
    with pytest.raises(Unopenable):
        unseal(bytes(broken), purpose)


def test_a_recovery_code_works_once_however_it_is_typed(sato: User) -> None:
    codes = recovery.renew(sato, NOW)

    assert second_factor.verify(sato, f" {codes[0].lower().replace('-', ' ')} ", NOW, address=HERE) == "recovery"
    with pytest.raises(WrongCode):
        second_factor.verify(sato, codes[0], NOW, address=HERE)
    assert recovery.left(sato) == recovery.NUMBER - 1
    assert codes[1] not in str(RecoveryCode.objects.values_list())


def test_new_recovery_codes_put_the_old_ones_out(sato: User) -> None:
    old = recovery.renew(sato, NOW)
    recovery.renew(sato, NOW)

    with pytest.raises(WrongCode):
        second_factor.verify(sato, old[0], NOW, address=HERE)


def test_somebody_elses_recovery_code_is_none(sato: User) -> None:
    other = create_user("mori", Role.ANALYST, now=NOW)

    with pytest.raises(WrongCode):
        second_factor.verify(sato, recovery.renew(other, NOW)[0], NOW, address=HERE)


def test_five_wrong_codes_from_anywhere_pause_the_right_one_too(sato: User) -> None:
    last = fail(sato, 5, NOW, timedelta(seconds=20))

    with pytest.raises(TooManyAttempts) as pause:
        second_factor.verify(sato, code(last), last, address=HERE)

    after = pause.value.until
    assert after == last + timedelta(minutes=15)
    assert second_factor.verify(sato, code(after), after, address=HERE) == "totp"
    assert AuditEntry.objects.filter(action="sign_in.paused", subject="sato").count() == 1


def test_who_guesses_slowly_all_day_is_paused_for_an_hour_at_a_time_and_never_for_good(sato: User) -> None:
    last = fail(sato, 20, NOW, timedelta(minutes=10))

    until = lockout.paused_until(Factor.CODE, "sato", HERE, last)

    assert until == last + timedelta(hours=1)
    assert second_factor.verify(sato, code(until), until, address=HERE) == "totp"


def test_an_operator_ends_the_pause(sato: User) -> None:
    last = fail(sato, 5, NOW, timedelta(seconds=20))

    lockout.unlock(sato, last, actor=None)

    assert second_factor.verify(sato, code(last + STEP), last, address=HERE) == "totp"


def test_staff_must_have_one_and_a_company_may_ask_it_of_its_people(settings: Any) -> None:
    blue = register_tenant("101", "青空半導体", now=NOW)
    office, suzuki = create_user("o", Role.PROGRAMME, now=NOW), create_user("s", Role.VIEWER, now=NOW, tenant=blue)
    assert second_factor.is_required(office)
    assert not second_factor.is_required(suzuki)

    blue.requires_second_factor = True
    blue.save()
    settings.REQUIRE_SECOND_FACTOR = False

    assert not second_factor.is_required(office)
    assert second_factor.is_required(suzuki)


def test_the_last_factor_stays_with_who_must_have_one(sato: User, settings: Any) -> None:
    with pytest.raises(FactorNeeded):
        second_factor.may_lose_one(sato)

    settings.REQUIRE_SECOND_FACTOR = False
    second_factor.may_lose_one(sato)


def test_a_reset_takes_everything_and_ends_every_session(sato: User) -> None:
    recovery.renew(sato, NOW)
    visits.begin(sato, NOW)

    second_factor.reset(sato, NOW)

    assert not second_factor.has(sato)
    assert not RecoveryCode.objects.exists()
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("later", "stands"),
    [(timedelta(minutes=59), True), (timedelta(minutes=60), False)],
)
def test_a_session_ends_an_hour_after_it_was_last_used(sato: User, later: timedelta, stands: bool) -> None:
    key = visits.begin(sato, NOW)

    assert visits.goes_on(sato, key, NOW + later) is stands
    assert visits.goes_on(sato, key, NOW + later) is stands


def test_a_session_that_is_used_all_day_ends_after_twelve_hours(sato: User) -> None:
    key = visits.begin(sato, NOW)

    used = [visits.goes_on(sato, key, NOW + timedelta(minutes=30 * half)) for half in range(1, 25)]

    assert used == [True] * 23 + [False]


def test_nobody_goes_on_with_somebody_elses_session(sato: User) -> None:
    key = visits.begin(sato, NOW)

    assert not visits.goes_on(create_user("mori", Role.ANALYST, now=NOW), key, NOW)
