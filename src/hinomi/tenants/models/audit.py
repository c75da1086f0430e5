"""Who did what, when, from where; written once and never changed."""

from typing import Any, Never

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from hinomi.tenants.problems import AuditIsAppendOnly


class AppendOnly(models.QuerySet["AuditEntry"]):
    def update(self, **_: Any) -> Never:
        raise AuditIsAppendOnly

    def delete(self) -> Never:
        raise AuditIsAppendOnly


class AuditEntry(models.Model):
    """One act. Actor and tenant are kept as text, so the entry outlives the person and the company."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    """Username; empty where the product itself acted."""
    action = models.CharField(max_length=64)
    """Subject and verb, such as ``incident.closed``."""
    tenant = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    address = models.CharField(max_length=64, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("tenant", "-at"), name="audit_by_tenant"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        if self.pk is not None:
            raise AuditIsAppendOnly
        super().save(*args, **options)

    def delete(self, *_: Any, **__: Any) -> Never:
        raise AuditIsAppendOnly
