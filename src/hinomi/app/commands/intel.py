"""``hinomi intel``: threat intelligence from files, TAXII 2.1 servers and MISP."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hinomi.app import intelligence
from hinomi.app.data import open_desk
from hinomi.app.place import data_dir_option, lake
from hinomi.net.fetch import FetchError
from hinomi.pipeline.intelligence import sightings
from hinomi.pipeline.intelligence.files import Format, UnreadableFeed
from hinomi.pipeline.intelligence.gather import Defaults, Gathered
from hinomi.pipeline.intelligence.index import Known, load
from hinomi.pipeline.intelligence.indicator import Purpose, Tlp
from hinomi.pipeline.intelligence.shelf import UnknownFeed
from hinomi.pipeline.intelligence.subscription import NoSecret, Server, Subscription
from hinomi.pipeline.intelligence.tables import FIELDS
from hinomi.pipeline.intelligence.writing import Unusable

json_option = click.option("--json", "as_json", is_flag=True, help="JSON で (machine-readable)")
confidence_option = click.option(
    "--confidence", type=click.IntRange(0, 100), help="フィードが言わないときの確度 (0-100)"
)
purpose_option = click.option(
    "--purpose",
    type=click.Choice([one.value for one in Purpose]),
    default="unknown",
    help="フィードが言わないときの用途",
)
tlp_option = click.option("--tlp", type=click.Choice([one.value for one in Tlp]), help="フィードが言わないときの TLP")
expires_option = click.option(
    "--expires-days",
    type=click.IntRange(0, 3650),
    default=90,
    show_default=True,
    help="フィードが言わないときの有効日数。0 は無期限 (0: never)",
)


@click.group()
def command() -> None:
    """脅威情報を入れ、見て、消します (threat intelligence)."""


@command.command("import")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--feed", required=True, help="フィードの名前 (name of the feed)")
@click.option(
    "--format", "written", type=click.Choice([one.value for one in Format]), help="省くと見分けます (guessed)"
)
@click.option(
    "--column", "columns", multiple=True, metavar="FIELD=COLUMN",
    help=f"CSV の列。列は見出しか番号。FIELD: {', '.join(FIELDS)}",
)  # fmt: skip
@click.option("--add", "keep", is_flag=True, help="前に入れたものを残して足します (keep what the feed said before)")
@click.option("--allow-empty", is_flag=True, help="使える指標がなくても入れ替え、空にします (empty the feed then)")
@confidence_option
@expires_option
@purpose_option
@tlp_option
@data_dir_option
@json_option
def import_(
    path: Path, feed: str, written: str | None, columns: tuple[str, ...], keep: bool, allow_empty: bool,
    confidence: int | None, expires_days: int, purpose: str, tlp: str | None, data_dir: Path, as_json: bool,
) -> None:  # fmt: skip
    """ファイルの指標をフィードとして入れます。同じ名前のフィードは入れ替わります (import a file as a feed)."""
    expires = timedelta(days=expires_days) if expires_days else None
    defaults = Defaults(confidence, expires, Purpose(purpose), Tlp(tlp) if tlp else None)
    try:
        gathered = intelligence.import_file(
            data_dir, path, feed, Format(written) if written else None, mapped(columns), defaults,
            datetime.now(UTC), keep, allow_empty,
        )  # fmt: skip
    except UnreadableFeed as problem:
        raise click.ClickException(str(problem)) from problem
    except intelligence.NothingUsable as problem:
        report(feed, problem.gathered, as_json)
        raise click.ClickException(str(problem)) from problem
    report(feed, gathered, as_json)


def mapped(columns: tuple[str, ...]) -> dict[str, str]:
    told = dict(one.partition("=")[::2] for one in columns)
    if wrong := [name for name in told if name not in FIELDS or not told[name]]:
        raise click.BadParameter(f"{', '.join(wrong)}: {', '.join(FIELDS)} のどれかです", param_hint="--column")
    return told


def report(feed: str, gathered: Gathered, as_json: bool) -> None:
    kinds = dict(gathered.rows["kind"].value_counts(sort=True).iter_rows())
    if as_json:
        refusals = [{"line": one.line, "value": one.value, "reason": one.reason} for one in gathered.refusals]
        document = {
            "feed": feed, "indicators": gathered.rows.height, "kinds": kinds, "refused": gathered.refused,
            "reasons": dict(gathered.reasons.most_common()), "refusals": refusals,
        }  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    told = ", ".join(f"{kind} {count:,}" for kind, count in kinds.items())
    click.echo(f"{feed}: {gathered.rows.height:,} 件 ({told}), 使わないもの {gathered.refused:,} 件 (refused)")
    for reason, count in gathered.reasons.most_common(10):
        first = next((one for one in gathered.refusals if one.reason == reason), None)
        example = f" 例: {first.line} 行目 {first.value}" if first else ""
        click.echo(f"  {count:8,}  {reason}{example}")


@command.command("add-feed")
@click.argument("feed", metavar="NAME")
@click.option("--server", type=click.Choice([one.value for one in Server]), required=True, help="サーバーの種類")
@click.option("--url", required=True, help="TAXII は API root、MISP は入口の URL")
@click.option("--collection", default="", help="TAXII の collection の ID")
@click.option("--user", default="", help="基本認証の利用者名。秘密はパスワードとして使います (basic authentication)")
@click.option("--secret-env", default="", metavar="NAME", help="秘密が入っている環境変数の名前")
@click.option("--secret-file", default="", help="秘密が入っているファイル")
@click.option("--ca-file", default="", help="社内の認証局の証明書 (PEM)")
@click.option(
    "--every-hours", type=click.FloatRange(0.25, 24 * 30), default=6, show_default=True, help="取りに行く間隔"
)
@confidence_option
@expires_option
@purpose_option
@tlp_option
@data_dir_option
def add_feed(data_dir: Path, **said: Any) -> None:
    """取りに行くフィードを登録します。秘密はコマンドに書きません (subscribe to a TAXII 2.1 or MISP server)."""
    if said["server"] == Server.TAXII and not said["collection"]:
        raise click.BadParameter("TAXII には --collection が要ります (needed for TAXII)", param_hint="--collection")
    tlp = Tlp(said.pop("tlp")) if said["tlp"] else said.pop("tlp")
    server, purpose = Server(said.pop("server")), Purpose(said.pop("purpose"))
    for name in ("secret_file", "ca_file"):
        said[name] = str(Path(said[name]).absolute()) if said[name] else ""
    subscription = Subscription(**said, server=server, purpose=purpose, tlp=tlp)
    intelligence.subscriptions(data_dir).write(subscription)
    click.echo(f"登録しました。すぐ取るには: hinomi intel pull {subscription.feed} (subscribed; pull it now with)")


@command.command("pull")
@click.argument("feeds", metavar="[NAME]...", nargs=-1)
@data_dir_option
@json_option
def pull(feeds: tuple[str, ...], data_dir: Path, as_json: bool) -> None:
    """登録したフィードを今すぐ取ります。省くとすべて (pull feeds now)."""
    failed = False
    for feed in feeds or intelligence.subscriptions(data_dir).names():
        try:
            pulled = intelligence.pull_feed(data_dir, feed, datetime.now(UTC))
        except (FetchError, NoSecret) as problem:
            click.echo(str(problem), err=True)
            failed = True
            continue
        if pulled is None:
            raise click.ClickException(str(UnknownFeed(feed)))
        report(feed, pulled.gathered, as_json)
    if failed:
        raise click.exceptions.Exit(1)


@command.command("list")
@data_dir_option
@json_option
def list_(data_dir: Path, as_json: bool) -> None:
    """フィードの一覧 (feeds, their indicators, and how their last pull went)."""
    rows = [feed_row(data_dir, feed) for feed in known_feeds(data_dir)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, default=str, indent=1))
        return
    table = Table(
        "フィード (feed)", "指標 (indicators)", "有効 (valid)", "取り元 (from)", "最後 (last, UTC)", "問題 (problem)"
    )
    for row in rows:
        cells = (row["feed"], f"{row['indicators']:,}", f"{row['valid']:,}", row["url"], row["changed"], row["problem"])
        table.add_row(*(Text(str(cell or "")) for cell in cells))
    Console(width=None if Console().is_terminal else 160).print(table)


def known_feeds(data_dir: Path) -> list[str]:
    shelf, subscribed = intelligence.shelf(data_dir), intelligence.subscriptions(data_dir)
    return sorted({*shelf.names(), *subscribed.names()})


def feed_row(data_dir: Path, feed: str) -> dict[str, Any]:
    shelf, subscribed = intelligence.shelf(data_dir), intelligence.subscriptions(data_dir)
    rows, subscription, state = shelf.known(feed), subscribed.read(feed), subscribed.state(feed)
    now = intelligence.naive(datetime.now(UTC))
    changed = datetime.fromtimestamp(shelf.path(feed).stat().st_mtime, UTC) if shelf.path(feed).exists() else None
    return {
        "feed": feed,
        "indicators": rows.height,
        "valid": rows.filter((rows["valid_until"] > now).fill_null(value=True)).height,
        "kinds": dict(rows["kind"].value_counts(sort=True).iter_rows()),
        "server": subscription.server.value if subscription else "file",
        "url": subscription.url if subscription else "",
        "changed": f"{changed:%Y-%m-%d %H:%M}" if changed else None,
        "problem": state.problem,
    }


@command.command("show")
@click.argument("value")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="何日前までの記録を探すか")
@data_dir_option
@json_option
def show(value: str, days: int, data_dir: Path, as_json: bool) -> None:
    """ある値について、どのフィードが何を言い、どの企業で見えたか (what is known of a value, and who met it)."""
    shelf = intelligence.shelf(data_dir)
    try:
        kind, written = sightings.meant(value)
    except Unusable as problem:
        raise click.BadParameter(str(problem)) from problem
    known = sightings.known(load(shelf), kind, written)
    since = intelligence.naive(datetime.now(UTC)) - timedelta(days=days)
    open_desk(data_dir)
    from hinomi.app.watching import companies

    seen = sightings.seen(lake(data_dir), list(companies()), kind, written, since)
    allowed = shelf.allowed().reason(kind, written)
    if as_json:
        document = {
            "value": written, "kind": kind.value, "allowed": allowed, "indicators": [as_row(one) for one in known],
            "seen": seen,
        }  # fmt: skip
        click.echo(json.dumps(document, ensure_ascii=False, default=str, indent=1))
        return
    click.echo(f"{written} ({kind.value})" + (f" — 使いません: {allowed}" if allowed else ""))
    for one in known:
        click.echo("  " + ", ".join(f"{name}: {said}" for name, said in as_row(one).items() if said not in (None, "")))
    if not known:
        click.echo("  どのフィードにもありません (in no feed)")
    for row in seen:
        click.echo(f"  企業 {row['tenant']}: {row['count']:,} 件 {row['first']} - {row['last']} UTC")


def as_row(known: Known) -> Mapping[str, Any]:
    said = known.indicator
    return {
        "feed": known.feed, "kind": said.kind.value, "value": said.value, "confidence": said.confidence,
        "purpose": said.purpose.value, "tlp": said.tlp.value if said.tlp else None, "added": known.added,
        "first_seen": said.first_seen, "valid_until": said.valid_until, "description": said.description,
        "reference": said.reference,
    }  # fmt: skip


@command.command("forget")
@click.argument("feed")
@data_dir_option
@json_option
def forget(feed: str, data_dir: Path, as_json: bool) -> None:
    """フィードを消し、取りに行くのもやめます。見つけた検知は残ります (forget a feed; what it found stays)."""
    subscribed = intelligence.subscriptions(data_dir)
    shelf = intelligence.shelf(data_dir)
    if subscribed.read(feed) is None and not shelf.path(feed).exists():
        raise click.ClickException(str(UnknownFeed(feed)))
    subscribed.forget(feed)
    count = shelf.forget(feed) if shelf.path(feed).exists() else 0
    click.echo(json.dumps({"feed": feed, "forgotten": count}) if as_json else f"{feed}: {count:,} 件を消しました")


@command.command("allow")
@click.argument("value")
@click.option("--note", default="", help="なぜ許すか (why)")
@data_dir_option
@json_option
def allow(value: str, note: str, data_dir: Path, as_json: bool) -> None:
    """どのフィードが何と言っても使わない値を足します。ドメインはその下も (never take this for an indicator)."""
    try:
        entry = intelligence.shelf(data_dir).allow(value, " ".join(note.split()))
    except Unusable as problem:
        raise click.BadParameter(str(problem)) from problem
    document = {"kind": entry.kind.value, "value": entry.value}
    click.echo(json.dumps(document, ensure_ascii=False) if as_json else f"許可しました (allowed): {entry.value}")


@command.command("look-back")
@data_dir_option
@json_option
def look_back(data_dir: Path, as_json: bool) -> None:
    """新しい指標を、これまでの記録で探します。serve が動いていれば自動です (look for new indicators in the past)."""
    open_desk(data_dir)
    found, done = 0, False
    while not done:
        turn = intelligence.look_back(data_dir, datetime.now(UTC) + intelligence.SETTLED)
        found, done = found + turn.found, turn.done
    from hinomi.app.worker import settle

    if found:
        settle(lake(data_dir), datetime.now(UTC))
    click.echo(json.dumps({"findings": found}) if as_json else f"新しい検知 (new findings): {found:,} 件")
