"""People get in by password or by a link that works once; others stay outside."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from hinomi.console.conftest import NOW, Town
from hinomi.tenants.lockout import LIMITS
from hinomi.tenants.models import AuditEntry, Factor
from hinomi.tenants.operations import issue_sign_in_link

pytestmark = pytest.mark.django_db
PASSWORD = "hi-no-mi-yagura-2022"


@pytest.fixture
def member(town: Town) -> Town:
    town.people["member"].set_password(PASSWORD)
    town.people["member"].save()
    return town


def sign_in(client: Client, password: str, **more: str) -> object:
    return client.post(reverse("sign-in"), {"username": "member", "password": password, **more})


def test_a_stranger_is_led_to_the_page_they_asked_for_after_signing_in(member: Town) -> None:
    client = Client()
    asked = client.get("/incidents/?status=all", follow=True)
    assert asked.context["next"] == "/incidents/?status=all"

    answer = sign_in(client, PASSWORD, next="/incidents/?status=all")

    assert answer.headers["Location"] == "/incidents/?status=all"
    assert client.get("/incidents/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_somebody_elses_page(member: Town, target: str) -> None:
    answer = sign_in(Client(), PASSWORD, next=target)

    assert answer.headers["Location"] == "/"


def test_a_wrong_password_does_not_say_which_was_wrong(member: Town) -> None:
    answer = sign_in(Client(), "wrong")

    assert answer.status_code == 422
    assert "利用者名かパスワードが違います" in answer.content.decode()
    assert "wrong&quot;" not in answer.content.decode()


def test_after_many_failures_even_the_right_password_has_to_wait(member: Town) -> None:
    client = Client()
    for _ in range(LIMITS[Factor.PASSWORD][0].failures):
        sign_in(client, "wrong")

    answer = sign_in(client, PASSWORD)

    assert answer.status_code == 422
    assert "15分" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_a_mail_scanner_that_opens_the_link_does_not_spend_it(town: Town) -> None:
    token = issue_sign_in_link(town.people["member"], datetime.now(UTC))
    url = reverse("sign-in-link", args=(token,))
    assert Client().get(url).status_code == 200
    assert Client().head(url).status_code in (200, 405)

    client = Client()
    entered = client.post(url)

    assert entered.headers["Location"] == "/"
    assert client.get("/incidents/").status_code == 200


def test_a_link_works_once(town: Town) -> None:
    url = reverse("sign-in-link", args=(issue_sign_in_link(town.people["member"], datetime.now(UTC)),))
    Client().post(url)

    second = Client().post(url)

    assert second.status_code == 422
    assert "使用済み" in second.content.decode()


@pytest.mark.parametrize("token", ["nonsense", "a" * 200])
def test_a_made_up_link_is_refused(town: Town, token: str) -> None:
    assert Client().post(reverse("sign-in-link", args=(token,))).status_code == 422


def test_an_old_link_is_refused(town: Town) -> None:
    url = reverse("sign-in-link", args=(issue_sign_in_link(town.people["member"], NOW),))

    assert "期限" in Client().post(url).content.decode()


def test_signing_out_ends_it(town: Town) -> None:
    client = town.client("member")
    client.post(reverse("sign-out"))

    assert client.get("/").headers["Location"].startswith("/sign-in/")


def test_who_came_by_a_link_chooses_a_password_and_comes_back_with_it(town: Town) -> None:
    town.people["member"].set_unusable_password()
    town.people["member"].save()
    client = town.client("member")

    answer = client.post(reverse("password"), {"new_password1": PASSWORD, "new_password2": PASSWORD})

    assert answer.headers["Location"] == "/"
    assert client.get("/incidents/").status_code == 200, "the session goes on"
    assert sign_in(Client(), PASSWORD).headers["Location"] == "/"
    assert AuditEntry.objects.filter(action="password.set", actor="member").count() == 1


@pytest.mark.parametrize(
    "chosen",
    [
        {"new_password1": "short", "new_password2": "short"},
        {"new_password1": "another-one-2022", "new_password2": "another-two-2022"},
        {"new_password1": "another-one-2022", "new_password2": "another-one-2022", "old_password": "guessed"},
    ],
)
def test_a_password_is_not_changed_by_who_does_not_know_it_nor_to_a_weak_one(
    member: Town, chosen: dict[str, str]
) -> None:
    answer = member.client("member").post(reverse("password"), chosen)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert sign_in(Client(), PASSWORD).headers["Location"] == "/"


def test_forms_need_their_token(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(town.people["analyst"])

    answer = client.post(reverse("incidents-note", args=(town.incidents["701"],)), {"text": "from elsewhere"})

    assert answer.status_code == 403


def test_monitoring_learns_that_it_lives_and_nothing_else(town: Town) -> None:
    answer = Client().get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
