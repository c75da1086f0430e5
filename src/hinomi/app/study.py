"""Where the desk's enrolments and the lake's exclusions become a question of the study."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.version import code_version
from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.detect import faults
from hinomi.study.months import TOKYO, Month, between, local
from hinomi.study.population import DEVICES, Enrolment, Study

LATEST = """
SELECT max(e.time) AS latest FROM events e
SEMI JOIN (SELECT unnest(?::STRUCT(tenant VARCHAR, sensor VARCHAR)[], recursive := true)) p
ON e.tenant = p.tenant AND e.sensor = p.sensor
"""


def open_study(
    data_dir: Path,
    *,
    now: datetime,
    months: tuple[Month, ...] = (),
    include_exclusions: bool = False,
) -> tuple[Lake, Study]:
    """The lake of a data folder and the programme as its desk knows it; ``now`` is aware.

    Without ``months``: from the first month anyone took part to the last with a record of anyone.
    """
    lake = place.lake(open_desk(data_dir))
    return lake, study(lake, now=now, months=months, include_exclusions=include_exclusions)


def study(
    lake: Lake,
    *,
    now: datetime,
    months: tuple[Month, ...] = (),
    include_exclusions: bool = False,
) -> Study:
    """The programme's question; the desk must be open."""
    enrolled = enrolments()
    asked = months or programme_months(lake, enrolled, now)
    return Study(
        enrolments=enrolled,
        exclusions=tuple(exclusions(lake, enrolled, asked)),
        months=asked,
        now=now.astimezone(UTC).replace(tzinfo=None),
        code_version=code_version(),
        timezone=TOKYO,
        include_exclusions=include_exclusions,
        participants=participants({enrolment.sector for enrolment in enrolled}),
    )


def enrolments() -> tuple[Enrolment, ...]:
    """Sensors in the study. A UTM counts as existing where somebody read its alerts before the programme."""
    from hinomi.tenants.models import Sensor

    rows = Sensor.objects.filter(in_study=True, kind__in=DEVICES).select_related("tenant").order_by("tenant_id", "name")
    return tuple(
        Enrolment(
            tenant=row.tenant_id,
            sensor=row.name,
            kind=row.kind,
            since=row.since,
            until=row.until,
            sector=row.tenant.sector,
            existing=row.kind == Kind.UTM and bool(row.tenant.alert_reader),
        )
        for row in rows
    )


def participants(sectors: set[str]) -> dict[str, str]:
    """Companies of the sectors that take part, also those without a sensor: uid to sector."""
    from hinomi.tenants.models import Tenant

    return dict(Tenant.objects.filter(sector__in=sectors).order_by("uid").values_list("uid", "sector"))


def programme_months(lake: Lake, enrolled: Iterable[Enrolment], now: datetime) -> tuple[Month, ...]:
    enrolled = list(enrolled)
    if not enrolled:
        return ()
    places = [{"tenant": enrolment.tenant, "sensor": enrolment.sensor} for enrolment in enrolled]
    latest = lake.ask_population(LATEST, [places]).rows()[0]["latest"]
    end = local(latest, TOKYO).date() if latest else now.astimezone(TOKYO).date()
    last = min(end, now.astimezone(TOKYO).date(), max(enrolment.until or date.max for enrolment in enrolled))
    return tuple(between(Month.of(min(enrolment.since for enrolment in enrolled)), Month.of(last)))


def exclusions(lake: Lake, enrolled: Iterable[Enrolment], months: tuple[Month, ...]) -> Iterable[Exclusion]:
    """What the fault rules set aside in the study's months, company by company."""
    if not months:
        return
    since, until = months[0].since(TOKYO), months[-1].until(TOKYO)
    for tenant in sorted({enrolment.tenant for enrolment in enrolled}):
        yield from faults.exclusions(lake, tenant, since, until, TOKYO)
