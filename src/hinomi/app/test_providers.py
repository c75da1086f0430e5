"""Identity providers as an operator configures them: what cannot be is told, and nothing is configured by default."""

from pathlib import Path

import pytest

from hinomi.app.providers import BadProviders, signers


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- {name: a, issuer: 'http://op.example', client_id: x}", "https"),
        ("- {name: A b, issuer: 'https://op.example', client_id: x}", "name"),
        ("- {name: a, issuer: 'https://op.example'}", "client_id"),
        ("- {name: a, issuer: 'https://op.example', client_id: x, secret: y}", "secret"),
        (
            "- {name: a, issuer: 'https://op.example', client_id: x, domains: {a.jp: {tenant: '1', role: operator}}}",
            "企業の人だけ",
        ),
        ("name: a", "並び"),
        ("- {name: a, issuer: 'https://a', client_id: x}\n- {name: a, issuer: 'https://b', client_id: x}", "二つ"),
    ],
)
def test_settings_that_cannot_be_are_explained(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "oidc.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(BadProviders, match=problem):
        signers({"HINOMI_OIDC_FILE": str(path)})


def test_one_provider_by_the_environment_alone() -> None:
    environ = {
        "HINOMI_OIDC_ISSUER": "https://login.example.jp",
        "HINOMI_OIDC_CLIENT_ID": "hinomi",
        "HINOMI_OIDC_CLIENT_SECRET": "hush",
        "HINOMI_OIDC_DOMAINS": "Example.jp, factory.example.jp",
    }
    found = signers(environ)[0]

    assert (found.name, found.label, found.is_second_factor) == ("sso", "login.example.jp", False)
    assert found.domains == {"example.jp": None, "factory.example.jp": None}
    assert "hush" not in repr(found)
    assert signers({}) == []
