"""Tokens with which programs use the API in a person's name."""

from django.db import models

from hinomi.tenants.models.company import Tenant
from hinomi.tenants.models.people import User


class ApiScope(models.TextChoices):
    """What a token may do of what its owner may; each holds those before it."""

    READ = "read"
    WORK = "work"
    """Also decide, assign, answer."""
    OPERATE = "operate"
    """Also manage companies, sensors and people."""


class ApiToken(models.Model):
    """Only the SHA-256 of the token is kept. It never may more than its owner may at that moment."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=16, choices=ApiScope.choices, default=ApiScope.READ)
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="+")
    """The only company it sees; null: all that its owner sees."""
    created = models.DateTimeField()
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "-id")

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"
