"""``hinomi sensor``: the devices and services that send, and how they are known."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from hinomi.app import place
from hinomi.app.data import open_desk
from hinomi.app.zone import timezone_option
from hinomi.library import catalog


@click.group()
def command() -> None:
    """ログを送る機器の登録 (sensors)."""


def network(ctx: click.Context, param: click.Parameter, value: str | None) -> str:
    """An address or network, as the routes will read it."""
    try:
        return str(ip_network(value, strict=False)).removesuffix("/32").removesuffix("/128") if value else ""
    except ValueError as error:
        raise click.BadParameter(
            f"「{value}」は IP アドレスでもネットワークでもありません (neither an address nor a network)."
        ) from error


@command.command()
@click.argument("name")
@click.option("--tenant", required=True, help="企業 (company)")
@click.option("--source", required=True, help="機器の種類 (hinomi source list に一覧)")
@click.option("--title", default="", help="画面での名前 (shown name)")
@click.option("--port", type=click.IntRange(1, 65535), help="この機器だけの syslog 受信ポート (its own port)")
@click.option("--peer", callback=network, help="送信元のアドレスかネットワーク (sender's address or network)")
@click.option("--certificate", default="", help="送信元の証明書の名前か指紋 (sender's certificate)")
@timezone_option
@place.data_dir_option
def add(
    name: str,
    tenant: str,
    source: str,
    title: str,
    port: int | None,
    peer: str,
    certificate: str,
    timezone: ZoneInfo,
    data_dir: Path,
) -> None:
    """機器を登録します。同じ名前なら登録を直します (register a sensor, or correct it)."""
    manifest = catalog.source_manifest(source)
    open_desk(data_dir)
    from hinomi.tenants import operations, queries

    owner = queries.tenant(tenant)
    for other in queries.listening():
        same = (other.listener_port, other.listener_peer, other.listener_certificate) == (port, peer, certificate)
        if same and (other.tenant_id, other.name) != (tenant, name):
            raise click.UsageError(
                f"同じ送信元が {other.tenant_id} の {other.name} に登録されています。ポートを分けてください "
                "(the same sender is registered for another sensor; give each a port of its own)."
            )
    operations.register_sensor(
        owner,
        name,
        source=source,
        kind=manifest.kind.value,
        since=datetime.now(UTC).astimezone(owner.zone).date(),
        title=title or manifest.title["ja"],
        timezone=timezone.key,
        listener_port=port,
        listener_peer=peer,
        listener_certificate=certificate,
    )
    click.echo(f"{tenant} に {name} ({manifest.title['ja']}) を登録しました (registered).", err=True)
    if not (port or peer or certificate):
        click.echo(
            "syslog で受けるには --port、--peer、--certificate のどれかで送信元を決めてください。"
            f"HTTP で受けるには hinomi sensor token {name} --tenant {tenant} "
            "(to receive syslog, say how the sender is known; to receive over HTTP, make a token).",
            err=True,
        )


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
            "port": view.sensor.listener_port,
            "peer": view.sensor.listener_peer or None,
            "certificate": view.sensor.listener_certificate or None,
            "tokens": tokens.get(view.sensor.pk, 0),
            "last_seen": view.sensor.last_seen.isoformat() if view.sensor.last_seen else None,
        }
        click.echo(json.dumps(row, ensure_ascii=False))
