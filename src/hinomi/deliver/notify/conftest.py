"""Two companies with a person each, two analysts, and a real mail server that HINOMI_SMTP_URL names."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from hinomi.incidents.models import Incident
from hinomi.incidents.operations import record
from hinomi.net.conftest import MailServer, mail_server
from hinomi.ocsf.incident import Entry, Story
from hinomi.tenants.models import User
from hinomi.tenants.operations import create_user, register_tenant
from hinomi.tenants.roles import Role

__all__ = ["mail_server"]

NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)
Tell = Callable[..., Incident]


def story(*findings: str, tenant: str = "101", severity_id: int = 4, ago: timedelta, **changes: Any) -> Story:
    seen = (NOW - ago).replace(tzinfo=None)
    values = {
        "title": "PC-07: 遠隔操作ソフトの起動",
        "kind": "support_scam",
        "host": "PC-07",
        "user": "yamada",
    } | changes
    timeline = tuple(
        Entry(seen, finding, f"{tenant}-edr", "edr", "遠隔操作ソフトの起動", "", severity_id) for finding in findings
    )
    return Story(
        uid=f"{tenant}-{findings[0]}",
        tenant=tenant,
        severity_id=severity_id,
        address="192.168.10.27",
        first_seen=seen,
        last_seen=seen,
        timeline=timeline,
        links=(),
        **values,
    )


@pytest.fixture
def tell(people: dict[str, User]) -> Tell:
    """Records a story as the river tells it; returns the incident that holds it."""

    def recorded(*findings: str, now: datetime = NOW, ago: timedelta = timedelta(hours=1), **changes: Any) -> Incident:
        told = story(*(findings or ("f1",)), ago=ago, **changes)
        record([told], now)
        return Incident.objects.get(merged_into=None, entries__finding=told.timeline[0].finding)

    return recorded


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """By name; suzuki is of company 101, tanaka of 201."""
    blue = register_tenant("101", "青空半導体", now=NOW, vendor_contact="青空商事 06-0000-0000")
    red = register_tenant("201", "赤城部品", now=NOW)
    made = [
        create_user("suzuki", Role.MEMBER, now=NOW, tenant=blue, name="鈴木 一郎", email="suzuki@c101.example.jp"),
        create_user("tanaka", Role.MEMBER, now=NOW, tenant=red, email="tanaka@c201.example.jp"),
        create_user("sato", Role.ANALYST, now=NOW, name="佐藤 花子", email="sato@watch.example.jp"),
        create_user("kato", Role.OPERATOR, now=NOW),
        create_user("office", Role.PROGRAMME, now=NOW, email="office@programme.example.jp"),
    ]
    return {user.username: user for user in made}


@pytest.fixture
def server(mail_server: MailServer, settings: Settings) -> MailServer:
    settings.SMTP_SECRET_URL = mail_server.url
    settings.BASE_URL = "https://watch.example.jp"
    settings.CENTRE_CONTACT = "監視センター 03-0000-0000"
    return mail_server
