"""The tables of the study by name, each as a document that carries all it takes to count it again."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from hinomi.lake.lake import Lake
from hinomi.ocsf.expert import Decided
from hinomi.ocsf.incident import Exclusion
from hinomi.study.breakdowns import BREAKDOWNS, breakdown
from hinomi.study.detections import detections
from hinomi.study.expert_findings import expert_findings
from hinomi.study.ledger import DataCut
from hinomi.study.months import Month
from hinomi.study.population import Enrolment, Study
from hinomi.study.received import mail_received
from hinomi.study.sensors import sensors
from hinomi.study.sheet import Sheet
from hinomi.study.tally import Tally


class Table(Protocol):
    """An answer of the study: values for machines, sheets for people."""

    @property
    def tally(self) -> Tally: ...

    @property
    def cut(self) -> DataCut: ...

    def as_dict(self) -> dict[str, Any]: ...

    def sheets(self) -> tuple[Sheet, ...]: ...


TABLES: dict[str, Callable[[Lake, Study], Table]] = {
    "detections": detections,
    "sensors": sensors,
    "mail-received": mail_received,
    "expert-findings": expert_findings,
    **{name: partial(breakdown, name=name) for name in BREAKDOWNS},
}


def document(name: str, table: Table) -> dict[str, Any]:
    """The table as ``hinomi study table NAME --json`` prints it; :func:`study_of` reads its ``inputs`` back."""
    study = table.tally.study
    return {
        "table": name,
        **table.as_dict(),
        "data_cut": table.cut.as_dict(),
        "code_version": study.code_version,
        "counted_at": f"{study.now.isoformat(timespec='seconds')}Z",
        "inputs": inputs(study),
    }


def inputs(study: Study) -> dict[str, Any]:
    return {
        "months": [str(month) for month in study.months],
        "timezone": study.timezone.key,
        "include_exclusions": study.include_exclusions,
        "include_reports": study.include_reports,
        "participants": dict(study.participants),
        "enrolments": [jsonable(asdict(enrolment)) for enrolment in study.enrolments],
        "exclusions": [jsonable(asdict(exclusion)) for exclusion in study.exclusions],
        "decided": [asdict(one) for one in study.decided],
        "proposed": study.proposed,
    }


def jsonable(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()}


def study_of(inputs: dict[str, Any], *, now: datetime, code_version: str) -> Study:
    """The study a document was counted for, to be counted again.

    Raises:
        KeyError, TypeError, ValueError: not the inputs of such a document.
    """
    return Study(
        enrolments=tuple(
            Enrolment(
                **fields
                | {
                    "since": date.fromisoformat(fields["since"]),
                    "until": date.fromisoformat(fields["until"]) if fields["until"] else None,
                }
            )
            for fields in inputs["enrolments"]
        ),
        exclusions=tuple(
            Exclusion(**fields | {end: datetime.fromisoformat(fields[end]) for end in ("since", "until")})
            for fields in inputs["exclusions"]
        ),
        months=tuple(Month.parse(month) for month in inputs["months"]),
        now=now,
        code_version=code_version,
        timezone=ZoneInfo(inputs["timezone"]),
        include_exclusions=inputs["include_exclusions"],
        include_reports=inputs.get("include_reports", False),
        participants=inputs["participants"],
        decided=tuple(
            Decided(**fields | {"sensors": tuple(fields["sensors"])}) for fields in inputs.get("decided", ())
        ),
        proposed=inputs.get("proposed", False),
    )
