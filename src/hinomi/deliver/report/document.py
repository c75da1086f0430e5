"""The report as JSON, for machines: the values of the workbook, names in English, numbers unrounded."""

import json
from dataclasses import asdict
from typing import Any

from hinomi.deliver.report.coverage import device_hours
from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts
from hinomi.deliver.report.monthly import MonthlyReport
from hinomi.study.ledger import exclusion_dicts, plain


def monthly_json(report: MonthlyReport) -> bytes:
    """UTF-8. Times are naive UTC in ISO 8601 with a Z, days and months local."""
    return json.dumps(document(report), ensure_ascii=False, indent=1).encode()


def document(report: MonthlyReport) -> dict[str, Any]:
    observed, expected = device_hours(report.coverage)
    return {
        "tenant": report.tenant.uid,
        "month": str(report.month),
        "timezone": report.tenant.timezone.key,
        "made_at": f"{report.made.isoformat(timespec='seconds')}Z",
        "mark": str(report.mark),
        "summary": report.summary,
        "actions": [asdict(one) for one in (*report.actions, *report.further)],
        "outcomes": [asdict(one) for one in report.outcomes],
        "not_seen": list(report.unseen),
        "counts": [
            {
                "device": row.device,
                "category": row.category,
                "count": row.count,
                "before": row.before,
                "middle": plain(row.middle.value) if row.middle else None,
                "middle_companies": row.middle.companies if row.middle else None,
            }
            for row in report.comparisons
        ],
        "days": [asdict(day) | {"day": day.day.isoformat()} for day in report.days],
        "incidents": [incident(one) for one in report.incidents],
        "expert_findings": [expert(one) for one in report.expert],
        "coverage": [asdict(row) | {"last": row.last.isoformat() if row.last else None} for row in report.coverage],
        "device_hours": {"observed": observed, "expected": expected},
        "exclusions": exclusion_dicts(report.exclusions, set_aside=True),
        "ledger": [
            {
                "item": one.item,
                "value": plain(one.value),
                "numerator": one.numerator,
                "denominator": one.denominator,
                "averaging": one.averaging,
                "definition": one.definition,
            }
            for one in report.accounts
        ],
        "data_cut": report.cut.as_dict(),
        "code_version": report.code_version,
    }


def incident(one: IncidentFacts) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "title": one.title,
        "kind": one.kind,
        "severity_id": one.severity_id,
        "first_seen": f"{one.first_seen.isoformat()}Z",
        "last_seen": f"{one.last_seen.isoformat()}Z",
        "open": one.is_open,
        "host": one.host,
        "address": one.address,
        "user": one.user,
        "closed_because": one.closed_because,
    }


def expert(one: ExpertFacts) -> dict[str, Any]:
    return {
        "number": one.kind.number,
        "kind": one.kind.key,
        "device": one.kind.device,
        "seen": one.kind.seen,
        "risk": one.kind.risk,
        "text": one.text,
        "count": one.evidence.hits,
        "sensors": list(one.evidence.sensors),
        "machines": list(one.evidence.machines),
        "examples": [asdict(example) for example in one.evidence.examples],
        "findings": list(one.evidence.uids),
    }
