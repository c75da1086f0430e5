"""The report as sheets of cells: the same values, unrounded, and the ledger of every number."""

from fractions import Fraction

from hinomi.deliver.report.monthly import WORDS, MonthlyReport
from hinomi.deliver.report.paper import SEVERITY
from hinomi.deliver.report.wording import ALL
from hinomi.library.harmless import defanged, visible
from hinomi.ocsf.classes import SeverityId
from hinomi.ocsf.incident import Exclusion
from hinomi.study.ledger import plain
from hinomi.study.months import local

Cell = str | int | float | None
Sheet = tuple[str, tuple[str, ...], list[tuple[Cell, ...]]]


def sheets(report: MonthlyReport) -> list[Sheet]:
    return [
        overview(report),
        (
            "検知件数",
            (
                "機器",
                "検知項目",
                report.month.ja,
                report.month.plus(-1).ja,
                "増減",
                "参加企業の中央",
                "中央を出した企業数",
            ),
            [
                (
                    row.device,
                    row.category or ALL,
                    row.count,
                    row.before,
                    row.change,
                    plain(row.middle.value) if row.middle else None,
                    row.middle.companies if row.middle else None,
                )
                for row in report.comparisons
            ],
        ),
        (
            "日別",
            ("日", "機器", "件数", "記録が届いたか"),
            [
                (row.day.isoformat(), row.device, row.count, "届いた" if row.heard else "届いていない")
                for row in report.days
            ],
        ),
        (
            "上位",
            ("種類", "順位", "値", "件数"),
            [
                (top.title, place, value, hits)
                for top in report.tops
                for place, (value, hits) in enumerate(top.rows, start=1)
            ],
        ),
        (
            "見えていた時間",
            (
                "センサー",
                "名前",
                "機器",
                "はずの日",
                "届いた日",
                "はずの時間",
                "記録のある時間",
                "続けて届かなかった最長(日)",
            ),
            [
                (
                    *(row.sensor, row.title, row.device),
                    *(row.expected, row.observed, row.expected_hours, row.observed_hours, row.longest_gap),
                )
                for row in report.coverage
            ],
        ),
        incidents(report),
        expert(report),
        (
            "除外",
            ("センサー", "検知名", "件数", "理由", "規則", "から(UTC)", "まで(UTC)"),
            [(x.sensor, x.signature, x.count, x.reason, x.rule, f"{x.since}", f"{x.until}") for x in report.exclusions],
        ),
        ledger(report),
    ]


def overview(report: MonthlyReport) -> Sheet:
    sign, word = WORDS[report.mark]
    rows: list[tuple[Cell, ...]] = [
        ("企業", f"{report.tenant.uid} {report.tenant.name}"),
        ("月", report.month.ja),
        ("期間", report.period),
        ("しるし", f"{sign} {word}"),
        ("まとめ", report.summary),
    ]
    for place, action in enumerate((*report.actions, *report.further), start=1):
        rows += [
            (f"していただくこと {place}", " ".join(filter(None, (action.title, action.where)))),
            ("　期限", action.within),
            *((f"　手順 {step}", text) for step, text in enumerate(action.steps, start=1)),
            ("　しないこと", action.avoid),
            ("　連絡先", action.contact),
        ]
    rows += [
        (row.words, f"止めた {row.stopped:,} / 印を付けた {row.marked:,} / 記録した {row.noted:,}")
        for row in report.outcomes
    ]
    rows += [("見えなかったもの", line) for line in report.unseen]
    rows += [
        (f"{row.title} の記録", f"{row.expected}日のうち{row.observed}日。続けて届かなかった最長 {row.longest_gap}日")
        for row in report.coverage
    ]
    rows += [("データの区切り", report.cut.note(report.code_version)), ("作成(UTC)", f"{report.made:%Y-%m-%d %H:%M}")]
    return "概要", ("項目", "内容"), rows


def incidents(report: MonthlyReport) -> Sheet:
    zone = report.tenant.timezone
    return (
        "インシデント",
        ("番号", "初めて見つけた時刻", "最後の時刻", "内容", "種類", "場所", "利用者", "重大度", "状態", "完了の理由"),
        [
            (
                row.uid,
                f"{local(row.first_seen, zone):%Y-%m-%d %H:%M}",
                f"{local(row.last_seen, zone):%Y-%m-%d %H:%M}",
                row.title,
                row.kind,
                row.place,
                row.user,
                SEVERITY.get(SeverityId(row.severity_id), "不明"),
                row.status,
                row.closed_because,
            )
            for row in report.incidents
        ],
    )


def expert(report: MonthlyReport) -> Sheet:
    zone = report.tenant.timezone
    return (
        "専門家の指摘",
        ("機器", "検知内容", "想定されるリスク", "お願い", "件数", "端末", "見えたもの", "初めての時刻", "最後の時刻"),
        [
            (
                it.kind.device,
                it.kind.seen["ja"],
                it.kind.risk["ja"],
                it.text,
                it.evidence.hits,
                "、".join(visible(name, 60) for name in it.evidence.machines),
                "、".join(f"{visible(defanged(one.words), 120)} ({one.hits:,}件)" for one in it.evidence.examples),
                f"{local(it.evidence.first, zone):%Y-%m-%d %H:%M}",
                f"{local(it.evidence.last, zone):%Y-%m-%d %H:%M}",
            )
            for it in report.expert
        ],
    )


def ledger(report: MonthlyReport) -> Sheet:
    epoch, latest = report.cut.epoch, report.cut.latest_event
    return (
        "数え方",
        ("数", "値", "分子", "分母", "平均", "定義", "除外", "エポック", "最後の記録(UTC)", "版"),
        [
            (
                row.item,
                number(row.value),
                row.numerator,
                row.denominator,
                row.averaging["ja"],
                row.definition["ja"],
                "、".join(excluded(x) for x in row.exclusions),
                epoch,
                f"{latest:%Y-%m-%d %H:%M:%S}" if latest else "",
                report.code_version,
            )
            for row in report.accounts
        ],
    )


def number(value: Fraction | None) -> Cell:
    return "示さない" if value is None else plain(value)


def excluded(aside: Exclusion) -> str:
    return f"{aside.sensor}「{aside.signature}」{aside.count:,}件({aside.reason})"
