"""The checks of ``hinomi doctor``; each says what it found and, where it matters, what to do.

``now`` is naive UTC, as in the lake.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from hinomi.app import place, troubles
from hinomi.app.data import open_desk
from hinomi.app.intelligence import subscriptions
from hinomi.app.lookout import rule_set
from hinomi.app.problems import explain
from hinomi.lake.landing import Landing
from hinomi.lake.space import space as space_of
from hinomi.library import catalog
from hinomi.library.contracts import MalformedItem
from hinomi.pipeline.collect import logbook
from hinomi.pipeline.collect.logbook import Page, Stranger
from hinomi.pipeline.rules import State, by_state
from hinomi.pipeline.rules.switches import SwitchesUnreadable

LATE = timedelta(minutes=5)
MANY_REJECTS = 0.001
FRESH = timedelta(days=1)
SHOWN = 5
"""Strangers named; the console shows them all."""


class Level(StrEnum):
    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True)
class Result:
    """One thing looked at."""

    subject: str
    level: Level
    found: str
    advice: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"subject": self.subject, "level": self.level.value, "found": self.found, "advice": self.advice}


def checkup(data_dir: Path) -> list[Result]:
    """Every check, in the order a person would go through them."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return [
        *space(data_dir),
        *queue(place.landing(data_dir), now),
        *rules(data_dir),
        *background(data_dir),
        *feeds(data_dir),
        *desk(data_dir, now),
        *own_cards(data_dir),
        *rejects(data_dir),
        *doorstep(logbook.read(data_dir), now),
    ]


def space(data_dir: Path) -> Iterator[Result]:
    left = space_of(data_dir)
    level = Level.BAD if left.is_nearly_full else Level.WATCH if left.is_little else Level.GOOD
    advice = (
        "" if level is Level.GOOD else "古いデータを hinomi maintain --retain-days で消すか、ディスクを足してください。"
    )
    yield Result("ディスクの空き (disk)", level, f"{left.free / 1024**3:.1f} GiB", advice)


def queue(landing: Landing, now: datetime) -> Iterator[Result]:
    waiting = landing.pending()
    oldest = min((header.received for header in waiting), default=None)
    late = oldest is not None and now - oldest > LATE
    yield Result(
        "処理待ち (waiting blocks)",
        Level.WATCH if late else Level.GOOD,
        f"{len(waiting)} ブロック",
        "hinomi serve が動いているか確かめてください (is hinomi serve running?)。" if late else "",
    )
    damaged = list(landing.damaged.glob("*/*/*.zst"))
    if damaged:
        yield Result(
            "壊れたブロック (damaged blocks)",
            Level.BAD,
            f"{len(damaged)} 個: {damaged[0].parent}",
            "ディスクを点検し、バックアップから戻すか取り込み直してください。理由は隣の .txt にあります。",
        )


def rules(data_dir: Path) -> Iterator[Result]:
    try:
        used = by_state(data_dir / "rules")[State.ON]
    except SwitchesUnreadable as problem:
        yield Result("ルールの切り替え (rule switches)", Level.BAD, str(problem), "ファイルを直してください。")
        return
    refused = len(rule_set(data_dir).refused)
    yield Result(
        "検知ルール (rules)",
        Level.WATCH if refused else Level.GOOD,
        f"使うもの {used} 本 (on)、そのうち動かせないもの {refused} 本 (refused)",
        "hinomi rules list --state refused で理由を確かめてください。" if refused else "",
    )


def background(data_dir: Path) -> Iterator[Result]:
    """Tasks beside the worker that fail again and again."""
    for one in troubles.read(data_dir):
        since = datetime.fromisoformat(one.since)
        yield Result(
            "裏の仕事 (background)",
            Level.WATCH,
            f"{one.task}: {since:%Y-%m-%d %H:%M} UTC から {one.times:,} 回続けて失敗 (failing): {one.problem}",
            "原因を直すと、次の回に続きから行います。くわしくは hinomi serve の出力にあります (see what serve wrote)。",
        )


def feeds(data_dir: Path) -> Iterator[Result]:
    """Feeds of threat intelligence whose last pull failed."""
    subscribed = subscriptions(data_dir)
    for feed in subscribed.names():
        state = subscribed.state(feed)
        if state.problem:
            pulled = f"{state.pulled:%Y-%m-%d %H:%M} UTC" if state.pulled else "なし (never)"
            yield Result(
                "脅威情報 (feeds)",
                Level.WATCH,
                f"{feed}: {state.problem}。最後に取れたのは (last pulled) {pulled}",
                f"hinomi intel pull {feed} で確かめられます (try it at once).",
            )


def desk(data_dir: Path, now: datetime) -> Iterator[Result]:
    try:
        open_desk(data_dir)
    except Exception as error:
        if (message := explain(error)) is None:
            raise
        yield Result("データベース (database)", Level.BAD, message)
        return
    yield Result("データベース (database)", Level.GOOD, "つながりました")
    yield from sensors(now)


def sensors(now: datetime) -> Iterator[Result]:
    from hinomi.tenants import queries
    from hinomi.tenants.models import Tenant

    views = queries.sensors_with_state(Tenant.objects.all(), now.replace(tzinfo=UTC))
    for state, words in ((queries.SensorState.SILENT, "沈黙"), (queries.SensorState.NEVER_HEARD, "未受信")):
        quiet = [f"{view.sensor.tenant_id}/{view.sensor.name}" for view in views if view.state is state]
        if quiet:
            yield Result(
                f"{words}のセンサー ({state.value})",
                Level.WATCH,
                f"{len(quiet)} 台: {', '.join(quiet[:5])}{' …' if len(quiet) > 5 else ''}",
                "機器の電源、ログ送信の設定、途中のファイアウォールを確かめてください。",
            )
    yield Result("センサー (sensors)", Level.GOOD, f"{len(views)} 台を登録")


def own_cards(data_dir: Path) -> Iterator[Result]:
    """Only those that cannot be read: in their place the shelf's are used."""
    for path in catalog.card_files(data_dir / "advice"):
        try:
            catalog.card(path)
        except MalformedItem as error:
            advice = "hinomi advice check で確かめて、直してください。それまでは付属のカードを使います。"
            yield Result("自前の助言カード (own advice cards)", Level.BAD, str(error), advice)


def rejects(data_dir: Path) -> Iterator[Result]:
    row = (
        place.lake(data_dir)
        .ask_population("SELECT coalesce(sum(records), 0) AS records, coalesce(sum(rejects), 0) AS rejects FROM blocks")
        .rows()[0]
    )
    share = row["rejects"] / row["records"] if row["records"] else 0
    yield Result(
        "読めなかった行 (rejects)",
        Level.WATCH if share > MANY_REJECTS else Level.GOOD,
        f"{row['rejects']:,} / {row['records']:,} 行 ({share:.2%})",
        "コンソールの「読めなかった行」で理由を確かめてください。" if share > MANY_REJECTS else "",
    )


def doorstep(page: Page, now: datetime) -> Iterator[Result]:
    """What was sent and not taken: for lack of space, because it came too fast, or from nobody registered."""
    if page.dropped:
        fresh = any(now - entry.last_seen < FRESH for entry in page.dropped)
        named = ", ".join(f"{entry.tenant}/{entry.sensor} {entry.count:,} 行" for entry in page.dropped[:SHOWN])
        yield Result(
            "受け取れずに失った行 (dropped lines)",
            Level.BAD if fresh else Level.WATCH,
            f"{named} (最後 {page.dropped[0].last_seen:%Y-%m-%d %H:%M} UTC)",
            "ディスクを空けてください。失った行は、機器に残っていれば取り出して hinomi import で補えます。",
        )
    for entry in page.overrun:
        yield Result(
            "受け取り切れなかった UDP (datagrams lost)",
            Level.BAD if now - entry.last_seen < FRESH else Level.WATCH,
            f"udp/{entry.port} {entry.count:,} 個 (最後 {entry.last_seen:%Y-%m-%d %H:%M} UTC)",
            "機器のログ送信を TCP に変えてください。TCP なら、込み合っても失いません (send over TCP).",
        )
    for stranger in page.strangers[:SHOWN]:
        yield Result(
            "知らない送り手 (unknown sender)",
            Level.WATCH,
            f"{stranger.address} → {stranger.way}/{stranger.port} {stranger.count:,} 回、"
            f"最後 {stranger.last_seen:%Y-%m-%d %H:%M} UTC: {stranger.sample}",
            welcome(stranger),
        )
    if (more := len(page.strangers) - SHOWN) > 0:
        yield Result(
            "知らない送り手 (unknown senders)",
            Level.WATCH,
            f"ほかに {more} 件",
            "コンソールの「センサー」に一覧があります。",
        )


def welcome(stranger: Stranger) -> str:
    """What to do if the sender is one of ours."""
    if stranger.way == "http":
        return "自社の機器なら、hinomi sensor token 名前 --tenant 企業 で作ったトークンを入れ直してください。"
    return (
        f"自社の機器なら登録してください: hinomi sensor add 名前 --tenant 企業 --source 種類 --peer {stranger.address}"
    )
