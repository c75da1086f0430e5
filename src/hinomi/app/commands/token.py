"""``hinomi token``: tokens with which programs use the API in a person's name."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from hinomi.app import place
from hinomi.app.data import open_desk

SCOPES = ("read", "work", "operate")


@click.group()
def command() -> None:
    """API のトークン (tokens for the API)."""


@command.command()
@click.argument("user")
@click.option("--name", required=True, help="何に使うか (what it is for)")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    default="read",
    show_default=True,
    help="read: 見る、work: 対応と判断も、operate: 企業・センサー・利用者の管理も",
)
@click.option("--tenant", help="この企業だけに限る (for this company alone)")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="使える日数 (days it lasts)")
@place.data_dir_option
def issue(user: str, name: str, scope: str, tenant: str | None, days: int, data_dir: Path) -> None:
    """トークンを作り、一度だけ表示します。USER ができること以上はできません (make a token of USER; shown once)."""
    open_desk(data_dir)
    from hinomi.tenants import api_tokens, queries
    from hinomi.tenants.models import ApiScope

    token, row = api_tokens.issue(
        queries.user_named(user),
        name,
        datetime.now(UTC),
        scope=ApiScope(scope),
        tenant=queries.tenant(tenant) if tenant else None,
        lifetime=timedelta(days=days),
    )
    click.echo(token)
    click.echo(
        f"番号 {row.pk}。二度と表示されません。使い方: curl -H 'Authorization: Bearer <トークン>' …/api/v1/me "
        "(it is not shown again; send it as a bearer token).",
        err=True,
    )


@command.command("list")
@click.option("--user", help="この利用者のもの (of this person)")
@place.data_dir_option
def list_(user: str | None, data_dir: Path) -> None:
    """トークンの一覧を JSON の行で表示します。トークンそのものは出ません (a JSON line each; never the token)."""
    open_desk(data_dir)
    from hinomi.tenants import queries
    from hinomi.tenants.models import ApiToken

    rows = ApiToken.objects.select_related("user").order_by("user__username", "id")
    for row in rows.filter(user=queries.user_named(user)) if user else rows:
        said = {
            "id": row.pk,
            "user": row.user.username,
            "name": row.name,
            "scope": row.scope,
            "tenant": row.tenant_id,
            "expires": row.expires.isoformat(),
            "last_used": row.last_used.isoformat() if row.last_used else None,
            "works": row.user.is_active and row.expires > datetime.now(UTC),
        }
        click.echo(json.dumps(said, ensure_ascii=False))


@command.command()
@click.argument("number", type=int)
@place.data_dir_option
def revoke(number: int, data_dir: Path) -> None:
    """トークンを取り消します。すぐに効きます (take a token away, at once)."""
    open_desk(data_dir)
    from hinomi.tenants import api_tokens

    row = api_tokens.revoke(None, number, datetime.now(UTC))
    click.echo(f"{row.user.username} の「{row.name}」を取り消しました (revoked).", err=True)
