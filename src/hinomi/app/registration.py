"""Companies and sensors that were first met in their logs become known to the desk."""

from datetime import date, datetime

from hinomi.library import catalog
from hinomi.tenants import operations, queries
from hinomi.tenants.models import Sensor, Tenant
from hinomi.tenants.problems import UnknownTenant


def known_tenant(uid: str, now: datetime) -> Tenant:
    """The company; registered under its id if nobody did before. ``now`` is aware."""
    try:
        return queries.tenant(uid)
    except UnknownTenant:
        return operations.register_tenant(uid, uid, now=now)


def known_sensor(tenant: Tenant, name: str, source: str, timezone: str, since: date) -> Sensor:
    """The sensor; registered with its source's kind if nobody did before."""
    if found := Sensor.objects.filter(tenant=tenant, name=name).first():
        return found
    manifest = catalog.source_manifest(source)
    return operations.register_sensor(
        tenant,
        name,
        source=source,
        kind=manifest.kind.value,
        since=since,
        title=manifest.title["ja"],
        timezone=timezone,
    )
