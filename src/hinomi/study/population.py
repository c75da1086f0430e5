"""Who is studied, with which sensors and when: values that the desk hands to the study."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hinomi.library.contracts import Kind, UtmCategory
from hinomi.ocsf.expert import Decided
from hinomi.ocsf.incident import Exclusion
from hinomi.study.months import TOKYO, Month, midnight

DEVICES: dict[str, str] = {
    Kind.UTM: "UTM",
    Kind.EDR: "EDR",
    Kind.WAF: "WAF",
    Kind.MAIL: "クラウドメールセキュリティ",
}
"""Kinds of sensors in the study and their names in its tables (survey report, section 6.2)."""

COUNTED = tuple(category.value for category in UtmCategory)[:7]
"""UTM categories in the study's table; URL filtering and scans are not counted (sections 4.5 and 6.2)."""


@dataclass(frozen=True)
class Enrolment:
    """One sensor that takes part, from ``since`` to ``until`` (local dates, both included; None: still).

    ``kind`` is ``utm``, ``edr``, ``waf`` or ``mail``. ``existing`` marks a device the company had before the
    programme and whose reports are counted with the others (section 6.1).

    Raises:
        ValueError: the kind is none of the study's devices.
    """

    tenant: str
    sensor: str
    kind: str
    since: date
    until: date | None
    sector: str
    existing: bool = False

    def __post_init__(self) -> None:
        if self.kind not in DEVICES:
            known = ", ".join(DEVICES)
            raise ValueError(
                f"sensor {self.sensor} of {self.tenant}: kind {self.kind!r} is not studied (known: {known})"
            )

    @property
    def device(self) -> str:
        return DEVICES[self.kind]


class EnrolledTwice(ValueError):
    """A sensor takes part twice on the same day; its detections would count double."""

    def __init__(self, enrolment: Enrolment) -> None:
        super().__init__(
            f"{enrolment.tenant} の {enrolment.sensor} が {enrolment.since} に二重に参加しています "
            "(this sensor is enrolled twice on the same day; correct its dates)."
        )
        self.enrolment = enrolment


@dataclass(frozen=True)
class Study:
    """A question about a population: who, which months in which zone, and what is set aside.

    ``participants`` maps every company that takes part to its sector, also those without any sensor.
    ``now`` is naive UTC and is only written down.
    """

    enrolments: tuple[Enrolment, ...]
    exclusions: tuple[Exclusion, ...]
    months: tuple[Month, ...]
    now: datetime
    code_version: str
    timezone: ZoneInfo = TOKYO
    include_exclusions: bool = False
    include_reports: bool = False
    """Whether counts of vendors' reports join those of logs."""
    participants: Mapping[str, str] = field(default_factory=dict)
    decided: tuple[Decided, ...] = ()
    """What people decided about expert findings."""
    proposed: bool = False
    """Whether expert findings are counted as proposed, before anybody decided."""

    def __post_init__(self) -> None:
        taken: dict[tuple[str, str], date] = {}
        for enrolment in sorted(self.enrolments, key=lambda e: (e.tenant, e.sensor, e.since)):
            place = (enrolment.tenant, enrolment.sensor)
            if place in taken and enrolment.since <= taken[place]:
                raise EnrolledTwice(enrolment)
            taken[place] = enrolment.until or date.max

    @property
    def since(self) -> datetime | None:
        return min((month.since(self.timezone) for month in self.months), default=None)

    @property
    def until(self) -> datetime | None:
        return max((month.until(self.timezone) for month in self.months), default=None)


@dataclass(frozen=True)
class Window:
    """The part of a month in which a sensor takes part; ``since`` <= time < ``until``, naive UTC."""

    tenant: str
    sensor: str
    device: str
    month: str
    since: datetime
    until: datetime


def windows(study: Study) -> list[Window]:
    return [
        window
        for enrolment in study.enrolments
        for month in study.months
        if (window := part(enrolment, month, study.timezone))
    ]


def part(enrolment: Enrolment, month: Month, zone: ZoneInfo) -> Window | None:
    """The enrolment's part of a month, or None where they do not meet."""
    first = max(month.first, enrolment.since)
    last = min(month.last, enrolment.until or date.max)
    if first > last:
        return None
    end = midnight(last + timedelta(days=1), zone)
    return Window(enrolment.tenant, enrolment.sensor, enrolment.device, str(month), midnight(first, zone), end)
