"""Sensors: their state, a new one, and the tokens with which they send."""

from datetime import date
from typing import Annotated, Any

from django.conf import settings
from ninja import Field, Query, Router, Schema

from hinomi.console.api.doors import Asked
from hinomi.console.api.gate import operation
from hinomi.console.api.problems import refused
from hinomi.console.api.values import NO_NUL, Body, Key, Moment, OfAll, OfTenant, Uid, as_sent, plain
from hinomi.console.company.views import blind
from hinomi.console.sensors.queries import Watched, watched
from hinomi.console.shell import clock, store
from hinomi.console.shell.access import COMPANY, DESK
from hinomi.console.sources import registering
from hinomi.console.sources.registering import RegisterForm
from hinomi.pipeline.collect import logbook
from hinomi.tenants import queries, tokens
from hinomi.tenants.models import ApiScope
from hinomi.tenants.queries import SensorState
from hinomi.tenants.roles import Ability, Role

WORDS = "センサー"
router = Router()
Said = Annotated[str, Field(max_length=200, pattern=NO_NUL)]


class Sensor(Schema):
    tenant: str
    name: str
    title: str
    source: str
    kind: str
    state: SensorState
    since: date
    until: date | None
    last_seen: Moment | None
    records: int
    events: int
    rejects: int
    findings: int
    received: Moment | None
    problems: int
    tokens: int = Field(description="How many it has to send over HTTP with; never which.")
    in_study: bool


class Sensors(OfTenant):
    items: list[Sensor]
    blind: list[str] = Field(description="What nobody sees in this company, in the report's words.")


class AllSensors(OfAll):
    items: list[Sensor]


class NewSensor(Body):
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["gate"])]
    source: Annotated[str, Field(max_length=64, pattern=NO_NUL, examples=["fortinet_fortigate"])]
    title: Said = ""
    timezone: Annotated[str, Field(max_length=64, pattern=NO_NUL)] = "Asia/Tokyo"
    peer: Annotated[str, Field(max_length=64, pattern=NO_NUL, description="Address or network it sends from.")] = ""
    port: Annotated[int | None, Field(ge=1, le=65535, description="Our port that is this device's alone.")] = None
    certificate: Said = ""


class Registered(OfTenant):
    name: str
    source: str
    kind: str


class SensorToken(OfTenant):
    sensor: str
    secret: str = Field(description="It is shown here and nowhere else.")
    send_to: str = Field(description="Where the device sends: a path of this server.", examples=["/ingest/gate"])


class Revoked(OfTenant):
    sensor: str
    revoked: int


class Doorstep(OfAll):
    strangers: list[dict[str, Any]] = Field(description="Who sent without being registered.")
    dropped: list[dict[str, Any]] = Field(description="Lines that were lost because the disk stayed full.")
    overrun: list[dict[str, Any]] = Field(description="Datagrams that came faster than they were taken.")


@operation(router, "GET", "/tenants/{tenant}/sensors", "一社のセンサー", roles=COMPANY, response=Sensors)
def sensors(request: Asked, tenant: Uid) -> dict[str, Any]:
    """One company's sensors, those that need a person first, and what nobody sees."""
    company = request.company
    held = queries.tokens_held([company])
    seen = watched(store.lake(), [company], clock.now())
    return {
        "tenant": tenant,
        "items": [told(one, held) for one in seen],
        "blind": blind({one.sensor.kind for one in seen}),
    }


@operation(router, "GET", "/sensors", "全社のセンサー", roles=DESK, response=AllSensors, whole=True)
def sensors_of_all(request: Asked) -> dict[str, Any]:
    """Sensors of all companies, those that need a person first. For staff."""
    companies = list(request.auth.tenants())
    held = queries.tokens_held(companies)
    return {"items": [told(one, held) for one in watched(store.lake(), companies, clock.now())]}


@operation(router, "GET", "/doorstep", "知らない送信元", roles=DESK, response=Doorstep, whole=True)
def doorstep(request: Asked) -> dict[str, Any]:
    """Who knocks without being registered, and what was lost on the way. For staff."""
    seen = logbook.read(settings.DATA_DIR)
    theirs = set(request.auth.tenants().values_list("uid", flat=True))
    return {
        "strangers": plain(seen.strangers),
        "dropped": plain(one for one in seen.dropped if one.tenant in theirs),
        "overrun": plain(seen.overrun),
    }


@operation(
    router,
    "POST",
    "/tenants/{tenant}/sensors",
    "センサーを登録する",
    roles=(Role.OPERATOR,),
    ability=Ability.OPERATE,
    response=Registered,
    scope=ApiScope.OPERATE,
    status=201,
)
def sensor_register(request: Asked, tenant: Uid, body: NewSensor) -> dict[str, Any]:
    """Register a device or service of the company whose logs are to be received."""
    form = RegisterForm([request.company], as_sent(body.model_dump() | {"tenant": tenant}))
    if not form.is_valid():
        raise refused(form)
    row = registering.register(form, request.auth.user, clock.now(), clock.address(request))
    return {"tenant": tenant, "name": row.name, "source": row.source, "kind": row.kind}


@operation(
    router,
    "POST",
    "/tenants/{tenant}/sensors/{name}/tokens",
    "センサーのトークンを作る",
    roles=(Role.OPERATOR,),
    ability=Ability.OPERATE,
    response=SensorToken,
    scope=ApiScope.OPERATE,
    status=201,
)
def sensor_token(request: Asked, tenant: Uid, name: Key) -> dict[str, Any]:
    """A new token for the device, beside those it has."""
    sensor = queries.sensor(tenant, name)
    secret = tokens.issue(sensor, clock.now(), actor=request.auth.user)
    return {"tenant": tenant, "sensor": sensor.name, "secret": secret, "send_to": f"/ingest/{sensor.name}"}


@operation(
    router,
    "DELETE",
    "/tenants/{tenant}/sensors/{name}/tokens",
    "センサーのトークンを取り消す",
    roles=(Role.OPERATOR,),
    ability=Ability.OPERATE,
    response=Revoked,
    scope=ApiScope.OPERATE,
)
def sensor_token_revoke(request: Asked, tenant: Uid, name: Key, keep_newest: Query[bool] = False) -> dict[str, Any]:
    """Take away the device's tokens, or all but the newest; it takes effect within ten seconds."""
    sensor = queries.sensor(tenant, name)
    gone = tokens.revoke(sensor, clock.now(), keep_newest=keep_newest, actor=request.auth.user)
    return {"tenant": tenant, "sensor": sensor.name, "revoked": gone}


COUNTS = ("records", "events", "rejects", "findings", "received", "problems")
FIELDS = ("name", "title", "source", "kind", "since", "until", "last_seen", "in_study")


def told(one: Watched, held: dict[int, int]) -> dict[str, Any]:
    row = one.sensor
    return {
        "tenant": row.tenant_id,
        **{name: getattr(row, name) for name in FIELDS},
        "state": one.state,
        **{name: getattr(one, name) for name in COUNTS},
        "tokens": held.get(row.pk, 0),
    }
