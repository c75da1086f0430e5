"""A company with a person, a room and sensors; a lake filled by hand; a real mail server and a real receiver."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from hinomi.deliver.notify.models import Channel, Contact
from hinomi.net.conftest import MailServer, Receiver, mail_server, receiver
from hinomi.study.conftest import event, fill, lake, verdict
from hinomi.tenants.models import Tenant
from hinomi.tenants.operations import create_user, register_sensor, register_tenant
from hinomi.tenants.roles import Role

__all__ = ["event", "fill", "lake", "mail_server", "receiver", "verdict"]

BEGAN = datetime(2026, 3, 20, 0, 0, tzinfo=UTC)
"""When the company joined: a Friday."""


@pytest.fixture
def company(db: None, mail_server: MailServer, receiver: Receiver, settings: Settings) -> Tenant:
    settings.SMTP_SECRET_URL = mail_server.url
    settings.BASE_URL = "https://watch.example.jp"
    settings.ALLOW_PRIVATE_WEBHOOKS = True
    tenant = register_tenant("101", "青空半導体", now=BEGAN)
    register_sensor(tenant, "utm", source="fortinet_fortigate", kind="utm", since=date(2026, 3, 20), title="本社のUTM")
    register_sensor(tenant, "edr", source="keepeye", kind="edr", since=date(2026, 3, 20), title="PCのEDR")
    create_user("suzuki", Role.MEMBER, now=BEGAN, tenant=tenant, email="suzuki@c101.example.jp")
    Contact.objects.create(tenant=tenant, name="連絡室", channel=Channel.WEBHOOK, target=receiver.url, created=BEGAN)
    return tenant


@pytest.fixture
def heard(event: Any, fill: Any) -> None:
    """The UTM sent something in two hours of April, the EDR never."""
    fill([event("101", "utm", datetime(2026, 4, 7, hour)) for hour in (1, 1, 5)])
