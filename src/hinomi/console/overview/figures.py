"""What sensors reported in a month and the month before, by company and category, as the study counts it.

A cell says whether anything could be seen at all: 0 because nobody looked is not 0 because nothing was there.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hinomi.deliver.programme import exclusions
from hinomi.deliver.version import code_version
from hinomi.incidents.excluding import latest_decision
from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.ocsf.incident import Exclusion
from hinomi.study.months import TOKYO, Month
from hinomi.study.population import COUNTED, DEVICES, Enrolment, Study
from hinomi.study.tally import Tally, tally
from hinomi.tenants.models import Sensor, Tenant

COLUMNS: tuple[tuple[str, str | None], ...] = (
    *((DEVICES[Kind.UTM], category) for category in COUNTED),
    (DEVICES[Kind.EDR], None),
    (DEVICES[Kind.WAF], None),
    (DEVICES[Kind.MAIL], None),
)
"""Device and category, in the order of the survey report's table 6.2."""


@dataclass(frozen=True)
class Cell:
    """Detections of a category; ``seen`` is False where no such sensor was heard in the month."""

    count: int
    before: int
    seen: bool


@dataclass(frozen=True)
class Figures:
    """``cells[tenant]`` follows ``COLUMNS``; ``exclusions`` are what was set aside in the month, with its count."""

    month: Month
    cells: dict[str, tuple[Cell, ...]]
    exclusions: tuple[Exclusion, ...]


def figures(lake: Lake, tenants: Iterable[Tenant], month: Month) -> Figures:
    """Months and days are those of Japan, for all companies alike, as in the study."""
    tenants = list(tenants)
    months = (month.plus(-1), month)
    answers = counted(lake.root, lake.last_epoch(), latest_decision(), enrolments(tenants), months)
    hits = Counter[tuple[str, str, str, str | None]]()
    for verdict in answers.counted():
        category = verdict.category if verdict.device == DEVICES[Kind.UTM] else None
        hits[verdict.tenant, verdict.month, verdict.device, category] += verdict.hits
    this, before = str(month), str(month.plus(-1))
    seen = {(device, this): answers.companies(device, this) for device in DEVICES.values()}
    cells = {
        tenant.uid: tuple(
            Cell(
                hits[tenant.uid, this, device, category],
                hits[tenant.uid, before, device, category],
                tenant.uid in seen[device, this],
            )
            for device, category in COLUMNS
        )
        for tenant in tenants
    }
    excluded = answers.excluded(lambda verdict: verdict.month == this)
    return Figures(month, cells, excluded)


def enrolments(tenants: Iterable[Tenant]) -> tuple[Enrolment, ...]:
    """Every sensor of these companies that the study has a row for, whether it takes part in the study or not."""
    rows = Sensor.objects.filter(tenant__in=list(tenants), kind__in=DEVICES).select_related("tenant")
    return tuple(
        Enrolment(row.tenant_id, row.name, row.kind, row.since, row.until, row.tenant.sector)
        for row in rows.order_by("tenant_id", "name")
    )


@lru_cache(maxsize=64)
def counted(root: Path, epoch: int, decision: int, enrolled: tuple[Enrolment, ...], months: tuple[Month, ...]) -> Tally:
    """Verdicts of these sensors in these months, faults set aside.

    An epoch never changes, so its answer is kept until somebody decides anew what is set aside.
    """
    lake = Lake(root)
    asked = Study(
        enrolments=enrolled,
        exclusions=tuple(exclusions(lake, enrolled, months)),
        months=months,
        now=months[-1].until(TOKYO),
        code_version=code_version(),
    )
    return tally(lake, asked)
