"""People, what they may see, and how they sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from hinomi.tenants.models.company import Tenant
from hinomi.tenants.roles import STAFF, Role


class User(AbstractUser):
    """A person with an account; ``name`` is one field, as a Japanese name is written."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class Membership(models.Model):
    """A person's role: over all tenants for staff (``tenant`` is null), in one company for a member."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="memberships")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role=Role.MEMBER, tenant__isnull=False) | Q(role__in=STAFF, tenant__isnull=True),
                name="member_of_one_company_or_staff_of_all",
            ),
            models.UniqueConstraint(fields=("user", "tenant"), name="member_once_a_company"),
            models.UniqueConstraint(fields=("user", "role"), condition=Q(tenant__isnull=True), name="staff_role_once"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} {self.tenant or ''}".rstrip()


class SignInLink(models.Model):
    """A link that signs its owner in once; only the SHA-256 of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_links")
    expires = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} {self.expires:%Y-%m-%d %H:%M}"


class SignInFailure(models.Model):
    """A wrong password, by the name typed and the address it came from."""

    username = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("username", "address", "at"), name="failure_by_name_address"),)

    def __str__(self) -> str:
        return f"{self.username} {self.address} {self.at:%Y-%m-%d %H:%M}"
