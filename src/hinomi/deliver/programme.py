"""The programme as the desk and the lake know it, made a question of the study. The desk must be open."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from hinomi.deliver import excluded
from hinomi.deliver.version import code_version
from hinomi.incidents.expert.queries import decided
from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.ocsf.incident import Exclusion
from hinomi.study.middle import Middles, middles
from hinomi.study.months import TOKYO, Month, between, local
from hinomi.study.population import DEVICES, Enrolment, Study
from hinomi.study.tally import tally
from hinomi.tenants.models import Sensor, Tenant

LATEST = """
SELECT max(b.last_time) AS latest FROM blocks b
SEMI JOIN (SELECT unnest(?::STRUCT(tenant VARCHAR, sensor VARCHAR)[], recursive := true)) p
ON b.tenant = p.tenant AND b.sensor = p.sensor
"""


def study(
    lake: Lake,
    *,
    now: datetime,
    months: tuple[Month, ...] = (),
    include_exclusions: bool = False,
    include_reports: bool = False,
    proposed: bool = False,
) -> Study:
    """The programme's question; ``now`` is aware.

    Without ``months``: from the first month anyone took part to the last with a record of anyone.
    """
    enrolled = enrolments()
    asked = months or programme_months(lake, enrolled, now)
    tenants = {enrolment.tenant for enrolment in enrolled}
    return Study(
        enrolments=enrolled,
        exclusions=exclusions(lake, enrolled, asked),
        months=asked,
        now=now.astimezone(UTC).replace(tzinfo=None),
        code_version=code_version(),
        timezone=TOKYO,
        include_exclusions=include_exclusions,
        include_reports=include_reports,
        participants=participants({enrolment.sector for enrolment in enrolled}),
        decided=decided(tenants, map(str, asked)),
        proposed=proposed,
    )


def programme_middles(lake: Lake, month: Month, *, now: datetime) -> Middles:
    """What lies beside a company's own counts in its report for the month; ``now`` is aware."""
    return middles(tally(lake, study(lake, now=now, months=(month,))))


def enrolments() -> tuple[Enrolment, ...]:
    """Sensors in the study. A UTM counts as existing where somebody read its alerts before the programme."""
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
    return dict(Tenant.objects.filter(sector__in=sectors).order_by("uid").values_list("uid", "sector"))


def programme_months(lake: Lake, enrolled: Iterable[Enrolment], now: datetime) -> tuple[Month, ...]:
    enrolled = list(enrolled)
    if not enrolled:
        return ()
    places = [{"tenant": enrolment.tenant, "sensor": enrolment.sensor} for enrolment in enrolled]
    latest = lake.ask_population(LATEST, [places]).rows()[0]["latest"]
    today = now.astimezone(TOKYO).date()
    last = min(
        local(latest, TOKYO).date() if latest else today,
        today,
        max(enrolment.until or date.max for enrolment in enrolled),
    )
    return tuple(between(Month.of(min(enrolment.since for enrolment in enrolled)), Month.of(last)))


def exclusions(lake: Lake, enrolled: Iterable[Enrolment], months: tuple[Month, ...]) -> tuple[Exclusion, ...]:
    """What the fault rules set aside in the study's months."""
    if not months:
        return ()
    tenants = {enrolment.tenant for enrolment in enrolled}
    return excluded.exclusions(lake, tenants, months[0].since(TOKYO), months[-1].until(TOKYO), TOKYO)
