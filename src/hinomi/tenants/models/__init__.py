"""Tables of the desk that know nothing of incidents."""

from hinomi.tenants.models.api import ApiScope, ApiToken
from hinomi.tenants.models.audit import AuditEntry
from hinomi.tenants.models.company import AlertReader, Machine, MachineRole, Sensor, SensorToken, Site, Tenant
from hinomi.tenants.models.people import Membership, SignInFailure, SignInLink, User

__all__ = [
    "AlertReader",
    "ApiScope",
    "ApiToken",
    "AuditEntry",
    "Machine",
    "MachineRole",
    "Membership",
    "Sensor",
    "SensorToken",
    "SignInFailure",
    "SignInLink",
    "Site",
    "Tenant",
    "User",
]
