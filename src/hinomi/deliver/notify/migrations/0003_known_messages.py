"""What was queued before messages had keys, channels and companies."""

from typing import Any

from django.db import migrations

STAFF = ("operator", "analyst", "programme")
NO_RUNG = 99
"""What was told before there was a ladder is no step of it: nobody was asked to acknowledge."""


def fill(apps: Any, schema_editor: Any) -> None:
    Notification = apps.get_model("notify", "Notification")
    Membership = apps.get_model("tenants", "Membership")
    staff = set(Membership.objects.filter(role__in=STAFF).values_list("user_id", flat=True))
    for row in Notification.objects.select_related("incident").iterator():
        row.key = row.message_id.partition("@")[0][:64]
        row.tenant_id = row.incident.tenant_id
        row.staff = row.recipient_id in staff
        row.rung = NO_RUNG
        row.save(update_fields=["key", "tenant", "staff", "rung"])


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_ladder")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
