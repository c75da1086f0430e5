"""The programme as the desk and the lake know it, made a question of the study. The desk must be open."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

import polars as pl

from hinomi.deliver.version import code_version
from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import Kind
from hinomi.ocsf.incident import Exclusion
from hinomi.pipeline.detect import faults
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
HITS = faults.HITS.replace("SELECT sensor", "SELECT tenant, sensor")
"""What the fault rules look at, of all companies at once: a question a company would take seconds."""


def study(lake: Lake, *, now: datetime, months: tuple[Month, ...] = (), include_exclusions: bool = False) -> Study:
    """The programme's question; ``now`` is aware.

    Without ``months``: from the first month anyone took part to the last with a record of anyone.
    """
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


def exclusions(lake: Lake, enrolled: Iterable[Enrolment], months: tuple[Month, ...]) -> Iterator[Exclusion]:
    """What the fault rules set aside in the study's months; the same as asking company by company."""
    if not months:
        return
    since, until = months[0].since(TOKYO), months[-1].until(TOKYO)
    hits = lake.ask_population(HITS, since=since - faults.HISTORY, until=until).frame()
    day = pl.col("moment").dt.replace_time_zone("UTC").dt.convert_time_zone(TOKYO.key).dt.date()
    daily = (
        hits.group_by("tenant", "sensor", "signature", "source_is_destination", day.alias("day"))
        .agg(pl.col("count").sum())
        .partition_by("tenant", as_dict=True, include_key=False)
    )
    for tenant in sorted({enrolment.tenant for enrolment in enrolled}):
        for rule in catalog.fault_rules():
            for found in rule.judge(tenant, daily[(tenant,)]) if (tenant,) in daily else ():
                aside = faults.in_utc(found, TOKYO)
                if aside.since < until and aside.until > since:
                    yield aside
