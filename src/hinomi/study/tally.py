"""What the lake says about a population: verdicts counted per company and month, and who was heard.

One question for the verdicts and one for the hearing, whatever the number of cells; all else is arithmetic.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import AnalyticTypeId, ClassUid
from hinomi.ocsf.incident import Exclusion
from hinomi.study.population import Study, Window, windows
from hinomi.study.reported import IS_REPORT, Reported

WINDOWS = """
windows AS (
    SELECT unnest(?::STRUCT(number BIGINT, tenant VARCHAR, sensor VARCHAR, device VARCHAR, month VARCHAR,
                            since TIMESTAMP, until TIMESTAMP)[], recursive := true)
)"""
EXCLUSIONS = """
exclusions AS (
    SELECT unnest(?::STRUCT(number BIGINT, tenant VARCHAR, sensor VARCHAR, signature VARCHAR,
                            since TIMESTAMP, until TIMESTAMP)[], recursive := true)
)"""
IN_WINDOW = "f.tenant = w.tenant AND f.sensor = w.sensor AND f.time >= w.since AND f.time < w.until"
SET_ASIDE = (
    'x.tenant = f.tenant AND x.sensor = f.sensor AND x.signature = f."finding_info.title" '
    "AND f.time >= x.since AND f.time < x.until"
)
"""What an exclusion covers: one signature of one sensor in a span of time."""
COVERS = ("tenant", "sensor", "signature", "since", "until")

CREATED = 1
"""Activity of OCSF 2004: a sensor that says more of the same detection later (Update) is not counted again."""

VERDICTS = f"""
WITH {WINDOWS}, {EXCLUSIONS},
verdicts AS (
    SELECT w.tenant, w.sensor, w.device, w.month, f.utm_category AS category, f."finding_info.types"[1] AS item,
           coalesce(f.count, 1) AS hits, (SELECT min(x.number) FROM exclusions x WHERE {SET_ASIDE}) AS exclusion
    FROM findings f JOIN windows w ON {IN_WINDOW}
    WHERE f."finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)} AND f.activity_id = {CREATED}
)
SELECT tenant, sensor, device, month, category, item, exclusion, sum(hits)::BIGINT AS hits FROM verdicts GROUP BY ALL
"""
IS_MAIL = f"f.class_uid = {int(ClassUid.EMAIL_ACTIVITY)} OR f.is_alert"
HEARD = f"""
WITH {WINDOWS}
SELECT w.number, count(*) FILTER (NOT {IS_REPORT}) AS records,
       coalesce(sum(coalesce(f.count, 1)) FILTER ({IS_MAIL}), 0)::BIGINT AS mails
FROM events f JOIN windows w ON {IN_WINDOW} GROUP BY ALL
"""

REPORTED = f"""
WITH {WINDOWS}
SELECT w.number, f.utm_category AS category, f."finding_info.types"[1] AS item, sum(f.count)::BIGINT AS count
FROM events f JOIN windows w ON {IN_WINDOW} WHERE {IS_REPORT} GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True)
class Verdict:
    """Verdicts of one sensor in one month, alike in category and item; ``hits`` is a count of detections.

    ``category`` is a UTM category or None, ``item`` the sensor's own classification
    (``finding_info.types[0]``), ``exclusion`` the place in the study's exclusions of the one that covers them.
    """

    tenant: str
    sensor: str
    device: str
    month: str
    category: str | None
    item: str | None
    exclusion: int | None
    hits: int


@dataclass(frozen=True)
class Hearing:
    """How much was heard of a sensor in its window; ``mails`` counts mail messages, 0 for other devices."""

    window: Window
    records: int
    mails: int


@dataclass(frozen=True)
class Tally:
    """The answers of the lake to one :class:`Study`."""

    study: Study
    verdicts: tuple[Verdict, ...]
    hearings: tuple[Hearing, ...]
    reported: tuple[Reported, ...] = ()

    def counted(self) -> Iterable[Verdict]:
        """Verdicts that count: all, or all but those set aside; and reports where the study includes them."""
        yield from (v for v in self.verdicts if self.study.include_exclusions or v.exclusion is None)
        for one in self._reports():
            yield Verdict(one.tenant, one.sensor, one.device, one.month, one.category, one.item, None, one.count)

    def _reports(self) -> Iterable[Reported]:
        return (one for one in self.reported if self.study.include_reports and not one.logged)

    def companies(self, device: str, month: str) -> frozenset[str]:
        """Companies of which a sensor of this device was heard in the month, or its report is counted."""
        told = {one.tenant for one in self._reports() if (one.device, one.month) == (device, month)}
        return frozenset(told.union(h.window.tenant for h in self._of(device, month) if h.records))

    def silent(self) -> tuple[Window, ...]:
        """Sensors that take part in a month and were not heard in it: they could not be seen."""
        return tuple(h.window for h in self.hearings if not h.records)

    def not_seen(self) -> list[dict[str, str]]:
        """:meth:`silent` for JSON."""
        return [
            {"tenant": window.tenant, "sensor": window.sensor, "device": window.device, "month": window.month}
            for window in self.silent()
        ]

    def excluded(self, cell: Callable[[Verdict], bool] = lambda verdict: True) -> tuple[Exclusion, ...]:
        """Exclusions that cover verdicts of a cell (by default of the whole study), with the count covered there."""
        covered: Counter[int] = Counter()
        for verdict in self.verdicts:
            if verdict.exclusion is not None and cell(verdict):
                covered[verdict.exclusion] += verdict.hits
        return tuple(replace(self.study.exclusions[number], count=hits) for number, hits in sorted(covered.items()))

    def _of(self, device: str, month: str) -> Iterable[Hearing]:
        return (h for h in self.hearings if h.window.device == device and h.window.month == month)


def tally(lake: Lake, study: Study) -> Tally:
    """Ask the lake; raises nothing for an empty population or an empty lake."""
    observed = windows(study)
    if not observed:
        return Tally(study, (), ())
    places = [asdict(window) | {"number": number} for number, window in enumerate(observed)]
    asides = [
        {"number": number, **{key: getattr(exclusion, key) for key in COVERS}}
        for number, exclusion in enumerate(study.exclusions)
    ]
    span: dict[str, Any] = {"since": study.since, "until": study.until}
    verdicts = lake.ask_population(VERDICTS, [places, asides], **span).rows()
    heard = {row["number"]: row for row in lake.ask_population(HEARD, [places], **span).rows()}
    silence = {"records": 0, "mails": 0}
    hearings = tuple(
        Hearing(window, answer["records"], answer["mails"])
        for number, window in enumerate(observed)
        for answer in (heard.get(number, silence),)
    )
    reported = tuple(
        Reported(
            window.tenant,
            window.sensor,
            window.device,
            window.month,
            row["category"],
            row["item"],
            row["count"],
            logged=hearings[row["number"]].records > 0,
        )
        for row in lake.ask_population(REPORTED, [places], **span).rows()
        for window in (observed[row["number"]],)
    )
    return Tally(study, tuple(Verdict(**row) for row in verdicts), hearings, reported)
