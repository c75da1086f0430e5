"""Sign-in through an organisation's identity provider, against a real one over HTTP."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from oidc_provider_mock import User as Subject
from oidc_provider_mock import run_server_in_thread

from hinomi.console.conftest import Town
from hinomi.net import oidc
from hinomi.net.provider import Provider
from hinomi.tenants.models import AuditEntry, OidcIdentity, User

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Signer:
    """As ``settings.OIDC_PROVIDERS`` holds them (``hinomi.app.providers``)."""

    provider: Provider
    domains: Mapping[str, tuple[str, str] | None]
    is_second_factor: bool
    label: str = "見張りの会"

    @property
    def name(self) -> str:
        return self.provider.name


EMAIL = "analyst@watch.example.jp"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    people = [
        Subject(sub="u-1", claims={"email": EMAIL, "email_verified": True, "name": "分析 花子"}),
        Subject(sub="u-2", claims={"email": EMAIL, "email_verified": False}),
        Subject(sub="u-3", claims={"email": "new@factory.example.jp", "email_verified": True, "name": "新井"}),
        Subject(sub="u-4", claims={"email": "analyst@elsewhere.example", "email_verified": True}),
        Subject(sub="u-5", claims={"email": EMAIL, "email_verified": True}),
    ]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def provider(issuer: str, town: Town, settings: Any) -> Provider:
    user = town.people["analyst"]
    user.email = EMAIL.upper()
    user.save()
    found = Provider("watch", "見張りの会", issuer, "hinomi", "hush")
    domains = {"watch.example.jp": None, "factory.example.jp": ("701", "viewer")}
    settings.OIDC_PROVIDERS = [Signer(found, domains, False)]
    settings.BASE_URL = "http://testserver"
    return found


def agree(client: Client, subject: str, **query: str) -> str:
    """Off to the provider, where the person signs in; the address they come back with."""
    away = client.get(reverse("sign-in-oidc", args=("watch",)), query).headers["Location"]
    back = requests.post(away, data={"sub": subject}, allow_redirects=False, timeout=10)
    return back.headers["Location"].removeprefix("http://testserver")


def test_who_is_registered_with_this_address_gets_in_and_is_known_by_the_subject_from_then_on(
    provider: Provider, town: Town
) -> None:
    client = Client()
    answer = client.get(agree(client, "u-1", next="/incidents/?status=all"))

    assert answer.headers["Location"] == "/incidents/?status=all"
    assert client.get("/incidents/").context["request"].user == town.people["analyst"]
    assert OidcIdentity.objects.get().subject == "u-1"
    assert AuditEntry.objects.filter(action="identity.linked", actor="analyst").count() == 1

    User.objects.filter(username="analyst").update(email="")
    again = Client()
    assert again.get(agree(again, "u-1")).status_code == 302


@pytest.mark.parametrize("subject", ["u-2", "u-4", "stranger"])
def test_an_address_nobody_verified_or_of_a_foreign_domain_leads_nowhere(provider: Provider, subject: str) -> None:
    client = Client()
    answer = client.get(agree(client, subject))

    assert answer.status_code == 422
    assert "結びついた利用者がいません" in answer.content.decode()
    assert not OidcIdentity.objects.exists()
    assert User.objects.count() == 5


def test_another_subject_with_the_same_address_does_not_take_the_account(provider: Provider) -> None:
    client = Client()
    client.get(agree(client, "u-1"))
    other = Client()

    assert other.get(agree(other, "u-5")).status_code == 422
    assert other.get("/").status_code == 302


def test_two_people_with_one_address_are_told_apart_by_nobody(provider: Provider, town: Town) -> None:
    User.objects.filter(username="member").update(email=EMAIL)
    client = Client()

    assert client.get(agree(client, "u-1")).status_code == 422


def test_a_closed_account_stays_closed(provider: Provider) -> None:
    User.objects.filter(username="analyst").update(is_active=False)
    client = Client()

    assert client.get(agree(client, "u-1")).status_code == 422


def test_a_domain_that_the_operator_mapped_makes_people_of_one_company_who_only_look(provider: Provider) -> None:
    client = Client()
    assert client.get(agree(client, "u-3")).status_code == 302

    made = User.objects.get(username="new@factory.example.jp")
    assert list(made.memberships.values_list("role", "tenant_id")) == [("viewer", "701")]
    assert not made.has_usable_password()


def test_it_is_the_first_factor_only_unless_the_operator_says_otherwise(
    provider: Provider, settings: Any, town: Town
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client = Client()
    client.get(agree(client, "u-1"))
    assert client.get("/incidents/").headers["Location"] == reverse("account-setup")

    settings.OIDC_PROVIDERS = [Signer(provider, {}, True)]
    trusted = Client()
    trusted.get(agree(trusted, "u-1"))
    assert trusted.get("/incidents/").status_code == 200


def test_what_comes_back_counts_once_and_only_in_the_browser_it_began_in(provider: Provider) -> None:
    client = Client()
    back = agree(client, "u-1")

    assert Client().get(back).status_code == 422
    assert client.get(back.replace("state=", "state=x")).status_code == 422
    assert client.get(back).status_code == 422, "the wrong state has spent the beginning"


def test_a_code_of_somebody_elses_sign_in_is_refused_by_its_nonce(provider: Provider) -> None:
    victim, thief = Client(), Client()
    stolen = parse_qs(urlsplit(agree(thief, "u-1")).query)["code"][0]
    state = parse_qs(urlsplit(agree(victim, "u-1")).query)["state"][0]

    url = reverse("sign-in-oidc-back", args=("watch",))
    assert victim.get(f"{url}?{urlencode({'code': stolen, 'state': state})}").status_code == 422


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/"])
def test_nobody_is_led_to_somebody_elses_page(provider: Provider, target: str) -> None:
    client = Client()

    assert client.get(agree(client, "u-1", next=target)).headers["Location"] == "/"


def test_the_browser_carries_a_challenge_and_no_secret(provider: Provider) -> None:
    asked = oidc.begin(provider, "http://testserver/back")
    query = parse_qs(urlsplit(asked.url).query)

    assert query["code_challenge"] == [create_s256_code_challenge(asked.verifier)]
    assert (query["code_challenge_method"], query["response_type"]) == (["S256"], ["code"])
    assert (query["state"], query["nonce"]) == ([asked.state], [asked.nonce])
    assert not any(secret in asked.url for secret in (asked.verifier, "hush"))


def test_an_issuer_that_calls_itself_otherwise_is_not_believed(provider: Provider, issuer: str) -> None:
    with pytest.raises(oidc.OidcError, match="calls itself"):
        oidc.begin(Provider("x", "x", f"{issuer}/", "hinomi"), "http://testserver/back")


def test_a_provider_that_is_away_is_a_refusal_and_no_fault(settings: Any, town: Town) -> None:
    settings.OIDC_PROVIDERS = [Signer(Provider("watch", "x", "http://127.0.0.1:9", "hinomi"), {}, False)]

    answer = Client().get(reverse("sign-in-oidc", args=("watch",)))

    assert answer.status_code == 422
    assert "本人と確かめられませんでした" in answer.content.decode()


def test_nobody_is_asked_of_whom_nothing_is_configured(town: Town) -> None:
    assert Client().get(reverse("sign-in-oidc", args=("watch",))).status_code == 404


NOW = datetime(2022, 12, 1, tzinfo=UTC)
OURS, THEIRS = (RSAKey.generate_key(2048, {"kid": "a"}) for _ in range(2))
GOOD = {
    "iss": "https://op.example",
    "aud": "hinomi",
    "sub": "u-1",
    "nonce": "n",
    "iat": int(NOW.timestamp()),
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
}


@pytest.mark.parametrize(
    ("changed", "key", "alg"),
    [
        ({"iss": "https://evil.example"}, OURS, "RS256"),
        ({"aud": "another client"}, OURS, "RS256"),
        ({"aud": ["hinomi", "another"], "azp": "another"}, OURS, "RS256"),
        ({"nonce": "another"}, OURS, "RS256"),
        ({"exp": int((NOW - timedelta(minutes=5)).timestamp())}, OURS, "RS256"),
        ({"iat": int((NOW + timedelta(minutes=5)).timestamp())}, OURS, "RS256"),
        ({}, THEIRS, "RS256"),
        ({}, None, "none"),
    ],
)
def test_a_token_that_is_not_of_this_issuer_for_us_now_is_refused(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], key: Any, alg: str
) -> None:
    token = signed({**GOOD, **changed}, key, alg)
    answers(monkeypatch, token)

    with pytest.raises(oidc.OidcError):
        finish()


def test_a_token_that_is_right_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, signed({**GOOD, "email": EMAIL, "email_verified": True}, OURS, "RS256"))

    assert finish() == oidc.Claims("https://op.example", "u-1", EMAIL, "")


def finish() -> oidc.Claims:
    found = Provider("x", "x", "https://op.example", "hinomi")
    return oidc.finish(found, "https://hinomi.example/back", "code", nonce="n", verifier="v", now=NOW)


def signed(claims: dict[str, Any], key: Any, alg: str) -> str:
    if key is None:
        return "eyJhbGciOiJub25lIn0." + jwt.encode({"alg": "RS256"}, claims, OURS).split(".")[1] + "."
    return jwt.encode({"alg": alg, "kid": "a"}, claims, key)


def answers(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """What the provider says; the wire itself is in the tests above."""
    op = "https://op.example"
    said: dict[str, Any] = {
        f"{op}/.well-known/openid-configuration": {
            "issuer": op,
            "token_endpoint": f"{op}/token",
            "jwks_uri": f"{op}/keys",
        },
        f"{op}/token": {"id_token": token},
        f"{op}/keys": KeySet([OURS]).as_dict(private=False),
    }
    monkeypatch.setattr(oidc, "read", lambda url, access, body=None: said[url])
