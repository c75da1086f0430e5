"""What proves that a person is who they say, beyond a password, and where they are signed in now."""

from django.db import models

from hinomi.tenants.models.people import User


class TotpDevice(models.Model):
    """An authenticator app of a person (RFC 6238); the secret is sealed, see ``tenants/sealing.py``."""

    user = models.OneToOneField(User, models.CASCADE, related_name="totp")
    sealed_secret = models.BinaryField()
    created = models.DateTimeField()
    last_step = models.BigIntegerField()
    """Time step (30 s since 1970) of the newest code taken: that one and older ones are refused."""

    def __str__(self) -> str:
        return f"{self.user} {self.created:%Y-%m-%d}"


class RecoveryCode(models.Model):
    """A code for the day the telephone is lost; works once, only its SHA-256 is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    created = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "code_hash"), name="recovery_code_once"),)

    def __str__(self) -> str:
        return f"{self.user} {self.created:%Y-%m-%d}"


class Passkey(models.Model):
    """A key pair of which only the device holds the secret half (W3C Web Authentication Level 3)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=100)
    credential_id = models.CharField(max_length=1400, unique=True)
    """Base64url, without padding."""
    public_key = models.BinaryField()
    """COSE key."""
    sign_count = models.PositiveBigIntegerField(default=0)
    transports = models.JSONField(default=list)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created", "id")

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"


class OidcIdentity(models.Model):
    """What an identity provider calls a person: an issuer's ``sub`` never changes and is never given again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("issuer", "subject"), name="identity_of_one_person"),
            models.UniqueConstraint(fields=("user", "issuer"), name="one_identity_an_issuer"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.subject} ({self.issuer})"


class Visit(models.Model):
    """A signed-in session of a person; it ends when the row is gone. The cookie holds another key than this one."""

    key = models.CharField(max_length=43, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="visits")
    started = models.DateTimeField()
    last_seen = models.DateTimeField()
    address = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    """What the browser says of itself."""

    class Meta:
        ordering = ("-last_seen", "-id")

    def __str__(self) -> str:
        return f"{self.user} {self.started:%Y-%m-%d %H:%M} {self.address}"
