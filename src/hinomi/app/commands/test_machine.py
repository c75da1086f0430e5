"""``hinomi machine``: a company's important machines are stated by name or address."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hinomi.app.cli import hinomi
from hinomi.tenants import queries

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> Result:
    return CliRunner().invoke(hinomi, [*arguments, "--data-dir", str(settings.DATA_DIR)])


@pytest.fixture(autouse=True)
def _companies(db: None) -> None:
    said("tenant", "add", "500", "--name", "見本")
    said("tenant", "add", "501", "--name", "隣")


def listed(tenant: str = "500") -> list[dict[str, Any]]:
    return [json.loads(line) for line in said("machine", "list", "--tenant", tenant).stdout.splitlines()]


def test_a_machine_is_known_by_its_name_without_domain_in_any_case_or_by_its_address() -> None:
    said("machine", "set", "SV-01.plant.example.co.jp", "--tenant", "500", "--role", "server")
    said("machine", "set", "192.168.10.9", "--tenant", "500", "--role", "factory")

    assert [(row["machine"], row["role"]) for row in listed()] == [("192.168.10.9", "factory"), ("sv-01", "server")]
    assert queries.machine_roles("500") == {"192.168.10.9": "factory", "sv-01": "server"}
    assert listed("501") == []


def test_a_role_is_changed_and_taken_back() -> None:
    said("machine", "set", "PC-01", "--tenant", "500", "--role", "president")

    again = said("machine", "set", "pc-01", "--tenant", "500", "--role", "president")
    changed = said("machine", "set", "pc-01", "--tenant", "500", "--role", "factory")

    assert "already" in again.stderr
    assert "stated" in changed.stderr
    assert [row["role"] for row in listed()] == ["factory"]
    said("machine", "set", "PC-01", "--tenant", "500", "--role", "none")
    assert listed() == []


def test_a_company_that_is_not_there_is_said() -> None:
    wrong = said("machine", "set", "PC-01", "--tenant", "999", "--role", "server")

    assert wrong.exit_code != 0
