"""What correlation made of an incident, as the desk keeps it: a JSON document, written whole at each telling.

Codes are those of :mod:`hinomi.ocsf.course`; times are ISO 8601, UTC, in JSON and naive UTC in the values.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from hinomi.incidents.models import HowSoon, Incident
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.course import (
    Around,
    Cause,
    Check,
    Contact,
    Course,
    Happening,
    Lookback,
    Point,
    Priority,
    Reason,
    Sight,
    Spread,
    Stage,
    StageName,
    Step,
    Trace,
    Urgency,
)
from hinomi.ocsf.incident import Story

Json = Mapping[str, Any]

BY_SEVERITY: dict[int, HowSoon] = {
    SeverityId.FATAL: HowSoon.NOW,
    SeverityId.CRITICAL: HowSoon.NOW,
    SeverityId.HIGH: HowSoon.TODAY,
    SeverityId.MEDIUM: HowSoon.THIS_WEEK,
}
"""How soon, of a story that nobody reckoned a priority for."""


@dataclass(frozen=True)
class Assessment:
    """The parts of a story that are not lines of its timeline."""

    courses: tuple[Course, ...] = ()
    stages: tuple[Stage, ...] = ()
    spread: Spread | None = None
    priority: Priority | None = None
    lookback: Lookback | None = None
    """None: nobody looked."""


def of_story(story: Story) -> Assessment:
    return Assessment(story.courses, story.stages, story.spread, story.priority, story.lookback)


def of_incident(incident: Incident) -> Assessment:
    """What is kept; empty for an incident from before anything was."""
    kept: Json = incident.assessment
    return Assessment(
        courses=tuple(course(each) for each in kept.get("courses", ())),
        stages=tuple(stage(each) for each in kept.get("stages", ())),
        spread=spread(kept["spread"]) if kept.get("spread") else None,
        priority=priority(kept["priority"]) if kept.get("priority") else None,
        lookback=lookback(kept["lookback"]) if kept.get("lookback") else None,
    )


def keep(incident: Incident, assessed: Assessment) -> bool:
    """Write it into the row, which is not saved; False where it says so already."""
    document = to_json(assessed)
    reckoned = assessed.priority
    urgency = HowSoon[reckoned.urgency.name] if reckoned else by_severity(incident.severity_id)
    score = reckoned.score if reckoned else 0
    if (incident.assessment, incident.urgency, incident.priority_score) == (document, urgency, score):
        return False
    incident.assessment, incident.urgency, incident.priority_score = document, urgency, score
    return True


def by_severity(severity_id: int) -> HowSoon:
    return BY_SEVERITY.get(severity_id, HowSoon.LATER)


def to_json(assessed: Assessment) -> dict[str, Any]:
    """JSON values only: what a database gives back is equal to it."""
    document: dict[str, Any] = plain(asdict(assessed))
    if assessed.spread:
        document["spread"]["delay_seconds"] = assessed.spread.delay_seconds
    return document


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    return str(value) if isinstance(value, str) else value


def course(kept: Json) -> Course:
    return Course(
        machine=kept["machine"],
        patterns=tuple(kept["patterns"]),
        points=tuple(
            Point(
                each["number"],
                Sight(each["sight"]),
                Cause(each["cause"]) if each["cause"] else None,
                tuple(each["findings"]),
            )
            for each in kept["points"]
        ),
        steps=tuple(
            Step(each["number"], Happening(each["happening"]), tuple(each["findings"])) for each in kept["steps"]
        ),
        checks=tuple(Check(each) for each in kept["checks"]),
    )


def stage(kept: Json) -> Stage:
    return Stage(
        StageName(kept["name"]), moment(kept["first"]), moment(kept["last"]), kept["stopped"], tuple(kept["findings"])
    )


def spread(kept: Json) -> Spread:
    return Spread(
        machines=tuple(kept["machines"]),
        accounts=tuple(kept["accounts"]),
        outside=tuple(kept["outside"]),
        first=moment(kept["first"]),
        last=moment(kept["last"]),
        found=moment(kept["found"]),
        before_watch=kept["before_watch"],
        files=tuple(kept.get("files", ())),
    )


def priority(kept: Json) -> Priority:
    reasons = tuple(Reason(each["code"], each["value"], each["weight"]) for each in kept["reasons"])
    return Priority(Urgency(kept["urgency"]), kept["score"], reasons)


def lookback(kept: Json) -> Lookback:
    return Lookback(
        around=tuple(
            Around(
                moment(each["time"]),
                each["event"],
                each["sensor"],
                each["kind"],
                each["machine"],
                Trace(each["trace"]),
                each["value"],
            )
            for each in kept["around"]
        ),
        contacts=tuple(
            Contact(each["outside"], moment(each["first"]), each["count"], tuple(each["machines"]))
            for each in kept["contacts"]
        ),
        watched_since=moment(kept["watched_since"]) if kept["watched_since"] else None,
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
