"""Sessions that end, factors that are asked for, and accounts that nobody else can open."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import Town
from hinomi.console.shell import clock
from hinomi.tenants import people, totp
from hinomi.tenants.models import Factor, SignInFailure, TotpDevice, User, Visit
from hinomi.tenants.operations import issue_sign_in_link
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db
PASSWORD = "hi-no-mi-yagura-2022"


@pytest.fixture
def strict(town: Town, settings: Any) -> Town:
    settings.REQUIRE_SECOND_FACTOR = True
    for user in town.people.values():
        user.set_password(PASSWORD)
        user.save()
    return town


@pytest.fixture
def secret(strict: Town) -> str:
    """The analyst's app, set up a while ago."""
    made, earlier = totp.new_secret(), clock.now() - timedelta(minutes=5)
    totp.add(strict.people["analyst"], made, pyotp.TOTP(made).at(earlier), earlier)
    return made


def first_factor(who: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(reverse("sign-in"), {"username": who, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("incidents")).status_code == 200


def set_up(client: Client) -> str:
    page = client.get(reverse("account-app")).content.decode()
    made = "".join(page.partition('id="secret">')[2].partition("<")[0].split())
    answer = client.post(reverse("account-app"), {"code": pyotp.TOTP(made).now()})
    assert "回復コードを控える" in answer.content.decode()
    return made


@pytest.mark.parametrize("who", ["operator", "analyst", "programme"])
def test_staff_reach_nothing_before_they_have_a_second_factor(strict: Town, who: str) -> None:
    client = first_factor(who)

    for name in ("overview", "account", "password"):
        assert client.get(reverse(name)).headers["Location"] == reverse("account-setup"), name
    assert client.get(reverse("account-setup")).status_code == 200

    set_up(client)
    assert client.get(reverse("overview")).status_code == 200


def test_of_a_company_it_is_asked_where_the_company_asks_it(strict: Town) -> None:
    client = first_factor("member")
    assert is_in(client)

    people.demand_second_factor(None, strict.aoba, True, clock.now())

    assert not is_in(client)
    assert is_in(first_factor("neighbour"))


def test_who_has_shown_the_first_factor_only_is_nobody_yet(strict: Town, secret: str) -> None:
    client = first_factor("analyst")

    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    for name in ("account-setup", "account-app", "account-recovery"):
        assert client.post(reverse(name)).headers["Location"].startswith("/sign-in/")


def test_a_link_is_the_first_factor_only(strict: Town, secret: str) -> None:
    client = Client()
    client.post(reverse("sign-in-link", args=(issue_sign_in_link(strict.people["analyst"], clock.now()),)))

    assert not is_in(client)
    client.post(reverse("sign-in-second"), {"code": pyotp.TOTP(secret).now()})
    assert is_in(client)


def test_the_sessions_key_changes_with_each_factor(strict: Town, secret: str) -> None:
    client = Client()
    client.get(reverse("sign-in"))
    first = first_factor("analyst", client).session.session_key
    client.post(reverse("sign-in-second"), {"code": pyotp.TOTP(secret).now()})
    second = client.session.session_key

    assert first != second
    stale = Client()
    stale.cookies[client.cookies["sessionid"].key] = first
    assert not is_in(stale)


def test_after_ten_minutes_it_begins_anew(strict: Town, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client, later = first_factor("analyst"), clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)

    answer = client.post(reverse("sign-in-second"), {"code": pyotp.TOTP(secret).at(later)})

    assert answer.status_code == 422
    assert not is_in(client)


def test_a_password_that_changed_meanwhile_lets_nobody_on(strict: Town, secret: str) -> None:
    client = first_factor("analyst")
    strict.people["analyst"].set_password("another one altogether")
    strict.people["analyst"].save()

    assert client.post(reverse("sign-in-second"), {"code": pyotp.TOTP(secret).now()}).status_code == 422


def test_a_session_of_before_the_app_was_set_up_is_over(strict: Town) -> None:
    one, other = first_factor("member"), first_factor("member")
    assert is_in(one)
    assert is_in(other)

    set_up(one)

    assert is_in(one)
    assert not is_in(other)


def test_the_page_lists_where_one_is_signed_in_and_ends_all_others(strict: Town) -> None:
    here, elsewhere = first_factor("member"), Client(headers={"user-agent": "Mozilla/5.0 (iPhone) Safari/604"})
    first_factor("member", elsewhere)

    page = here.get(reverse("account")).content.decode()
    here.post(reverse("account-sessions-end"))

    assert "iPhone, Safari" in page
    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    "change",
    [
        lambda town, user: people.grant(None, user, Role.VIEWER, tenant=town.aoba, now=clock.now()),
        lambda town, user: people.close(None, user, clock.now()),
        lambda town, user: people.withdraw(None, user, Role.MEMBER, tenant=town.aoba, now=clock.now()),
    ],
    ids=["another role", "closed", "no role"],
)
def test_sessions_end_when_the_account_changes(strict: Town, change: Any) -> None:
    client = first_factor("member")
    assert is_in(client)

    change(strict, strict.people["member"])

    assert client.get(reverse("incidents")).headers["Location"].startswith("/sign-in/")


def test_another_password_ends_all_other_sessions(strict: Town) -> None:
    here, elsewhere = first_factor("member"), first_factor("member")
    chosen = {
        "old_password": PASSWORD,
        "new_password1": "煙が見える櫓の上の番人",
        "new_password2": "煙が見える櫓の上の番人",
    }
    here.post(reverse("password"), {**chosen, "new_password1": chosen["new_password1"] + "たち", "new_password2": "x"})
    assert is_in(elsewhere), "nothing was changed"

    chosen["new_password1"] = chosen["new_password2"] = "煙が早く見える高い櫓の上の番人"
    assert here.post(reverse("password"), chosen).status_code == 302

    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_session_nobody_uses_ends(strict: Town) -> None:
    client = first_factor("member")
    Visit.objects.update(last_seen=clock.now() - timedelta(minutes=61))

    assert not is_in(client)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("name", ["account-app", "account-recovery", "account-app-remove", "account-passkeys-add"])
def test_who_signed_in_a_while_ago_signs_in_again_before_factors_change(strict: Town, name: str) -> None:
    client = first_factor("member")
    set_up(client)
    kept = TotpDevice.objects.get()
    Visit.objects.update(started=clock.now() - timedelta(minutes=16))

    answer = client.post(reverse(name), {"code": "123456"})

    assert answer.headers["Location"] == f"{reverse('sign-in')}?next={reverse('account')}"
    assert "もう一度サインインしてください" in client.get(answer.headers["Location"]).content.decode()
    assert TotpDevice.objects.get().sealed_secret == kept.sealed_secret


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[list[str]]:
    """How often a password was hashed: the only part of a refusal that takes time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    counted: list[str] = []
    real = PBKDF2PasswordHasher.encode
    monkeypatch.setattr(
        PBKDF2PasswordHasher, "encode", lambda self, *given, **more: counted.append("") or real(self, *given, **more)
    )
    return iter([counted])


@pytest.mark.parametrize("who", ["member", "nobody", "closed", "analyst", "linked"])
def test_names_that_exist_are_not_to_be_told_from_those_that_do_not(
    strict: Town, secret: str, hashes: Iterator[list[str]], who: str
) -> None:
    counted = next(hashes)
    for name in ("member", "neighbour", "analyst"):
        strict.people[name].set_password(PASSWORD)
        strict.people[name].save()
    User.objects.filter(username="neighbour").update(username="closed", is_active=False)
    linked = User.objects.create(username="linked")
    linked.set_unusable_password()
    linked.save()
    counted.clear()

    answer = Client().post(reverse("sign-in"), {"username": who, "password": "wrong"})

    assert "利用者名かパスワードが違います" in answer.content.decode()
    assert len(counted) == 1


def test_an_operator_unlocks_and_takes_away_a_lost_factor(strict: Town, secret: str, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    analyst = strict.people["analyst"]
    SignInFailure.objects.create(factor=Factor.CODE, username="analyst", address="x", at=clock.now())
    url = reverse("people-act", args=(analyst.pk,))

    assert strict.client("member").post(url, {"do": "reset"}).status_code == 404
    operator = strict.client("operator")
    operator.post(url, {"do": "unlock"})
    operator.post(url, {"do": "reset"})

    assert not SignInFailure.objects.exists()
    assert not TotpDevice.objects.exists()


def test_a_recovery_code_is_shown_once_and_the_secret_never_again(strict: Town) -> None:
    client = first_factor("analyst")
    made = set_up(client)

    for name in ("account", "account-app"):
        page = client.get(reverse(name)).content.decode()
        assert made not in "".join(page.split())
        assert 'id="codes"' not in page


def test_the_last_factor_is_not_taken_off_by_who_must_have_one(strict: Town) -> None:
    client = first_factor("analyst")
    set_up(client)

    page = client.post(reverse("account-app-remove"), follow=True).content.decode()

    assert "先に別の方法を登録してから" in page
    assert TotpDevice.objects.exists()


def test_passkeys_are_not_offered_at_an_address_of_numbers(strict: Town, settings: Any) -> None:
    settings.BASE_URL = "http://127.0.0.1:8080"

    assert "data-passkey" not in Client().get(reverse("sign-in")).content.decode()
    assert Client().post(reverse("sign-in-passkey-options")).status_code == 404


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"id": "x", "rawId": "x", "response": {}}', "x" * 9999]
)
def test_a_passkey_that_is_none_is_refused_and_is_no_fault(strict: Town, settings: Any, credential: str) -> None:
    settings.BASE_URL = "https://hinomi.example.jp"
    client = Client()
    assert client.post(reverse("sign-in-passkey-options")).json()["userVerification"] == "required"

    assert client.post(reverse("sign-in-passkey"), {"credential": credential}).status_code == 422


def test_a_session_between_the_factors_is_short_and_the_one_after_them_is_not(strict: Town, secret: str) -> None:
    client = first_factor("analyst")
    assert client.session.get_expiry_age() <= 600

    client.post(reverse("sign-in-second"), {"code": pyotp.TOTP(secret).now()})

    assert client.session.get_expiry_age() > 11 * 60 * 60
