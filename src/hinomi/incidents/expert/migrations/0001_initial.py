import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("tenants", "0003_machine_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExpertDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(max_length=7)),
                ("kind", models.CharField(max_length=64)),
                (
                    "ruling",
                    models.CharField(choices=[("confirmed", "指摘する"), ("dismissed", "指摘しない")], max_length=16),
                ),
                ("reason", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("evidence", models.JSONField(default=dict)),
                ("decided", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="expert_decisions",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "ordering": ("-decided", "-pk"),
                "indexes": [models.Index(fields=["tenant", "month", "kind", "-decided"], name="expert_latest")],
            },
        ),
    ]
