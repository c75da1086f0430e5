"""The report's values as the texts of the page: every number set, every list cut to what a page holds."""

from fractions import Fraction
from typing import Any

from hinomi.deliver.report.coverage import device_hours
from hinomi.deliver.report.facts import ExpertFacts, IncidentFacts
from hinomi.deliver.report.monthly import WORDS, Action, Comparison, Mark, MonthlyReport, Outcome
from hinomi.deliver.report.wording import ALL, COUNT, HOURS, MIDDLE, OBSERVED, SCANS
from hinomi.library.harmless import defanged, visible
from hinomi.ocsf.classes import SeverityId
from hinomi.study.ledger import half_up
from hinomi.study.months import local

OUTCOMES_SHOWN = 5
UNSEEN_SHOWN = 6
INCIDENTS_SHOWN = 40
MACHINES_SHOWN, EXAMPLES_SHOWN = 5, 3
SEVERITY = {
    SeverityId.FATAL: "◆ 致命的",
    SeverityId.CRITICAL: "◆ 緊急",
    SeverityId.HIGH: "▲ 高",
    SeverityId.MEDIUM: "● 中",
    SeverityId.LOW: "○ 低",
    SeverityId.INFORMATIONAL: "－ 参考",
}
UNKNOWN = "記録が届いていないため、分かりません。"
LEGEND = {
    Mark.CALM: "異常なし",
    Mark.STOPPED: "止めた",
    Mark.CHECK: "要確認",
    Mark.ACT: "今すぐ対応",
    Mark.BLIND: "記録なし",
}
NOTHING = {
    Mark.BLIND: "まず、機器が動いているかを確かめます。監視センターからの連絡をお待ちください。",
}
EMERGENCY = "そのPCのLANケーブルを抜き(Wi-Fiを切り)、電源は切らずに、{contact} へ連絡してください。"
NOTHING_TO_DO = "今月、していただくことはありません。"


def paper(report: MonthlyReport, font: str) -> dict[str, Any]:
    """What the template sets; all leaves are text or numbers, none is markup."""
    name, before = report.tenant.name, report.month.plus(-1)
    shown = report.outcomes[:OUTCOMES_SHOWN]
    return {
        "title": f"{name} セキュリティ月次レポート {report.month.ja}",
        "font": font,
        "company": visible(name, 80),
        "short-company": visible(name, 30),
        "month": report.month.ja,
        "before": before.ja,
        "cut": f"{report.cut.note(report.code_version)} 作成 {local(report.made, report.tenant.timezone):%Y-%m-%d}",
        "mark": str(report.mark),
        "word": WORDS[report.mark][1],
        "summary": report.summary,
        "nothing": NOTHING.get(report.mark, NOTHING_TO_DO),
        "actions": [action(it) for it in report.actions],
        "legend": [{"mark": str(sign), "word": word} for sign, word in LEGEND.items()],
        "emergency": EMERGENCY.format(contact=report.tenant.contact or "監視センター"),
        "further-actions": [action(it) for it in report.further],
        "outcomes": [outcome(it) for it in shown],
        "rest": rest(report.outcomes[OUTCOMES_SHOWN:]),
        "quiet": UNKNOWN if report.mark is Mark.BLIND else "この月の検知はありません。",
        "unseen": list(report.unseen[:UNSEEN_SHOWN]),
        "more-unseen": list(report.unseen[UNSEEN_SHOWN:]),
        "comparisons": comparison_rows(report.comparisons),
        "figure-notes": figure_notes(report),
        "chart-alt": f"{report.month.ja}の日ごとの検知件数。合計{report.total:,}件。",
        "tops": [
            {
                "title": top.title,
                "rows": [[value, f"{hits:,}"] for value, hits in top.rows],
                "others": f"ほか{top.others:,}種類" if top.others else "",
            }
            for top in report.tops
        ],
        "expert": [expert(it) for it in report.expert],
        "incidents": [incident(it, report) for it in report.incidents[:INCIDENTS_SHOWN]],
        "exclusions": [[it.sensor, it.signature, f"{it.count:,}", it.reason] for it in report.exclusions],
        "coverage": [
            [
                *(it.device, it.title),
                f"{it.observed} / {it.expected}日",
                f"{it.observed_hours:,} / {it.expected_hours:,}時間",
                f"{it.longest_gap}日",
            ]
            for it in report.coverage
        ],
        "device-hours": device_hours_said(report),
        "definitions": definitions(report),
    }


def action(asked: Action) -> dict[str, Any]:
    return {
        "title": asked.title,
        "where": asked.where,
        "happened": asked.happened,
        "steps": list(asked.steps),
        "avoid": asked.avoid,
        "within": asked.within,
        "contact": asked.contact,
    }


def outcome(row: Outcome) -> dict[str, str]:
    """How many, and what became of them."""
    fates = [(row.stopped, "止めました"), (row.marked, "印を付けました"), (row.noted, "見つけて記録しました")]
    there = [(count, words) for count, words in fates if count]
    fate = there[0][1] if len(there) == 1 else "、".join(f"{words} {count:,}件" for count, words in there)
    return {"words": row.words, "count": f"{row.count:,}", "fate": fate}


def rest(rows: tuple[Outcome, ...]) -> str:
    total = sum(row.count for row in rows)
    return f"ほか{len(rows)}種類 {total:,}件(2ページ目)" if rows else ""


def comparison_rows(rows: tuple[Comparison, ...]) -> list[list[str]]:
    """A line each; a device is named where its first line stands."""
    named = [None, *(row.device for row in rows)]
    return [comparison(row, named[place] != row.device) for place, row in enumerate(rows)]


def comparison(row: Comparison, named: bool) -> list[str]:
    middle = "—"
    if row.middle:
        value = row.middle.value
        middle = "(5者未満)" if value is None else half_up(value, 0 if value.denominator == 1 else 1)
    sign = "※" if row.aside else ""
    return [
        row.device if named else "",
        (row.category or ALL) + sign,
        "観測なし" if row.count is None else f"{row.count:,}",
        "観測なし" if row.before is None else f"{row.before:,}",
        "—" if row.change is None else f"{row.change:+,}" if row.change else "±0",
        middle,
    ]


def figure_notes(report: MonthlyReport) -> list[str]:
    notes = ["「観測なし」は、その月にその機器から記録が届いていないことを表します。0件とは違います。"]
    aside = (f"※ {it.sensor} の「{it.signature}」{it.count:,}件を除いています。" for it in report.exclusions)
    return [*notes, *aside]


def incident(row: IncidentFacts, report: MonthlyReport) -> list[str]:
    first = local(row.first_seen, report.tenant.timezone)
    place = " / ".join(filter(None, (row.place, row.user)))
    status = f"{row.status}({row.closed_because})" if row.closed_because else row.status
    return [f"{first:%m-%d %H:%M}", row.title, place or "—", SEVERITY.get(SeverityId(row.severity_id), "不明"), status]


def expert(it: ExpertFacts) -> dict[str, str]:
    """What was seen, how often and where, the risk, and what the company is asked."""
    where = "、".join(visible(name, 40) for name in it.evidence.machines[:MACHINES_SHOWN])
    more = len(it.evidence.machines) - MACHINES_SHOWN
    return {
        "seen": it.kind.seen["ja"],
        "risk": it.kind.risk["ja"],
        "text": it.text,
        "count": f"{it.kind.device}の検知 {it.evidence.hits:,}件",
        "where": f"{where} ほか{more}台" if more > 0 else where,
        "examples": "、".join(visible(defanged(one.words), 80) for one in it.evidence.examples[:EXAMPLES_SHOWN]),
    }


def device_hours_said(report: MonthlyReport) -> str:
    observed, expected = device_hours(report.coverage)
    if not expected:
        return ""
    share = half_up(Fraction(100 * observed, expected))
    return (
        f"すべての機器を合わせて、見ているはずの{expected:,}時間のうち、記録があるのは{observed:,}時間({share}%)です。"
        "記録のない時間に何もなかったとは言えません。"
    )


def definitions(report: MonthlyReport) -> list[list[str]]:
    """How the numbers were counted: the ledger's definitions, each once, then period, cut and code."""
    return [
        ["対象の期間", report.period],
        ["件数", COUNT["ja"]],
        ["探索活動", SCANS["ja"]],
        ["増減", "今月の件数から前の月の件数を引いたもの。どちらかの月に観測できていなければ示さない。"],
        ["参加企業の中央", MIDDLE["ja"]],
        ["見えていた日", OBSERVED["ja"]],
        ["見えていた時間", HOURS["ja"]],
        ["除外", "不具合と判定した検知は件数に入れず、理由と件数を示す。"],
        ["データの区切りと版", report.cut.note(report.code_version)],
        ["数の台帳", "どの数についても、定義・分子・分母・平均・除外がExcel版の「数え方」シートにあります。"],
    ]
