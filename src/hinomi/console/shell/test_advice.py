"""The card of an incident names the machine once and what the incident is about."""

from datetime import UTC, datetime

import pytest

from hinomi.console.shell.advice import for_incident
from hinomi.incidents.models import Incident
from hinomi.tenants.operations import register_tenant

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 15, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("host", "machine"),
    [("", "「192.168.1.5」(使う人:不明)が、"), ("PC-07", "「PC-07 (192.168.1.5)」(使う人:不明)が、")],
    ids=["nameless", "named"],
)
def test_a_call_to_an_attackers_server_names_the_machine_once_and_the_server(host: str, machine: str):
    tenant = register_tenant("101", "見本", now=NOW)
    about = {"kind": "cnc_callback", "host": host, "address": "192.168.1.5", "what": "bad.example"}
    moments = dict.fromkeys(("first_seen", "last_seen", "created", "updated"), NOW)
    incident = Incident.objects.create(uid="one", tenant=tenant, title="C&C", severity_id=4, **about, **moments)

    card = for_incident(incident)

    assert card
    assert machine in card.happened
    assert "行き先は「bad[.]example」です。" in card.happened
