"""What the detections of some months propose that an expert should look at; a question of the lake, nothing stored."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hinomi.lake.lake import Lake
from hinomi.ocsf.classes import ActionId, AnalyticTypeId, ClassUid, DispositionId
from hinomi.ocsf.expert import Evidence, Example, Proposal
from hinomi.study.expert_kinds import BY_KEY, KINDS, WEB_PORTS, inside
from hinomi.study.population import Study, windows
from hinomi.study.tally import COVERS, CREATED, EXCLUSIONS, IN_WINDOW, SET_ASIDE, WINDOWS

MOST_UIDS, MOST_EXAMPLES = 50, 5
TRAFFIC = f"({int(ClassUid.NETWORK_ACTIVITY)}, {int(ClassUid.HTTP_ACTIVITY)})"
SERVERS = f"""
servers AS (
    SELECT DISTINCT w.tenant, w.month, f."dst_endpoint.ip" AS address
    FROM events f JOIN windows w ON {IN_WINDOW}
    WHERE f.class_uid IN {TRAFFIC} AND NOT coalesce(f.is_alert, false) AND f."dst_endpoint.port" IN {WEB_PORTS}
      AND (f.disposition_id = {int(DispositionId.ALLOWED)} OR f.action_id = {int(ActionId.ALLOWED)})
      AND {inside('f."dst_endpoint.ip"')} AND NOT {inside('f."src_endpoint.ip"')}
)"""
"""Public web servers inside: machines that answer the web to addresses outside."""
OF_KINDS = ", ".join(
    f"CASE WHEN f.device = '{kind.device}' AND {kind.condition} THEN "
    f"{{'kind': '{kind.key}', 'words': {kind.example}, 'machine': {kind.machine}}} END"
    for kind in KINDS
)
QUESTION = f"""
WITH {WINDOWS}, {EXCLUSIONS}, {SERVERS},
judged AS (
    SELECT w.device, w.month, f.* FROM findings f JOIN windows w ON {IN_WINDOW}
    WHERE f."finding_info.analytic.type_id" = {int(AnalyticTypeId.VENDOR)} AND f.activity_id = {CREATED}
      AND (? OR NOT EXISTS (SELECT 1 FROM exclusions x WHERE {SET_ASIDE}))
),
told AS (
    SELECT f.tenant, f.month, f.sensor, f.time, f."metadata.uid" AS uid, coalesce(f.count, 1) AS hits,
           unnest([{OF_KINDS}]) AS of
    FROM judged f
)
SELECT tenant, month, of.kind AS kind, sensor, coalesce(of.words, '') AS words, coalesce(of.machine, '') AS machine,
       sum(hits)::BIGINT AS hits, min(time) AS first, max(time) AS last,
       list(uid ORDER BY time, uid)[:{MOST_UIDS}] AS uids
FROM told WHERE of IS NOT NULL GROUP BY ALL ORDER BY ALL
"""


def proposals(lake: Lake, study: Study) -> tuple[Proposal, ...]:
    """By company, month and number of the kind; what the study sets aside proposes nothing."""
    observed = windows(study)
    if not observed:
        return ()
    places = [asdict(window) | {"number": number} for number, window in enumerate(observed)]
    asides = [
        {"number": number, **{key: getattr(exclusion, key) for key in COVERS}}
        for number, exclusion in enumerate(study.exclusions)
    ]
    given = [places, asides, study.include_exclusions]
    rows = lake.ask_population(QUESTION, given, since=study.since, until=study.until).rows()
    return tuple(sorted(gathered(rows), key=lambda one: (one.tenant, one.month, BY_KEY[one.kind].number)))


def gathered(rows: list[dict[str, Any]]) -> Iterator[Proposal]:
    """``rows`` are those of :data:`QUESTION`: one a sensor, machine and thing seen."""
    cells: defaultdict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        cells[row["tenant"], row["month"], row["kind"]].append(row)
    for (tenant, month, kind), mine in cells.items():
        yield Proposal(tenant, month, kind, evidence(mine))


def evidence(rows: list[dict[str, Any]]) -> Evidence:
    ranked = sorted(rows, key=lambda row: (-row["hits"], row["machine"], row["words"]))
    machines: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    where: dict[str, str] = {}
    for row in ranked:
        machines[row["machine"]] += row["hits"]
        seen[row["words"]] += row["hits"]
        where.setdefault(row["words"], row["machine"])
    return Evidence(
        hits=sum(row["hits"] for row in rows),
        sensors=tuple(sorted({row["sensor"] for row in rows})),
        uids=tuple(uid for row in ranked for uid in row["uids"])[:MOST_UIDS],
        machines=tuple(name for name, _ in machines.most_common() if name),
        examples=tuple(Example(words, where[words], hits) for words, hits in seen.most_common(MOST_EXAMPLES)),
        first=min(row["first"] for row in rows),
        last=max(row["last"] for row in rows),
    )
