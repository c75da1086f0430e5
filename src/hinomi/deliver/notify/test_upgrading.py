"""What was queued before messages had keys, channels and a ladder goes on as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hinomi.deliver.notify.models import Notification
from hinomi.deliver.notify.operations import climb, enqueue
from hinomi.incidents.models import Incident
from hinomi.tenants.models import Membership, Tenant, User

NOW = datetime(2026, 5, 12, 1, 30, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_old_messages_get_their_keys_and_nobody_is_reminded_of_them() -> None:
    executor = MigrationExecutor(connection)
    before = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate([("notify", "0001_initial")])
        old = MigrationExecutor(connection).loader.project_state([("notify", "0001_initial")]).apps
        tenant = Tenant.objects.create(uid="101", name="青空半導体", created=NOW)
        user = User.objects.create(username="suzuki", email="suzuki@c101.example.jp")
        Membership.objects.create(user=user, role="member", tenant=tenant)
        seen = {"first_seen": NOW, "last_seen": NOW, "created": NOW, "updated": NOW}
        incident = Incident.objects.create(
            uid="i1", tenant=tenant, title="x", kind="support_scam", severity_id=4, **seen
        )
        old.get_model("notify", "Notification").objects.create(
            incident_id=incident.pk,
            recipient_id=user.pk,
            severity_id=4,
            occasion="new",
            address=user.email,
            subject="x",
            text="x",
            message_id=f"{'0' * 32}@watch.example.jp",
            state="sent",
            sent_at=NOW,
            next_attempt=NOW,
            created=NOW,
        )
    finally:
        MigrationExecutor(connection).migrate(before)

    row = Notification.objects.get()
    assert (row.key, row.tenant_id, row.channel, row.staff, row.about) == ("0" * 32, "101", "mail", False, "incident")
    assert climb(NOW + timedelta(hours=1)) == 0
    assert enqueue(NOW) == 0
