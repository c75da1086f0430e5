"""A story in words: its title, the lines of its timeline, why they belong together. Japanese, for the page."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from hinomi.ocsf.classes import AnalyticTypeId
from hinomi.ocsf.incident import Entry, Link
from hinomi.pipeline.correlate.nature import nature
from hinomi.pipeline.correlate.pair import Pair
from hinomi.pipeline.correlate.policy import BY_GRAVITY, OF_MACHINES, OF_WATCH, STAGES
from hinomi.pipeline.correlate.sighting import DETAILS, Sighting

EQUAL_ENTRIES = 5
"""Lines of equal findings on a timeline; the rest is a number in the last of them."""

TITLES: Final = {
    "ransomware": "ファイルを人質に取るウイルス(ランサムウェア)の動き",
    "cnc_callback": "攻撃者の指令サーバ(C&C)への通信",
    "intrusion": "侵入が疑われる操作",
    "malware": "ウイルスの疑い",
    "mail_malware": "ウイルス付きメールの配送",
    "mail_phishing": "偽サイトへ誘うメールの配送",
    "suspicious_command": "不審なコマンドの実行",
    "remote_control_tool": "遠隔操作ソフトの起動",
    "defender_detection": "Microsoft Defender によるウイルス検知",
    "unregistered_application": "登録のないアプリケーションの実行",
    "process_behaviour": "アプリケーションのふだんと違う動き",
    "malicious_site": "不正サイトへのアクセス",
    "credential_theft": "パスワードを盗み出す動き",
    "lateral_movement": "社内のほかの機器を外から動かす操作",
    "account_takeover": "アカウントの乗っ取りの疑い",
    "data_taken_out": "データの持ち出しの疑い",
    "persistence": "勝手に動き出すようにする登録",
    "protection_weakened": "守りを止めるか弱める操作",
    "support_scam": "偽の警告から遠隔操作に至るサポート詐欺の疑い",
    "gateway_takeover": "出入口の装置が操られた疑い",
    "website_taken_over": "ホームページのサーバが操られた疑い",
    "open_to_internet": "インターネットから社内の機械への侵入の疑い",
    "password_guessing": "パスワードを次々に試す動き",
    "payment_fraud": "振込先を変えさせるメールの配送",
    "file_shared_outside": "社外からファイルが見える設定",
    "pc_fault": "パソコンの故障の前触れ",
}
SAID_BY_FINDING: Final = {
    "intrusion",
    "malware",
    "mail_malware",
    "suspicious_command",
    "process_behaviour",
    "credential_theft",
    "lateral_movement",
    "account_takeover",
    "data_taken_out",
    "persistence",
    "protection_weakened",
    "gateway_takeover",
    "website_taken_over",
    "open_to_internet",
    "password_guessing",
    "file_shared_outside",
    "pc_fault",
}
"""Kinds that say little without the gravest finding."""
THINGS: Final = {
    "cnc_callback": ("outside",),
    "malicious_site": ("outside",),
    "regular_calls": ("outside",),
    "mail_phishing": ("outside", "email.subject"),
    "payment_fraud": ("email.subject",),
    "mail_malware": ("file.name", "email.subject"),
    "malware": ("malware.name", "file.path", "file.name"),
    "defender_detection": ("malware.name", "file.path", "file.name"),
    "adware": ("malware.name", "file.name"),
    "remote_control_tool": ("app_name", "file.name"),
    "unregistered_application": ("file.name", "app_name"),
    "forbidden_application": ("app_name", "file.name"),
}
"""What the cards of these kinds name: the first that the gravest finding of the kind knows."""
STEPS: Final = {
    "entry": "不審な入口",
    "execution": "不審なプログラムの実行",
    "tool": "攻撃用プログラムの持ち込み",
    "spread": "侵入の操作",
    "call": "指令サーバとの通信",
    "theft": "データの持ち出し",
    "impact": "ファイルの暗号化",
}
OVER_TIME: Final = (AnalyticTypeId.BEHAVIORAL, AnalyticTypeId.STATISTICAL)
ENTRIES: Final = {
    "mail_malware": "ウイルス付きメール",
    "mail_phishing": "偽サイトへ誘うメール",
    "malicious_site": "不正サイト",
}


def title(kind: str, group: Sequence[Sighting], who: str) -> str:
    if kind == "malware_chain":
        return f"{who}: {chain(group)}"
    found = worst(group).row["finding_info.title"] or ""
    others = len({one.host for one in group}) - 1 if kind in OF_MACHINES else 0
    who = f"{who} ほか{others}台" if others else who
    return f"{who}: {TITLES[kind]}({found})" if kind in SAID_BY_FINDING else f"{who}: {TITLES.get(kind, found)}"


def what(kind: str, group: Sequence[Sighting]) -> str:
    """What the card of the kind names; empty where the finding's title has to say it."""
    if kind in OF_MACHINES:
        names = sorted({one.host for one in group if one.host})
        if len(names) > 1:
            return "、".join(names)
    if kind in OF_WATCH:
        latest = max((one for one in group if one.aspect == kind), key=lambda one: (one.time, one.uid))
        return (latest.row["message"] or "").removeprefix(f"{latest.host}: ").partition("。")[0]
    main = worst([one for one in group if one.aspect == kind] or group)
    named = (main.outside if name == "outside" else main.row[name] for name in THINGS.get(kind, ()))
    return next(filter(None, named), "")


def chain(group: Sequence[Sighting]) -> str:
    """The first and the gravest step of an infection; the gravest is the furthest that it got."""
    steps = [one for one in group if one.aspect in STAGES]
    order = list(STEPS)
    first = min(steps, key=lambda one: (STAGES[one.aspect] != "entry", one.time, view(one), one.uid))
    begun = ENTRIES.get(first.aspect) or STEPS[STAGES[first.aspect]]
    reached = max((STAGES[one.aspect] for one in steps if not one.stopped), key=order.index, default="execution")
    return f"{begun}から始まり、{STEPS[reached]}に至った疑い" if begun != STEPS[reached] else f"{begun}の疑い"


def view(one: Sighting) -> tuple[int, int]:
    """Of several views of one event the earliest step comes first, and of that the gravest."""
    gravity = BY_GRAVITY.index(one.aspect) if one.aspect in BY_GRAVITY else len(BY_GRAVITY)
    return list(STEPS).index(STAGES[one.aspect]), gravity


def worst(group: Sequence[Sighting]) -> Sighting:
    return min(group, key=lambda one: (one.stopped, -one.severity, one.time, one.uid))


def kept(group: Iterable[Sighting]) -> dict[str, Sequence[Sighting]]:
    """Of equal findings the first few and the last: uid to the equal ones that it stands for besides itself."""
    equal: dict[tuple[Any, ...], list[Sighting]] = defaultdict(list)
    for one in group:
        title, where = one.row["finding_info.title"], (one.host, one.address)
        equal[one.sensor, one.rule, title, where, one.stopped, one.file, one.site].append(one)
    found: dict[str, Sequence[Sighting]] = {}
    for alike in equal.values():
        found |= {one.uid: () for one in alike[: EQUAL_ENTRIES - 1]}
        found[alike[-1].uid] = alike[EQUAL_ENTRIES - 1 : -1]
    return found


def entry(one: Sighting, *, also: Sequence[Sighting] = (), note: str = "", beside: bool = False) -> Entry:
    """A line of a timeline, which stands for equal findings ``also``; one shown ``beside`` a story is no part of it."""
    said = [detail(one.row), f"同じ検知がほかに{len(also):,}件" if also else "", clock(one), note]
    return Entry(
        time=one.written,
        finding=one.uid,
        sensor=one.sensor,
        kind=one.kind,
        title=one.row["finding_info.title"] or "",
        detail="。".join(filter(None, said)),
        severity_id=one.severity,
        disposition_id=one.row["disposition_id"],
        nature=None if beside else nature(one, also),
    )


def clock(one: Sighting) -> str:
    """By how much the clock is off that wrote the finding's time."""
    minutes = round(one.ahead.total_seconds() / 60)
    return f"この機器の時計は約{abs(minutes)}分{'進んで' if minutes > 0 else '遅れて'}います" if minutes else ""


def detail(row: dict[str, Any]) -> str:
    """What was seen, in a line: the sentence of what was found over time, else command, file, address where known."""
    if row["finding_info.analytic.type_id"] in OVER_TIME and row["message"]:
        return str(row["message"])
    parts: dict[str, str] = {}
    for label, column in DETAILS:
        if row[column] and label not in parts:
            parts[label] = str(row[column])
    if (times := row["count"] or 1) > 1:
        parts["件数"] = f"{times:,}"
    return " / ".join(f"{label}: {value}" for label, value in parts.items())


def link(pair: Pair) -> Link:
    return Link(pair.later.uid, pair.earlier.uid, pair.kind, shown(pair), reason(pair))


def shown(pair: Pair) -> str:
    """The entity as a sensor writes it."""
    if pair.kind == "host":
        return pair.later.host or pair.value
    if pair.kind == "logon":
        return f"{end(pair.earlier)} / {end(pair.later)}"
    if pair.kind == "contact":
        return pair.later.outside or pair.value
    if pair.kind == "matter":
        return str(pair.later.row["finding_info.title"] or "")
    if pair.kind == "file":
        name = pair.later.row["file.name"] or ""
        return name if name.lower() == pair.value else pair.value
    return pair.value


def reason(pair: Pair) -> str:
    value = shown(pair)
    match pair.kind:
        case "event":
            return "同じ1件の記録から、2つの見方で見つかりました。"
        case "hash":
            return f"同じ中身のファイル(SHA-256 {value[:12]}…)が関わっています。"
        case "file":
            return f"同じファイル「{value}」が関わっています。"
        case "site":
            return f"同じ通信先「{value}」が関わっています。"
        case "user" if pair.earlier.recipients:
            return f"メールを受け取った「{value}」のPCで、{after(pair.gap)}に起きました。"
        case "user":
            return f"同じ利用者「{value}」の別のPCで、{after(pair.gap)}に起きました。"
        case "account":
            return f"同じアカウント「{value}」で、{after(pair.gap)}に起きました。"
        case "logon":
            return f"「{end(pair.earlier)}」と「{end(pair.later)}」の間に、ログオンや共有の利用がありました。"
        case "host":
            return f"同じPC「{value}」で、{after(pair.gap)}に起きました。"
        case "matter":
            return "見張りについての、同じことがらです。"
        case "contact":
            return f"同じPCと「{value}」との通信が、{after(pair.gap)}にも続いています。"
    name = pair.earlier.host or pair.later.host
    known = f"(このとき「{name}」が使用)" if name else ""
    return f"同じIPアドレス {value}{known}で、{after(pair.gap)}に起きました。"


def end(one: Sighting) -> str:
    return one.host or one.address or ""


def after(gap: timedelta) -> str:
    """How long after, roughly."""
    seconds = int(gap.total_seconds())
    if seconds < 60:
        return "1分以内"
    if seconds < 3600:
        return f"{seconds // 60}分後"
    return f"約{round(seconds / 3600)}時間後" if seconds < 48 * 3600 else f"約{round(seconds / 86400)}日後"
