"""Which sensor a mail belongs to, as the desk knows it. The desk must be open."""

from hinomi.app.data import connected
from hinomi.pipeline.collect.mail import Address
from hinomi.pipeline.collect.routes import Route
from hinomi.tenants import queries
from hinomi.tenants.models import Sensor


def named(tenant: str, sensor: str) -> Route:
    """Raises UnknownTenant or UnknownSensor, which say what to do."""
    return route(queries.sensor(tenant, sensor))


def find(address: Address) -> Route | None:
    """The sensor of an address; None for a stranger."""
    with connected():
        known = Sensor.objects.filter(tenant_id=address.tenant, name=address.sensor).first()
    return route(known) if known else None


def route(sensor: Sensor) -> Route:
    return Route(sensor.tenant_id, sensor.name, sensor.source, sensor.timezone)
