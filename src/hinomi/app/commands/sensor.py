"""``hinomi sensor``: the devices and services that send, and how they are known."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.zone import TimeZone
from hinomi.library import catalog
from hinomi.library.contracts import Manifest

if TYPE_CHECKING:
    from hinomi.tenants.models import Sensor

SHARED_PORTS = {5514: "みなが使う syslog の口 (the syslog port of all)", 8080: "コンソールの口 (the console's port)"}
"""Where ``hinomi serve`` listens unless told otherwise, and what for."""


@click.group()
def command() -> None:
    """ログを送る機器の登録 (sensors)."""


def network(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """An address or network, as the routes will read it."""
    try:
        return str(ip_network(value, strict=False)).removesuffix("/32").removesuffix("/128") if value else value
    except ValueError as error:
        raise click.BadParameter(
            f"「{value}」は IP アドレスでもネットワークでもありません (neither an address nor a network)."
        ) from error


def own_port(ctx: click.Context, param: click.Parameter, value: int | None) -> int | None:
    """A port that can be one sensor's alone."""
    if value in SHARED_PORTS:
        raise click.BadParameter(
            f"{value} は {SHARED_PORTS[value]} です。ここに書くのは、この機器だけのための別のポートです (例 5515)。"
            f"機器の宛先を {value} のままにするなら、--port は書かず、--peer に機器のアドレスを書いてください "
            f"(--port is a port of this device alone, such as 5515; if the device sends to {value}, "
            "leave --port out and say --peer ADDRESS)."
        )
    return value


@command.command()
@click.argument("name")
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--source", required=True, help="機器の種類 (hinomi source list に一覧)")
@click.option("--title", help="画面での名前 (shown name)")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    callback=own_port,
    help="この機器だけの syslog 受信ポート。0 で取り消す (its own port; 0: none)",
)
@click.option(
    "--peer",
    callback=network,
    help="送信元のアドレスかネットワーク。'' で取り消す (sender's address or network; '': none)",
)
@click.option("--certificate", help="送信元の証明書の名前か指紋。'' で取り消す (sender's certificate; '': none)")
@click.option(
    "--timezone",
    type=TimeZone(),
    help="時刻に時間帯がないときの時間帯。初めは企業の時間帯 (zone of times without one; at first the company's)",
)
@click.option(
    "--study/--no-study",
    "in_study",
    default=None,
    help="調査の対象にする、しない。初めはしない (in the study; at first not)",
)
@place.data_dir_option
def add(
    name: str,
    tenant: str,
    source: str,
    title: str | None,
    port: int | None,
    peer: str | None,
    certificate: str | None,
    timezone: ZoneInfo | None,
    in_study: bool | None,
    data_dir: Path,
) -> None:
    """機器を登録します。同じ名前なら、指定した項目だけを直します (register a sensor, or correct what is given)."""
    manifest = catalog.source_manifest(source)
    open_desk(data_dir)
    from hinomi.tenants import operations, queries
    from hinomi.tenants.models import Sensor

    owner = queries.tenant(tenant)
    known = Sensor.objects.filter(tenant=owner, name=name).first()
    sender = known or Sensor()
    listener = {
        "listener_port": sender.listener_port if port is None else port or None,
        "listener_peer": sender.listener_peer if peer is None else peer,
        "listener_certificate": sender.listener_certificate if certificate is None else certificate,
    }
    for other in queries.listening():
        same = all(getattr(other, field) == value for field, value in listener.items())
        if same and (other.tenant_id, other.name) != (tenant, name):
            raise click.UsageError(
                f"同じ送信元が {other.tenant_id} の {other.name} に登録されています。ポートを分けてください "
                "(the same sender is registered for another sensor; give each a port of its own)."
            )
    given = {
        "title": title or default_title(known, manifest),
        "timezone": timezone and timezone.key,
        "in_study": in_study,
    }
    operations.register_sensor(
        owner,
        name,
        source=source,
        kind=manifest.kind.value,
        since=known.since if known else datetime.now(UTC).astimezone(owner.zone).date(),
        **listener,  # type: ignore[arg-type]
        **{field: value for field, value in given.items() if value is not None},  # type: ignore[arg-type]
    )
    done = "の登録を直しました (corrected)" if known else "を登録しました (registered)"
    click.echo(f"{tenant} の {name} ({manifest.title['ja']}) {done}.", err=True)
    if not any(listener.values()):
        click.echo(
            "syslog で受けるには --port、--peer、--certificate のどれかで送信元を決めてください。"
            f"HTTP で受けるには hinomi sensor token {name} --tenant {tenant} "
            "(to receive syslog, say how the sender is known; to receive over HTTP, make a token).",
            err=True,
        )


def default_title(known: "Sensor | None", manifest: Manifest) -> str | None:
    """The product's name, unless the sensor has one that a person chose."""
    named = known and catalog.manifests().get(known.source)
    chosen = known and known.title and not (named and known.title == named.title["ja"])
    return None if chosen else manifest.title["ja"]


@command.command()
@click.argument("name")
@click.option("--tenant", required=True, help="企業 (company)")
@click.option(
    "--revoke",
    is_flag=False,
    flag_value="all",
    type=click.Choice(["all", "old"]),
    help="作らずに取り消す。all: すべて、old: いちばん新しいもの以外 (take tokens away instead; at first all)",
)
@place.data_dir_option
def token(name: str, tenant: str, revoke: str | None, data_dir: Path) -> None:
    """HTTP で送るためのトークンを作り、一度だけ表示します (make a token for sending over HTTP; shown once).

    入れ替えるには: 新しいものを作り、機器に入れ、--revoke old で古いものを取り消します (make, install, revoke old).
    """
    open_desk(data_dir)
    from hinomi.tenants import queries, tokens

    sensor = queries.sensor(tenant, name)
    now = datetime.now(UTC)
    if revoke:
        gone = tokens.revoke(sensor, now, keep_newest=revoke == "old")
        click.echo(f"{gone} 個のトークンを取り消しました。10秒ほどで効きます (revoked; within 10 seconds).", err=True)
        return
    click.echo(tokens.issue(sensor, now))
    click.echo(
        f"送り先 (send to): POST /ingest/{name}  Authorization: Bearer <トークン>\n"
        "このトークンは二度と表示されません。機器に入れたら、ほかには残さないでください "
        "(it is not shown again; keep it nowhere but on the device).",
        err=True,
    )


@command.command("list")
@click.option("--tenant", help="企業 (company)")
@place.data_dir_option
def list_(tenant: str | None, data_dir: Path) -> None:
    """機器の一覧を JSON の行で表示します (sensors, a JSON line each)."""
    open_desk(data_dir)
    from hinomi.tenants import queries
    from hinomi.tenants.models import Tenant

    owners = [queries.tenant(tenant)] if tenant else Tenant.objects.all()
    tokens = queries.tokens_held(owners)
    for view in queries.sensors_with_state(owners, datetime.now(UTC)):
        row = {
            "tenant": view.sensor.tenant_id,
            "sensor": view.sensor.name,
            "source": view.sensor.source,
            "state": view.state.value,
            "in_study": view.sensor.in_study,
            "port": view.sensor.listener_port,
            "peer": view.sensor.listener_peer or None,
            "certificate": view.sensor.listener_certificate or None,
            "tokens": tokens.get(view.sensor.pk, 0),
            "last_seen": view.sensor.last_seen.isoformat() if view.sensor.last_seen else None,
        }
        click.echo(json.dumps(row, ensure_ascii=False))
