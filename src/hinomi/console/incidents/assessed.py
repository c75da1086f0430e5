"""What correlation made of an incident, in sentences: how far it went, how soon to look, what is still possible."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hinomi.console.incidents import wording
from hinomi.console.shell import words
from hinomi.console.shell.words import KIND, Words
from hinomi.ocsf.course import PATTERNS, TACTICS, Course, Point, Priority, Reason, Sight, Stage, StageName

ORDER = tuple(StageName)


@dataclass(frozen=True)
class StageTold:
    """``steps`` are numbers of the timeline; ``tactic`` is empty where ATT&CK has none."""

    words: Words
    tactic: str
    tactic_words: Words
    first: datetime
    last: datetime
    stopped: bool
    steps: tuple[int, ...]


@dataclass(frozen=True)
class PatternTold:
    mark: str
    words: Words
    possible: bool


@dataclass(frozen=True)
class PointTold:
    """``sight`` is seen, nothing, blind or not_there; ``sentence`` says why."""

    number: int
    sight: str
    sentence: str
    steps: tuple[int, ...]


@dataclass(frozen=True)
class StepTold:
    """A row of the report's table; ``patterns`` are those in which it happens."""

    number: int
    place: Words
    words: Words
    patterns: str
    happening: str
    mark: str
    said: Words
    steps: tuple[int, ...]


@dataclass(frozen=True)
class CourseTold:
    machine: str
    verdict: str
    patterns: tuple[PatternTold, ...]
    points: tuple[PointTold, ...]
    steps: tuple[StepTold, ...]
    checks: tuple[Words, ...]


@dataclass(frozen=True)
class ReasonTold:
    """``weight`` is its part of the score."""

    words: str
    weight: int

    @property
    def size(self) -> int:
        return abs(self.weight)


Numbers = Mapping[str, int]
"""Of the lines of the timeline, by finding."""


def numbered(findings: Iterable[str], numbers: Numbers) -> tuple[int, ...]:
    """Lines of the timeline that show these findings; some findings are on none."""
    return tuple(sorted({numbers[finding] for finding in findings if finding in numbers}))


def stages(reached: Iterable[Stage], numbers: Numbers) -> list[StageTold]:
    """The deepest last."""
    found = []
    for stage in sorted(reached, key=lambda stage: ORDER.index(stage.name)):
        tactic = TACTICS.get(stage.name, "")
        found.append(
            StageTold(
                wording.STAGES[stage.name],
                tactic,
                wording.TACTICS.get(tactic, ""),
                stage.first,
                stage.last,
                stage.stopped,
                numbered(stage.findings, numbers),
            )
        )
    return found


def course(one: Course, numbers: Numbers) -> CourseTold:
    patterns = [(number, *wording.PATTERNS[number]) for number in PATTERNS]
    return CourseTold(
        machine=one.machine,
        verdict=verdict(one.patterns),
        patterns=tuple(PatternTold(mark, said, number in one.patterns) for number, mark, said in patterns),
        points=tuple(
            PointTold(point.number, point.sight.value, sentence(point), numbered(point.findings, numbers))
            for point in one.points
        ),
        steps=tuple(
            StepTold(
                step.number,
                *wording.STEPS[step.number][:2],
                "".join(wording.PATTERNS[number][0] for number in wording.STEPS[step.number][2]),
                step.happening.value,
                *wording.HAPPENING[step.happening],
                numbered(step.findings, numbers),
            )
            for step in one.steps
        ),
        checks=tuple(wording.CHECKS[check] for check in one.checks),
    )


def verdict(possible: tuple[int, ...]) -> str:
    """One sentence: which of the three patterns it may still be."""
    marks = "".join(wording.PATTERNS[number][0] for number in possible)
    if len(possible) == 1:
        return _("想定動作%(marks)sと考えられます。") % {"marks": marks}
    if len(possible) == len(PATTERNS):
        return _("①②③のどれであったかは、まだ絞れません。")
    return _("想定動作%(marks)sのどちらかと考えられます。") % {"marks": marks}


def sentence(point: Point) -> str:
    """What one of the five detection points saw, or why it saw nothing."""
    device, thing = wording.POINTS[point.number]
    match point.sight:
        case Sight.SEEN:
            said = wording.SEEN
        case Sight.NOTHING:
            said = wording.NOTHING
        case _blind:
            said = wording.CANNOT.get(point.cause, wording.CANNOT[None])
    return str(said) % {"device": device, "thing": thing}


def reasons(priority: Priority) -> list[ReasonTold]:
    """The weightiest first; one whose code nobody worded says the code."""
    return [
        ReasonTold(str(wording.REASONS.get(reason.code, reason.code)) % {"value": value(reason)}, reason.weight)
        for reason in priority.reasons
    ]


def value(reason: Reason) -> str:
    match reason.code:
        case "severity" if reason.value.isdecimal():
            return str(words.severity(int(reason.value))[1])
        case "stage" | "stage_stopped":
            return str(wording.STAGES.get(reason.value, reason.value))
        case "sensors_agree":
            return _("、").join(str(KIND.get(kind, kind)) for kind in reason.value.split("+"))
    return reason.value


def delay(seconds: float) -> str:
    """From the first sight to the first finding, roughly."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("はじめの痕跡と同時")
    for size, said in (
        (1440, ngettext("はじめの痕跡の %(count)s 日後", "はじめの痕跡の %(count)s 日後", minutes // 1440)),
        (60, ngettext("はじめの痕跡の %(count)s 時間後", "はじめの痕跡の %(count)s 時間後", minutes // 60)),
        (1, ngettext("はじめの痕跡の %(count)s 分後", "はじめの痕跡の %(count)s 分後", minutes)),
    ):
        if minutes >= size:
            return said % {"count": minutes // size}
    return ""
