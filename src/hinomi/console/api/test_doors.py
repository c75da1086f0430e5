"""Every operation of the API, asked by a stranger, in another company's name, with too little: they get nothing."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hinomi.console.api import pace
from hinomi.console.api.conftest import Program
from hinomi.console.api.gate import OPERATIONS, TENANT_HEADER
from hinomi.console.api.test_examples import ALL, NO_COMPANY, question
from hinomi.console.conftest import Town
from hinomi.console.shell.test_access import (
    SECRETS,
)
from hinomi.console.signin.entering import SECOND
from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiScope
from hinomi.tenants.operations import close_account
from hinomi.tenants.roles import Role

pytestmark = pytest.mark.django_db


def in_person(town: Town, who: str, **options: Any) -> Client:
    """Somebody who signed in with both factors."""
    client = Client(**options)
    client.force_login(town.people[who])
    session = client.session
    session[SECOND] = True
    session.save()
    return client


def desk() -> list[Any]:
    """Every row of every table, but for what it leaves behind to look: sessions, when a token was last used."""
    rows: list[Any] = []
    for model in apps.get_models():
        if model.__name__ not in ("Session", "Visit", "ApiToken"):
            rows += [(model.__name__, *row) for row in model._default_manager.order_by("pk").values_list()]
    switches = settings.DATA_DIR / "rules" / "state.json"
    scans = sorted(map(str, (settings.DATA_DIR / "scans").rglob("*")))
    return [*rows, switches.read_text() if switches.exists() else "", scans]


def leaks(answer: Any) -> list[str]:
    shown = answer.getvalue() if answer.streaming else answer.content
    return [secret for secret in SECRETS if secret in shown.decode(errors="replace")]


def is_problem(answer: Any, status: int) -> bool:
    said = answer.json()
    return (
        answer.status_code == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and said["status"] == status
        and bool(said["what_to_do"])
    )


def test_a_stranger_gets_nothing(town: Town) -> None:
    questions = [question(name, town) for name in ALL]
    expired, _ = api_tokens.issue(
        town.people["operator"], "x", datetime.now(UTC) - timedelta(days=2), lifetime=timedelta(days=1)
    )
    revoked, row = api_tokens.issue(town.people["operator"], "x", datetime.now(UTC))
    api_tokens.revoke(None, row.pk, datetime.now(UTC))
    before = desk()

    for asked, headers in product(
        questions,
        (
            {},
            {"authorization": "Bearer"},
            {"authorization": "Bearer hnm_x"},
            {"authorization": "Basic b3BlcmF0b3I6eA=="},
            {"authorization": f"Bearer {expired}"},
            {"authorization": f"Bearer {revoked}"},
        ),
    ):
        answer = asked.put(Client(), **headers)

        assert is_problem(answer, 401), (asked.name, answer.content)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert not leaks(answer), asked.name
    assert desk() == before


def test_another_company_gets_nothing(town: Town, program: Program) -> None:
    questions = [question(name, town) for name in ALL if name not in NO_COMPANY]
    clients = [program("neighbour"), program("operator", tenant=town.konan), town.client("neighbour")]
    before = desk()

    for asked, client in product(questions, clients):
        answer = asked.put(client)

        assert answer.status_code in (403, 404), (asked.name, answer.content)
        assert is_problem(answer, answer.status_code)
        assert not leaks(answer), asked.name
    assert desk() == before


@pytest.mark.parametrize("name", sorted(NO_COMPANY))
def test_what_is_about_no_company_tells_another_company_nothing(town: Town, program: Program, name: str) -> None:
    asked = question(name, town)

    for client in (program("neighbour"), program("operator", tenant=town.konan), town.client("neighbour")):
        assert not leaks(asked.put(client))


def test_too_small_a_scope_does_nothing(town: Town, program: Program) -> None:
    questions = [question(name, town) for name in ALL if OPERATIONS[name].rule.scope is not ApiScope.READ]
    clients = {scope: program("operator", scope=scope) for scope in ApiScope}
    before = desk()

    for asked, scope in product(questions, ApiScope):
        if not api_tokens.covers(scope, OPERATIONS[asked.name].rule.scope):
            assert is_problem(asked.put(clients[scope]), 403), asked.name
    assert desk() == before


def test_who_has_no_role_or_is_of_the_office_sees_no_companys_evidence(town: Town, program: Program) -> None:
    questions = [question(name, town) for name in ALL if name not in NO_COMPANY]
    nobody, office = program("analyst"), program("programme")
    town.people["analyst"].memberships.all().delete()
    before = desk()

    for asked in questions:
        assert asked.put(nobody).status_code in (403, 404), asked.name
        if Role.PROGRAMME not in OPERATIONS[asked.name].rule.roles:
            assert is_problem(asked.put(office), 403), asked.name
    assert desk() == before


def test_a_token_dies_with_its_owners_account(town: Town, program: Program) -> None:
    client = program("member")
    assert client.get("/api/v1/me").status_code == 200

    close_account(town.people["member"], datetime.now(UTC))

    assert is_problem(client.get("/api/v1/me"), 401)


def test_who_leaves_a_company_leaves_it_with_every_token(town: Town, program: Program) -> None:
    client = program("member", tenant=town.aoba)
    assert client.get("/api/v1/tenants/701").status_code == 200

    town.people["member"].memberships.all().delete()

    assert client.get("/api/v1/tenants/701").status_code in (403, 404)


@pytest.mark.parametrize("name", ALL)
def test_those_who_may_are_answered_and_the_company_is_named(town: Town, program: Program, name: str) -> None:
    """Without this the tests above would pass on an API that answers nobody."""
    asked = question(name, town)
    who = "operator" if Role.OPERATOR in OPERATIONS[name].rule.roles else "member"
    client = in_person(town, who) if OPERATIONS[name].rule.in_person else program(who)

    answer = asked.put(client)

    if name == "expert_decide":  # nothing is proposed of this town
        assert is_problem(answer, 422)
        return
    assert answer.status_code in (200, 201, 202, 204), answer.content
    assert answer.headers["Cache-Control"] == "private, no-store"
    if "{tenant}" in OPERATIONS[name].path:
        is_json = answer.headers["Content-Type"].startswith("application/json")
        assert (answer.json()["tenant"] if is_json else answer.headers[TENANT_HEADER]) == "701"
    elif OPERATIONS[name].rule.whole and name not in WITHOUT_LIST:
        assert answer.json()["all_companies"] is True


WITHOUT_LIST = {"rule_switch", "rules_pack", "rule_retro", "trial_ask", "trial_cancel", "trial_adopt"} | {
    "review_beat",
    "centre_contact_test",
}
"""They answer what was done, or nothing."""


def test_a_page_of_somebody_elses_cannot_make_a_browser_change_anything(town: Town) -> None:
    questions = [question(name, town) for name, declared in OPERATIONS.items() if declared.method != "GET"]
    browser = in_person(town, "operator", enforce_csrf_checks=True)
    before = desk()

    for asked in questions:
        assert is_problem(asked.put(browser), 403), asked.name
    assert desk() == before


def test_a_wrong_token_is_not_covered_by_a_good_session(town: Town) -> None:
    client = in_person(town, "operator")

    assert client.get("/api/v1/me").status_code == 200
    assert is_problem(client.get("/api/v1/me", headers={"authorization": "Bearer hnm_x"}), 401)


def test_a_token_that_changes_something_is_named_in_the_audit_trail(town: Town, program: Program) -> None:
    from hinomi.tenants.models import AuditEntry

    question("incident_status", town).put(program("analyst", ApiScope.WORK))

    said = AuditEntry.objects.filter(action="api_token.used").values_list("actor", "tenant", "subject", "detail__name")
    assert list(said) == [("analyst", "701", "incident_status", "試験")]
    assert AuditEntry.objects.filter(action="incident.status", actor="analyst").exists()


def test_a_token_of_one_company_reaches_nobodys_other_roles(town: Town, program: Program) -> None:
    both = town.people["member"]
    both.memberships.create(role=Role.VIEWER, tenant=town.konan)
    client = program("operator", tenant=town.aoba)

    [person] = [one for one in client.get("/api/v1/tenants/701/people").json()["items"] if one["username"] == "member"]
    assert person["roles"] == [{"role": "member", "tenant": "701"}]
    assert not person["is_yours"]
    closing = client.post("/api/v1/tenants/701/people/member/act", {"do": "close"}, "application/json")
    assert is_problem(closing, 403)


def test_too_many_questions_are_told_when_to_come_again(
    town: Town, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PER_MINUTE", 3)
    hasty, other = program("member"), program("member")

    statuses = [hasty.get("/api/v1/me").status_code for _ in range(5)]

    assert statuses.count(429) >= 1
    refused = hasty.get("/api/v1/me")
    assert is_problem(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert other.get("/api/v1/me").status_code == 200


def test_an_address_that_is_none_is_a_problem_too(town: Town) -> None:
    assert is_problem(Client().get("/api/v1/nothing"), 404)
    assert is_problem(Client().post("/api/v2/me"), 404)


def test_what_is_too_large_is_not_read(town: Town, program: Program) -> None:
    url = reverse("api:incident_note", kwargs={"tenant": "701", "uid": town.incidents["701"]})

    answer = program("analyst").post(url, {"text": "x" * 3_000_000}, "application/json")

    assert is_problem(answer, 413)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"x"', '{"text": "\\ud800"}', '{"\\ud800": 1}', '{"text": NaN}', "\xff"]
)
def test_what_is_no_body_is_said_to_be_none(town: Town, program: Program, body: str) -> None:
    url = reverse("api:incident_note", kwargs={"tenant": "701", "uid": town.incidents["701"]})

    answer = program("analyst").generic("POST", url, body.encode("latin-1"), "application/json")

    assert answer.status_code in (400, 422)
    assert is_problem(answer, answer.status_code)
