"""A company's month, gathered: questions to the lake, arithmetic, and a :class:`MonthlyReport`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from hinomi.deliver.report import questions
from hinomi.deliver.report.actions import FAULT, MOST, actions, mark, of_faults, of_incidents, of_silence, summary
from hinomi.deliver.report.counting import Counts, comparisons, days, outcomes
from hinomi.deliver.report.coverage import coverage, device_hours, unseen, with_gaps
from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts, SensorFacts, TenantFacts
from hinomi.deliver.report.monthly import Account, Comparison, Coverage, MonthlyReport, Top
from hinomi.deliver.report.noted import of_notes
from hinomi.deliver.report.wording import HOURS, MIDDLE, OBSERVED
from hinomi.lake.lake import Lake
from hinomi.library import catalog
from hinomi.library.contracts import Card
from hinomi.library.harmless import defanged, defanged_host, visible
from hinomi.ocsf.incident import Exclusion
from hinomi.study.ledger import NO_AVERAGE, data_cut
from hinomi.study.middle import Middles
from hinomi.study.months import Month

SHOWN = 5

MEDIAN = {"ja": "中央値", "en": "median"}
SHARE = {"ja": "割合", "en": "share"}


def gather(
    lake: Lake,
    tenant: TenantFacts,
    sensors: Sequence[SensorFacts],
    incidents: Sequence[IncidentFacts],
    month: Month,
    middles: Middles,
    exclusions: Sequence[Exclusion],
    now: datetime,
    *,
    code_version: str,
    cards: Mapping[str, Card] | None = None,
    expert: Sequence[ExpertFacts] = (),
) -> MonthlyReport:
    """Everything the report prints.

    ``incidents`` and ``exclusions`` may reach beyond the month; those that do not touch it are left out.
    ``now`` is naive UTC. ``cards`` are the advice cards by key (the shelf's own by default).
    """
    before = month.plus(-1)
    hours = questions.heard(lake, tenant, before)
    counts = Counts(
        sensors,
        questions.counts(lake, tenant, before, month, exclusions),
        {sensor: frozenset(hour.date() for hour in found) for sensor, found in hours.items()},
        exclusions,
    )
    rows = coverage(tenant, sensors, month, hours, now)
    aside = counts.aside(month)
    touching = [incident for incident in incidents if touches(incident, tenant, month)]
    became = outcomes(counts, month)
    known = any(incident.kind == FAULT for incident in touching)
    faults = [] if known or not aside else of_faults(aside, questions.machines(lake, tenant, month, aside))
    notes = of_notes(lake, tenant, month, touching, exclusions)
    reasons = [*of_incidents(touching), *faults, *of_silence(rows), *notes]
    asked = actions(tenant, reasons, catalog.cards() if cards is None else cards)
    heard = any(Month.of(day) == month for found in counts.heard.values() for day in found)
    sign = mark(heard, asked, became)
    compared = comparisons(counts, month, middles)
    return MonthlyReport(
        tenant=replace(tenant, name=visible(tenant.name, 200)),
        month=month,
        made=now,
        cut=data_cut(lake),
        code_version=code_version,
        mark=sign,
        summary=summary(sign, asked[:MOST], became, bool(with_gaps(rows))),
        actions=tuple(asked[:MOST]),
        further=tuple(asked[MOST:]),
        outcomes=became,
        unseen=unseen({sensor.kind for sensor in sensors if there(sensor, month)}, rows),
        comparisons=compared,
        days=days(counts, month),
        tops=tuple(ranked(questions.tops(lake, tenant, month, exclusions))),
        incidents=tuple(told(incident) for incident in touching),
        expert=tuple(expert),
        exclusions=tuple(replace(it, signature=visible(defanged(it.signature))) for it in aside),
        coverage=rows,
        accounts=tuple(accounts(compared, rows)),
    )


def there(sensor: SensorFacts, month: Month) -> bool:
    return sensor.since <= month.last and (sensor.until is None or sensor.until >= month.first)


def touches(incident: IncidentFacts, tenant: TenantFacts, month: Month) -> bool:
    zone = tenant.timezone
    return incident.last_seen >= month.since(zone) and incident.first_seen < month.until(zone)


def told(incident: IncidentFacts) -> IncidentFacts:
    """The incident with everything a sender may have written made harmless."""
    return replace(
        incident,
        title=visible(defanged(incident.title)),
        host=visible(incident.host, 60),
        user=visible(incident.user, 60),
        closed_because=visible(incident.closed_because, 60),
    )


def ranked(found: Mapping[str, Sequence[tuple[str, int]]]) -> Iterator[Top]:
    for title, rows in found.items():
        harmless = defanged if title == "検知名" else defanged_host if title != "社内の端末" else str
        shown = tuple((visible(harmless(value)), hits) for value, hits in rows[:SHOWN])
        if shown:
            yield Top(title, shown, len(rows) - len(shown))


def accounts(compared: Sequence[Comparison], rows: Sequence[Coverage]) -> Iterator[Account]:
    """The ledger of the report: every count, every middle, every sensor's days."""
    for row in compared:
        name = "・".join(filter(None, (row.device, row.category)))
        value = None if row.count is None else Fraction(row.count)
        yield Account(f"{name} 件数", value, row.definition, row.count, None, NO_AVERAGE, row.aside)
        if row.middle:
            yield Account(f"{name} 参加企業の中央", row.middle.value, MIDDLE, None, row.middle.companies, MEDIAN, ())
    for seen in rows:
        share = Fraction(seen.observed, seen.expected)
        yield Account(f"{seen.title} 観測できた日", share, OBSERVED, seen.observed, seen.expected, SHARE, ())
        hours = Fraction(seen.observed_hours, seen.expected_hours)
        yield Account(f"{seen.title} 観測できた時間", hours, HOURS, seen.observed_hours, seen.expected_hours, SHARE, ())
    if rows:
        seen_hours, due = device_hours(rows)
        yield Account("機器・時間(全センサーの合計)", Fraction(seen_hours, due), HOURS, seen_hours, due, SHARE, ())
