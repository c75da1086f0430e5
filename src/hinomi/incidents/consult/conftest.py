"""Two companies with an incident and people each, an analyst of both and one of the second company alone."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.incidents.test_recording import story
from hinomi.tenants.models import Membership, Tenant, User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Village:
    """``people``: suzuki and mori (who only looks) of ``blue``, tanaka of ``red``, sato the analyst, local of red."""

    blue: Tenant
    red: Tenant
    people: dict[str, User]
    incident: Incident
    other: Incident


@pytest.fixture
def village(db: None) -> Village:
    blue = register_tenant("101", "青空半導体", now=NOW, vendor_contact="青空商事 06-0000-0000")
    red = register_tenant("201", "赤城部品", now=NOW)
    people = {
        "suzuki": create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue, name="鈴木 一郎", email="s@c101.example.jp"),
        "tanaka": create_user("tanaka", Role.MEMBER, now=NOW, tenant=red, name="田中 二郎"),
        "sato": create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子"),
        "office": create_user("office", Role.PROGRAMME, now=NOW),
        "mori": create_user("mori", Role.VIEWER, now=NOW, tenant=blue, name="森 三郎"),
    }
    people["local"] = User.objects.create(username="local", name="小西 四郎")
    Membership.objects.create(user=people["local"], role=Role.ANALYST, tenant=red)
    record([story(1, 2, tenant="101"), story(3, 4, tenant="201")], NOW)
    return Village(
        blue, red, people, Incident.objects.get(tenant="101"), Incident.objects.get(tenant="201", merged_into=None)
    )
