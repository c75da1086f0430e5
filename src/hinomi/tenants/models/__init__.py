"""Tables of the desk that know nothing of incidents."""

from hinomi.tenants.models.api import ApiScope, ApiToken
from hinomi.tenants.models.audit import AuditEntry
from hinomi.tenants.models.company import AlertReader, Machine, MachineRole, Sensor, SensorToken, Site, Tenant
from hinomi.tenants.models.people import Factor, Membership, SignInFailure, SignInLink, User
from hinomi.tenants.models.security import OidcIdentity, Passkey, RecoveryCode, TotpDevice, Visit

__all__ = [
    "AlertReader",
    "ApiScope",
    "ApiToken",
    "AuditEntry",
    "Factor",
    "Machine",
    "MachineRole",
    "Membership",
    "OidcIdentity",
    "Passkey",
    "RecoveryCode",
    "Sensor",
    "SensorToken",
    "SignInFailure",
    "SignInLink",
    "Site",
    "Tenant",
    "TotpDevice",
    "User",
    "Visit",
]
