"""People, what they may see, and how they sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from hinomi.tenants.models.company import Tenant
from hinomi.tenants.roles import MEMBERS, STAFF, Role


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
    """A person's role over all companies (``tenant`` is null) or in one; a person may have it in several.

    Members have theirs in a company. Of staff an analyst alone may: operators and the programme office look after
    things that belong to no company.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    tenant = models.ForeignKey(Tenant, models.CASCADE, null=True, blank=True, related_name="memberships")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=(*MEMBERS, Role.ANALYST), tenant__isnull=False)
                | Q(role__in=STAFF, tenant__isnull=True),
                name="role_over_all_or_in_a_company",
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


class Factor(models.TextChoices):
    """What was shown to get in."""

    PASSWORD = "password"  # noqa: S105 (the word, not one)
    LINK = "link"
    CODE = "code"
    """A second factor typed by hand: a code of the app, or a recovery code."""
    PASSKEY = "passkey"
    OIDC = "oidc"


class SignInFailure(models.Model):
    """Something wrong was shown, by the name it was shown for (empty: no name goes with it) and where it came from."""

    factor = models.CharField(max_length=16, choices=Factor.choices, default=Factor.PASSWORD)
    username = models.CharField(max_length=150, blank=True)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("factor", "username", "at"), name="failure_by_name"),
            models.Index(fields=("factor", "address", "at"), name="failure_by_address"),
        )

    def __str__(self) -> str:
        return f"{self.factor} {self.username} {self.address} {self.at:%Y-%m-%d %H:%M}"
