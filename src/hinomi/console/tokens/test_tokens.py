"""The page of one's own tokens: made and shown once, narrowed, taken away; nobody else's."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from hinomi.console.api.gate import OPERATIONS
from hinomi.console.api.service import api
from hinomi.console.conftest import Town
from hinomi.tenants import api_tokens
from hinomi.tenants.models import ApiToken
from hinomi.tenants.roles import Role

assert api, "its operations are declared"
pytestmark = pytest.mark.django_db
FORM = {"name": "月次の集計", "scope": "read", "tenant": "", "days": "30"}


def test_a_token_is_shown_once_and_works(town: Town) -> None:
    client = town.client("member")

    made = client.post(reverse("tokens-new"), FORM)

    assert made.status_code == 200
    assert "no-store" in made.headers["Cache-Control"]
    [secret] = re.findall(r"hnm_[\w-]{43}", made.content.decode())
    held = api_tokens.authenticate(secret, datetime.now(UTC))
    assert (held.user, held.name, held.scope) == (town.people["member"], "月次の集計", "read")
    assert 29 <= (held.expires - datetime.now(UTC)).days <= 30
    listed = client.get(reverse("tokens")).content.decode()
    assert "月次の集計" in listed
    assert secret not in listed


def test_it_may_be_for_one_company_alone(town: Town) -> None:
    town.client("member").post(reverse("tokens-new"), FORM | {"tenant": "701", "scope": "work"})

    assert ApiToken.objects.get().tenant_id == "701"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scope": "all"}, {"tenant": "702"}, {"days": "9999"}, {"name": "x" * 101}]
)
def test_what_cannot_be_is_said_and_nothing_is_made(town: Town, wrong: dict[str, str]) -> None:
    answer = town.client("member").post(reverse("tokens-new"), FORM | wrong)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_taken_away_by_its_owner_alone(town: Town) -> None:
    _, row = api_tokens.issue(town.people["member"], "集計", datetime.now(UTC))
    gone = reverse("tokens-revoke", args=(row.pk,))

    assert town.client("neighbour").post(gone).status_code == 404
    assert ApiToken.objects.exists()

    assert town.client("member").post(gone, follow=True).status_code == 200
    assert not ApiToken.objects.exists()
    assert town.client("member").post(reverse("tokens-revoke", args=(2**70,))).status_code == 404


def test_the_page_of_the_api_shows_what_the_reader_may_without_anything_from_elsewhere(town: Town) -> None:
    page = town.client("member").get(reverse("api")).content.decode()

    shown = {name for name in OPERATIONS if f'id="{name}"' in page}
    assert shown == {name for name, declared in OPERATIONS.items() if Role.MEMBER in declared.rule.roles}
    assert 'src="http' not in page
    assert "<script>" not in page
