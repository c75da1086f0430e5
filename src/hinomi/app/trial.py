"""What a trial found, for a terminal: Japanese, English in brackets; every text from outside is harmless."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from hinomi.library import catalog
from hinomi.library.harmless import defanged
from hinomi.pipeline.trial.attempt import GENERIC
from hinomi.pipeline.trial.bench import Trial
from hinomi.pipeline.trial.clock import ClockDoubt, Doubt
from hinomi.pipeline.trial.examine import Examined, Rejected

BEST = 5
"""Sources that are listed with how much they read."""
LEFT = 40
"""Fields without a column that are listed."""
SHOWN_LINES = 8


def document(trial: Trial, commands: list[str]) -> dict[str, Any]:
    """The same facts as one object."""
    tried = [asdict(one) | {"share": round(one.share, 4)} for one in trial.attempts]
    facts = asdict(trial.examined) if trial.examined else {}
    return {"sure": trial.sure, "problem": trial.problem, "tried": tried, "next": commands} | {"source": None} | facts


def report(trial: Trial, asked: bool, commands: list[str]) -> Iterator[str]:
    """The lines of the report; ``asked`` says that the source was named by the person."""
    if not asked:
        yield from tried(trial)
    if trial.problem:
        yield f"試せませんでした (could not be tried): {trial.problem}"
    if trial.examined is None:
        return
    found = trial.examined
    yield from read(found)
    yield from times(found)
    yield from filled(found)
    yield from left(found)
    yield from refused(found)
    yield ""
    yield "次に打つコマンド (next):"
    yield from (f"  {command}" for command in commands)


def tried(trial: Trial) -> Iterator[str]:
    yield f"{len(trial.attempts)} 種類の機器としてためしました (sources tried: records read, columns filled in each):"
    for one in [one for one in trial.attempts if one.reads_something][:BEST]:
        yield f"  {one.share:>5.0%} {one.depth:>5.1f} 列  {one.source}  {title(one.source)}"
    slow = [one.source for one in trial.attempts if one.problem and not one.records]
    if slow:
        yield f"  結論が出なかったもの (without an answer): {', '.join(slow)}"
    if not trial.examined:
        yield "どの機器のログとも言えません。分かれば --source で機器を指定してください (no source reads these lines)."
    elif trial.examined.source in GENERIC:
        yield "どの機器かは分かりません。どの機器でも同じ外側の形式だけを読みます (only the envelope is read)."
    elif not trial.sure:
        yield "どの機器とも言い切れません。いちばん近いもので示します (not sure; the nearest is shown)."
    yield ""


def title(source: str) -> str:
    manifest = catalog.source_manifest(source)
    return manifest.title["ja"] + (" — 形式は推定 (assumed)" if manifest.assumed else "")


def read(found: Examined) -> Iterator[str]:
    yield f"{found.source}: {title(found.source)}"
    yield (
        f"{found.records:,} 件のうち {found.events:,} 件が読めました"
        f"(うち検知 {found.alerts:,} 件) (records read, of them alerts)。"
    )
    if found.problem:
        yield f"  {found.problem}"
    yield from (f"  {one.count:>6,}  {one.name} ({one.class_uid})" for one in found.classes)


def times(found: Examined) -> Iterator[str]:
    if found.first and found.last:
        zone = "" if found.zone_counts else "。行に書かれた時間帯で読みました (the lines say their zone)"
        yield f"時刻 (time, {found.timezone}): {minute(found.first)} から {minute(found.last)} まで{zone}"
    yield from (f"  注意 (warning): {said(doubt)}" for doubt in found.doubts)


def minute(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S}"


def said(doubt: ClockDoubt) -> str:
    if doubt.doubt is Doubt.CLOCK_NOT_SET:
        return (
            f"{doubt.count:,} 件が 2000 年より前です。機器の時計が合っていません "
            "(before 2000: the device's clock is not set)。"
        )
    away = f"最後の時刻が、受け取った時刻より {abs(doubt.hours):g} 時間{'先' if doubt.hours > 0 else '前'}です"
    if doubt.doubt is Doubt.FUTURE:
        return f"{away}。機器の時計か時間帯を確かめてください (in the future: check the device's clock and zone)。"
    hint = f"--timezone {doubt.timezone} で試してください" if doubt.timezone else "機器の時間帯の設定を確かめてください"
    return f"{away}。時間帯の取り違えかもしれません。{hint} (a time zone away: perhaps the wrong zone)。"


def filled(found: Examined) -> Iterator[str]:
    if found.columns:
        yield ""
        yield "埋まる列と値の例 (columns filled, with an example):"
        width = max(len(column.name) for column in found.columns)
        for column in found.columns:
            yield f"  {column.name:<{width}}  {column.filled:>5,}  {defanged(column.example)}"


def left(found: Examined) -> Iterator[str]:
    if found.left is None:
        return
    yield ""
    if not found.left:
        yield "使われなかった項目はありません (no field was left unmapped)。"
        return
    yield "どの列にも入らなかった項目。原文には残ります (fields left unmapped; the raw line keeps them):"
    width = max(len(one.field) for one in found.left[:LEFT])
    for one in found.left[:LEFT]:
        yield f"  {one.field:<{width}}  {one.count:>5,}  {defanged(one.example)}"
    if len(found.left) > LEFT:
        yield f"  ほか {len(found.left) - LEFT} 項目 (and more)"


def refused(found: Examined) -> Iterator[str]:
    if not found.rejected:
        return
    yield ""
    yield f"読めなかったもの (rejected): {found.records - found.events:,} 件"
    for one in found.rejected:
        yield f"  {one.count:>5,}  {one.reason}: {one.detail}"
        yield f"         {numbers(one)}"
        yield f"         例 (example): {defanged(one.example)}"


def numbers(one: Rejected) -> str:
    more = f" … 全 {one.count:,} 件" if one.count > SHOWN_LINES else ""
    return f"行 (lines) {', '.join(map(str, one.lines[:SHOWN_LINES]))}{more}"
