"""A company's week in a few lines: what was watched, what was found, what could not be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hinomi.deliver.report.desk import sensor_facts
from hinomi.deliver.report.facts import SensorFacts
from hinomi.deliver.report.questions import HEARD
from hinomi.deliver.report.wording import BLIND_WITHOUT, FACTORY, HTTPS, KINDS
from hinomi.deliver.schedule.periods import Period
from hinomi.incidents import queries
from hinomi.incidents.cards import cards
from hinomi.lake.lake import Lake
from hinomi.library.contracts import Kind
from hinomi.library.harmless import harmless, visible
from hinomi.study.months import midnight
from hinomi.tenants.models import Tenant

DAY_HOURS = 24
TITLES = 5
"""Open incidents that are named."""
RECORDS = "SELECT count(*) AS records FROM events"


@dataclass(frozen=True)
class Watched:
    """A sensor's hours of the week: with a record, and those in which it was to be heard."""

    title: str
    kind: str
    heard: int
    expected: int


@dataclass(frozen=True)
class Digest:
    """What is said of a week."""

    company: str
    period: Period
    records: int
    watched: tuple[Watched, ...]
    new: int
    """Incidents that began in the week."""
    open: tuple[str, ...]
    """Titles of those that are not closed now, the most urgent first."""
    link: str


def digest(lake: Lake, tenant: Tenant, period: Period, link: str, now: datetime) -> Digest:
    """Of a company and a week; ``now`` is aware."""
    since = midnight(period.first, tenant.zone)
    until = midnight(period.last + timedelta(days=1), tenant.zone)
    hours: dict[str, int] = {}
    for row in lake.ask(tenant.pk, HEARD, [tenant.timezone], since=since, until=until).rows():
        hours[row["sensor"]] = hours.get(row["sensor"], 0) + 1
    records = lake.ask(tenant.pk, RECORDS, since=since, until=until).rows()[0]["records"]
    incidents = queries.for_tenant(tenant)
    began = incidents.filter(first_seen__gte=since.replace(tzinfo=UTC), first_seen__lt=until.replace(tzinfo=UTC))
    standing = queries.open_only(incidents).order_by("-urgency", "-priority_score", "-severity_id", "uid")
    known = cards()
    titles = [known[row.kind].title["ja"] if row.kind in known else harmless(row.title) for row in standing]
    expected = [(sensor, hours_of(sensor, period)) for sensor in sensor_facts(tenant)]
    return Digest(
        company=tenant.name,
        period=period,
        records=records,
        watched=tuple(
            Watched(sensor.title or sensor.sensor, sensor.kind, hours.get(sensor.sensor, 0), wanted)
            for sensor, wanted in expected
            if wanted
        ),
        new=began.count(),
        open=tuple(titles),
        link=link,
    )


def hours_of(sensor: SensorFacts, period: Period) -> int:
    """Hours of the week in which it was to be heard."""
    first, last = max(sensor.since, period.first), min(sensor.until or period.last, period.last)
    return max(0, (last - first).days + 1) * DAY_HOURS


def unseen(watched: Sequence[Watched]) -> list[str]:
    """What could not be seen, the gravest first."""
    silent = [f"{visible(one.title)} — 今週の記録が1件も届いていません" for one in watched if not one.heard]
    kinds = {one.kind for one in watched}
    missing = [words for kind, words in BLIND_WITHOUT.items() if kind not in kinds]
    return [*silent, *missing, *([HTTPS] if Kind.UTM in kinds else []), FACTORY]


def subject(found: Digest, late: str) -> str:
    state = f"対応中 {len(found.open)}件" if found.open else "対応の要るものはありません"
    return f"【火の見】{late}週のまとめ {day(found.period.first)}〜{day(found.period.last)}: {state}"


def text(found: Digest, late: str) -> str:
    """The mail's text; ``late`` is a line for the top, or empty."""
    heard, wanted = sum(one.heard for one in found.watched), sum(one.expected for one in found.watched)
    parts = [
        [f"{visible(found.company, 200)} ご担当者様", late],
        [
            "■ この一週間",
            f"新しく起きたこと: {found.new}件",
            *([f"対応が終わっていないもの: {len(found.open)}件"] if found.open else ["対応の要るものはありません。"]),
            *(f"・{title}" for title in found.open[:TITLES]),
        ],
        [
            "■ 見張っていたこと",
            f"届いた記録: {found.records:,}件",
            f"機器の記録があった時間: {heard:,}時間 / {wanted:,}時間{percent(heard, wanted)}",
            *(
                f"・{visible(one.title)}({KINDS.get(one.kind, one.kind)}): {one.heard}/{one.expected}時間"
                for one in found.watched
            ),
        ],
        ["■ 見えなかったこと", *(f"・{line}" for line in unseen(found.watched))],
        ["■ くわしく", found.link],
    ]
    body = "\n\n".join("\n".join(line for line in part if line) for part in parts)
    return f"{body}\n\n--\nA weekly digest of hinomi. The page above can be read in English.\n"


def percent(part: int, whole: int) -> str:
    return f"({part / whole:.0%})" if whole else ""


def day(of: date) -> str:
    return f"{of.month}月{of.day}日"
