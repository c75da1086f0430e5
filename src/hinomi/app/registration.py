"""Companies and sensors that were first met in their logs become known to the desk."""

from collections.abc import Iterator
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


def introductions(tenant: str, sensor: str, source: str) -> Iterator[str]:
    """What the desk does not know yet of an import under these names, or knows otherwise: for the person to read."""
    if not Tenant.objects.filter(pk=tenant).exists():
        yield (
            f"企業「{tenant}」を新しく登録します。名前を付けるには: hinomi tenant add {tenant} --name 企業名 "
            f"(a new company is registered; name it with hinomi tenant add {tenant} --name NAME)."
        )
    known = Sensor.objects.filter(tenant=tenant, name=sensor).first()
    if known is None:
        yield (
            f"機器「{sensor}」({source}) を {tenant} に新しく登録します。直すには: "
            f"hinomi sensor add {sensor} --tenant {tenant} --source {source} "
            "(a new sensor is registered; correct it with this command)."
        )
    elif known.source != source:
        yield (
            f"機器「{sensor}」は {known.source} として登録されていますが、今回は {source} として読みます。"
            "別の機器なら --sensor に別の名前を書いてください "
            f"(this sensor is registered for {known.source}, and read as {source} now; "
            "if it is another device, name it with --sensor)."
        )


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
