"""``hinomi tenant`` and ``hinomi user`` as an operator uses them, on whichever database the desk has."""

import json
import re
from datetime import UTC, datetime

import pyotp
import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.urls import reverse

from hinomi.app.cli import hinomi
from hinomi.app.commands.user import LINK
from hinomi.app.problems import explain
from hinomi.tenants import second_factor, totp
from hinomi.tenants.models import Factor, SignInFailure, User
from hinomi.tenants.operations import redeem_sign_in_link
from hinomi.tenants.problems import LinkUnknown
from hinomi.tenants.queries import role_of, tenants_for
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, [*arguments, "--data-dir", str(settings.DATA_DIR)])


def test_companies_are_registered_corrected_and_listed() -> None:
    assert run("tenant", "add", "101", "--name", "青空半導体", "--sector", "半導体", "--employees", "80").exit_code == 0
    assert run("tenant", "add", "101", "--name", "青空半導体株式会社", "--endpoints", "90").exit_code == 0

    assert run("tenant", "list").stdout == "101\t青空半導体株式会社\t半導体\n"
    assert json.loads(run("tenant", "list", "--json").stdout) == {
        "uid": "101",
        "name": "青空半導体株式会社",
        "sector": "半導体",
        "timezone": "Asia/Tokyo",
        "employees": 80,
        "endpoints": 90,
    }


def test_a_new_member_gets_in_by_the_printed_link_and_sees_one_company() -> None:
    run("tenant", "add", "101", "--name", "青空半導体")
    run("tenant", "add", "201", "--name", "赤城部品")

    printed = run("user", "add", "suzuki", "--role", "member", "--tenant", "101", "--full-name", "鈴木 一郎").stdout

    token = re.fullmatch(rf"http://127\.0\.0\.1:8080{LINK}([\w-]{{43}})\n", printed)[1]
    suzuki = redeem_sign_in_link(token, datetime.now(UTC))
    assert (suzuki.username, str(suzuki), role_of(suzuki)) == ("suzuki", "鈴木 一郎", Role.MEMBER)
    assert [company.uid for company in tenants_for(suzuki)] == ["101"]
    assert run("user", "list").stdout == "suzuki\tmember\t101\topen\t鈴木 一郎\n"


def test_another_link_is_another_link() -> None:
    first = run("user", "add", "sato", "--role", "operator").stdout

    second = run("user", "link", "sato").stdout

    assert second.startswith(f"http://127.0.0.1:8080{LINK}")
    assert first != second


def test_a_person_who_left_is_let_in_no_more_until_reopened() -> None:
    token = run("user", "add", "sato", "--role", "analyst").stdout.strip().removeprefix(f"http://127.0.0.1:8080{LINK}")

    assert run("user", "close", "sato").exit_code == 0

    assert run("user", "list").stdout == "sato\tanalyst\t-\tclosed\t\n"
    assert "hinomi user reopen sato" in (explain(run("user", "link", "sato").exception) or "")
    with pytest.raises(LinkUnknown):
        redeem_sign_in_link(token, datetime.now(UTC))

    run("user", "reopen", "sato")
    assert redeem_sign_in_link(token, datetime.now(UTC)).username == "sato"


def test_somebody_can_always_operate() -> None:
    run("user", "add", "sato", "--role", "operator")

    for refused in (run("user", "close", "sato"), run("user", "withdraw", "sato", "--role", "operator")):
        assert "最後の運用担当" in (explain(refused.exception) or "")

    run("user", "add", "kato", "--role", "operator")
    assert run("user", "close", "sato").exit_code == 0


def test_an_analyst_of_named_companies_has_one_role_in_each() -> None:
    for uid in ("101", "102"):
        run("tenant", "add", uid, "--name", f"企業 {uid}")
    run("user", "add", "mori", "--role", "analyst", "--tenant", "101")

    run("user", "grant", "mori", "--role", "viewer", "--tenant", "102")
    run("user", "grant", "mori", "--role", "analyst", "--tenant", "102")

    assert run("user", "list").stdout == "mori\tanalyst\t101\topen\t\nmori\tanalyst\t102\topen\t\n"


def test_pauses_and_second_factors_are_ended_from_the_command_line() -> None:
    run("user", "add", "sato", "--role", "operator")
    sato = User.objects.get()
    SignInFailure.objects.create(factor=Factor.CODE, username="sato", address="192.0.2.1", at=datetime.now(UTC))
    secret = totp.new_secret()
    totp.add(sato, secret, pyotp.TOTP(secret).now(), datetime.now(UTC))

    assert run("user", "unlock", "sato").exit_code == 0
    assert run("user", "reset-second-factor", "sato").exit_code == 0

    assert not SignInFailure.objects.exists()
    assert not second_factor.has(sato)


def test_the_link_is_where_the_console_takes_it() -> None:
    assert reverse("sign-in-link", args=("token",)) == f"{LINK}token"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "sato", "--role", "member"), "--tenant"),
        (("user", "add", "sato", "--role", "operator", "--tenant", "101"), "--tenant"),
        (("user", "add", "sato", "--role", "king"), "'operator'"),
        (("tenant", "add", "101"), "--name"),
    ],
)
def test_wrong_usage_is_explained(arguments: tuple[str, ...], said: str) -> None:
    refused = run(*arguments)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "add", "sato", "--role", "member", "--tenant", "999"), "hinomi tenant list"),
        (("user", "link", "nobody"), "hinomi user add"),
        (("user", "close", "nobody"), "hinomi user add"),
        (("tenant", "add", "../etc", "--name", "x"), "uid: "),
        (("tenant", "add", "101", "--name", "x", "--timezone", "Tokyo"), "Asia/Tokyo"),
    ],
)
def test_what_cannot_be_done_is_explained(arguments: tuple[str, ...], said: str) -> None:
    refused = run(*arguments)

    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in (explain(refused.exception) or "")
