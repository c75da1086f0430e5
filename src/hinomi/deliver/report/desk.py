"""From the desk's rows to a company's monthly report. The desk must be open."""

from collections.abc import Iterator
from datetime import UTC, datetime

from hinomi.deliver import excluded
from hinomi.deliver.expert import pointed_out
from hinomi.deliver.programme import programme_middles
from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts, SensorFacts, TenantFacts
from hinomi.deliver.report.gather import gather
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.deliver.version import code_version
from hinomi.incidents import queries as incidents
from hinomi.incidents.cards import cards
from hinomi.incidents.models import Incident
from hinomi.lake.lake import Lake
from hinomi.study.middle import Middles
from hinomi.study.months import Month, local
from hinomi.tenants.models import Sensor, Tenant


def monthly(
    lake: Lake, tenant: Tenant, month: Month, *, now: datetime, middles: Middles | None = None
) -> MonthlyReport:
    """A company's report for a month; ``now`` is aware.

    ``middles`` are the programme's for the month, for a caller that makes many reports; asked for if not given.
    """
    facts = tenant_facts(tenant)
    since, until = month.plus(-1).since(facts.timezone), month.until(facts.timezone)
    return gather(
        lake,
        facts,
        tuple(sensor_facts(tenant)),
        tuple(incident_facts(tenant, since, until)),
        month,
        programme_middles(lake, month, now=now) if middles is None else middles,
        excluded.exclusions(lake, [tenant.uid], since, until, facts.timezone),
        utc(now),
        code_version=code_version(),
        cards=cards(),
        expert=tuple(expert_facts(tenant, month)),
    )


def months_with_records(lake: Lake, tenant: Tenant) -> tuple[Month, ...]:
    """Months for which a report says more than that nothing was heard, the latest first."""
    bounds = lake.ask(tenant.uid, "SELECT DISTINCT date_trunc('hour', time) AS hour FROM events").rows()
    found = {Month.of(local(row["hour"], tenant.zone).date()) for row in bounds}
    return tuple(sorted(found, reverse=True))


def tenant_facts(tenant: Tenant) -> TenantFacts:
    return TenantFacts(tenant.uid, tenant.name, tenant.sector, tenant.zone, tenant.vendor_contact)


def sensor_facts(tenant: Tenant) -> Iterator[SensorFacts]:
    for row in Sensor.objects.filter(tenant=tenant).order_by("name"):
        yield SensorFacts(row.name, row.kind, row.title, row.since, row.until)


def expert_facts(tenant: Tenant, month: Month) -> Iterator[ExpertFacts]:
    for one in pointed_out(tenant, month):
        yield ExpertFacts(one.kind, one.text, one.evidence)


def incident_facts(tenant: Tenant, since: datetime, until: datetime) -> Iterator[IncidentFacts]:
    """Incidents that touch [since, until) (naive UTC), gravest first."""
    rows = incidents.for_tenant(tenant).filter(
        last_seen__gte=since.replace(tzinfo=UTC), first_seen__lt=until.replace(tzinfo=UTC)
    )
    for row in rows.prefetch_related("entries"):
        yield incident_of(row)


def incident_of(row: Incident) -> IncidentFacts:
    entries = sorted(row.entries.all(), key=lambda entry: (-entry.severity_id, entry.time, entry.finding))
    return IncidentFacts(
        uid=row.uid,
        title=row.title,
        kind=row.kind,
        severity_id=row.severity_id,
        first_seen=utc(row.first_seen),
        last_seen=utc(row.last_seen),
        status=str(row.get_status_display()),
        is_open=row.is_open,
        host=row.host,
        address=row.address,
        user=row.user_name,
        detail=row.what or (entries[0].title if entries else row.title),
        closed_because=str(row.get_reason_display()) if row.reason else "",
        findings=frozenset(entry.finding for entry in entries),
    )


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
