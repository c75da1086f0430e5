"""Which sensors see a happening, and what each writes of it in its own format. What none sees is nobody's to find."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hinomi.demo.planted.happening import Happening
from hinomi.demo.planted.witness import cloud_edge, fortigate, keepeye, mail, microsoft_365, modsecurity, windows
from hinomi.demo.planted.witness.moment import Moment
from hinomi.demo.programme import SensorPlan

WITNESSES: dict[str, Callable[[Happening, Moment], list[str]]] = {
    "fortinet_fortigate": fortigate.lines,
    "trendmicro_cloud_edge": cloud_edge.lines,
    "keepeye": keepeye.lines,
    "cloud_mail_security": mail.lines,
    "modsecurity": modsecurity.lines,
    "windows_forwarded": windows.lines,
    "microsoft_365_audit": microsoft_365.lines,
}
"""Source to who writes its lines."""


@dataclass(frozen=True)
class Line:
    """A line of one sensor; ``at`` is the wall clock of Japan."""

    sensor: str
    source: str
    at: datetime
    text: str


def witnessed(what: Happening, plan: SensorPlan, at: datetime, number: int) -> list[Line]:
    """What one sensor writes of it; nothing where it does not stand at that time, or does not see such things."""
    if not plan.observed(at.date().replace(day=1)):
        return []
    moment = Moment(plan.tenant, at, number)
    return [Line(plan.sensor, plan.source, at, text) for text in WITNESSES[plan.source](what, moment)]
